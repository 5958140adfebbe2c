"""`python -m docs._ext [--language ru] [--page NAME]`: build the site, or execute one page and print it."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from docs._ext import method_reference
from docs._ext.environment import Language, example_environment
from docs._ext.executed_blocks import execute_blocks
from docs._ext.execution import ExampleFailed
from docs._ext.language_check import find_foreign_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

DOCS = Path(__file__).resolve().parents[1]
ROOT = DOCS.parent
OUT = ROOT / ".docs"

_FIRST_PAGE = """<!doctype html>
<html lang="ru">
<meta charset="utf-8">
<title>oint · СДЭК · CDEK</title>
<meta name="viewport" content="width=device-width">
<p><a href="ru/index.html" hreflang="ru">Русский</a> · <a href="en/index.html" hreflang="en" lang="en">English</a></p>
<script>
  location.replace((navigator.language || "ru").toLowerCase().startsWith("ru") ? "ru/index.html" : "en/index.html");
</script>
</html>
"""


def main() -> int:
    """Parse the command line and run it."""
    parser = argparse.ArgumentParser(prog="python -m docs._ext", description="The documentation site.")
    parser.add_argument("--language", choices=get_args(Language), help="this language only")
    parser.add_argument("--page", help="execute one page, a method or a guide, and print it; no site is built")
    parser.add_argument("--links", action="store_true", help="check links to other sites too (needs the internet)")
    options = parser.parse_args()
    languages = [options.language] if options.language else list(get_args(Language))
    if options.page:
        return _print_page(languages[0], options.page)
    return _build(languages, links=options.links)


def _print_page(language: Language, name: str) -> int:
    guide, method = DOCS / language / f"{name}.md", f"methods/{name}"
    if not guide.exists() and method not in method_reference.list_pages():
        print(f"no page {name}: give the English name of a method, or a file of docs/{language}", file=sys.stderr)
        return 1
    try:
        with example_environment(language) as environment:
            if guide.exists():
                print(execute_blocks(environment, guide.read_text("utf-8"), name))
            else:
                print(method_reference.write_page(environment, method))
    except ExampleFailed as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _build(languages: Sequence[Language], *, links: bool) -> int:
    """Build the languages at the same time, each in its own process and with its own sandbox."""
    shutil.rmtree(OUT, ignore_errors=True)
    for language in languages:
        shutil.copytree(DOCS / language, OUT / "pages" / language)
    if not _run_sphinx(languages, "html") or (links and not _run_sphinx(languages, "linkcheck")):
        return 1
    site = OUT / "html"
    (site / "index.html").write_text(_FIRST_PAGE, "utf-8")
    foreign = [sentence for language in languages for sentence in find_foreign_sentences(site / language, language)]
    print(*(f"in another language: {sentence}" for sentence in foreign), sep="\n", end="")
    print(f"{site.relative_to(ROOT)}/index.html: {len(foreign)} sentences in another language")
    return 1 if foreign else 0


def _run_sphinx(languages: Sequence[Language], builder: str) -> bool:
    """Run a builder of Sphinx, with warnings as errors. Return whether all languages were built."""
    builds = []
    for language in languages:
        command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", builder, "-c", str(DOCS)]
        command += ["-D", f"language={language}", "-d", str(OUT / "doctrees" / language)]
        command += [str(OUT / "pages" / language), str(OUT / builder / language)]
        builds.append(subprocess.Popen(command, cwd=ROOT))
    exit_codes = [build.wait() for build in builds]
    return not any(exit_codes)


if __name__ == "__main__":
    sys.exit(main())
