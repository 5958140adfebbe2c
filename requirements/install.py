"""`python requirements/install.py FILE`: install pinned packages and this one, with one line of progress.

pip alone is either silent or prints several lines for each package.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PIP = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"]
PACKAGE = re.compile(r"(?:Collecting|Processing|Requirement already satisfied:) (?:\S*/)?([\w.]+(?:-[a-z][\w.]*)*)")
"""A line that pip prints once for each package."""


def main(file: str) -> None:
    begun = time.monotonic()
    total = len(re.findall(r"^[\w.-]+==", Path(file).read_text("utf-8"), re.MULTILINE))
    _show(f"{file}: {total} packages", is_step=True)
    _install(["--require-hashes", "-r", file], file, total)
    _install(["--no-deps", "--no-build-isolation", "--editable", str(ROOT)], "this package", 1)
    _show(f"{file}: ready after {time.monotonic() - begun:.0f} s", is_step=True)
    print(end="\n" if sys.stdout.isatty() else "", flush=True)


def _install(options: list[str], title: str, total: int) -> None:
    """Run pip and show which package it works on. Print what pip has said if it fails."""
    lines: list[str] = []
    with subprocess.Popen(
        [*PIP, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace"
    ) as pip:
        count = 0
        for line in pip.stdout or ():
            lines.append(line)
            if match := PACKAGE.match(line):
                count += 1
                _show(f"{title}: {count} of {total}, {match[1]}")
            elif line.startswith("Installing"):
                _show(f"{title}: writing to disk", is_step=True)
    if pip.returncode != 0:
        sys.exit(f"\n{''.join(lines)}{title}: not installed")


def _show(text: str, *, is_step: bool = False) -> None:
    """Replace the line on a terminal; elsewhere print the steps alone."""
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="", flush=True)
    elif is_step:
        print(text, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
