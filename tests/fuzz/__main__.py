"""`python -m tests.fuzz [--count N] [--seed N]`: schemathesis by the sandbox's own OpenAPI, then garbage."""

from __future__ import annotations

import argparse
import json
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from cdek_sandbox import Sandbox, running_sandbox
from tests.fuzz.garbage import throw, told
from tests.fuzz.target import target_of, token
from tests.support.paths import ROOT

_HOME = ROOT / ".fuzz"
_TOOLS = ("schemathesis", "openapi-spec-validator")
_CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzzes the sandbox.")
    parser.add_argument("--count", type=int, default=100_000, help="requests of garbage")
    parser.add_argument("--examples", type=int, default=50, help="examples of schemathesis for each operation")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    asked = parser.parse_args()
    print(f"seed {asked.seed}: python -m tests.fuzz --seed {asked.seed} plays this run again", flush=True)
    tools = _tools()
    with running_sandbox(seed=asked.seed) as box:
        failed = _by_document(box, tools, asked.examples, asked.seed)
        box.reset()
        failed |= _garbage(box, asked.count, asked.seed)
        box.reset()
        failed |= not box.truth(box.order())["cdek_number"]
    print("FAILED" if failed else "no 5xx, and it still answers")
    return 1 if failed else 0


def _by_document(box: Sandbox, tools: Path, examples: int, seed: int) -> bool:
    """Is the document invalid, or does the sandbox answer otherwise than it says?"""
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder, "openapi.json")
        document.write_text(json.dumps(box.control("GET", "/openapi.json")), "utf-8")
        invalid = subprocess.run([tools / "openapi-spec-validator", document], check=False).returncode
        command: list[str | Path] = [
            tools / "schemathesis",
            "run",
            document,
            "--url",
            box.url.removesuffix("/v2"),
            "--checks",
            _CHECKS,
        ]
        command += [
            "-n",
            str(examples),
            "--seed",
            str(seed),
            "-H",
            f"Authorization: Bearer {token(box)}",
            "--warnings",
            "off",
        ]
        broken = subprocess.run(command, check=False, cwd=folder).returncode
    return bool(invalid or broken)


def _garbage(box: Sandbox, count: int, seed: int) -> bool:
    thrown = throw(target_of(box), count, seed)
    print(*told(thrown), sep="\n")
    return bool(thrown.broken)


def _tools() -> Path:
    """Where the tools are, in an environment of their own that is made once."""
    folder = _HOME / ("Scripts" if sys.platform == "win32" else "bin")
    if not (_HOME / "installed").exists():
        shutil.rmtree(_HOME, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", _HOME], check=True)
        install: list[str | Path] = [
            folder / "python",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            *_TOOLS,
        ]
        subprocess.run(install, check=True)
        (_HOME / "installed").touch()
    return folder


if __name__ == "__main__":
    sys.exit(main())
