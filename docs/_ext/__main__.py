"""`python -m docs._ext [--language ru] [--page NAME]`: make the pages, execute their examples, build and check the site."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from docs._ext import checks, client, guides, methods, site
from docs._ext.execution import WentWrong
from docs._ext.stage import Language, staged

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / ".docs"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m docs._ext", description="The documentation site.")
    parser.add_argument("--language", choices=get_args(Language), help="this language only")
    parser.add_argument("--page", help="execute this page only, a method or a guide, and show it: a look, no site")
    wanted = parser.parse_args()
    languages = [wanted.language] if wanted.language else list(get_args(Language))
    try:
        return _look(languages[0], wanted.page) if wanted.page else _built(languages)
    except WentWrong as error:
        print(error, file=sys.stderr)
        return 1


def _look(language: Language, page: str) -> int:
    with tempfile.TemporaryDirectory() as home, staged(language) as stage:
        folder = Path(home)
        guides.write_all(stage, ROOT / "docs" / language, folder, page)
        methods.write_all(stage, folder / "methods", page)
        found = sorted(folder.rglob(f"{page}.md"))
        if not found:
            raise WentWrong(f"there is no page {page}: give a method's English name, or a file of docs/{language}")
        for path in found:
            print(path.read_text("utf-8"))
    return 0


def _built(languages: Sequence[Language]) -> int:
    shutil.rmtree(OUT, ignore_errors=True)
    troubles: list[str] = []
    for language in languages:
        pages = OUT / "pages" / language
        pages.mkdir(parents=True)
        with staged(language) as stage:
            guides.write_all(stage, ROOT / "docs" / language, pages)
            methods.write_all(stage, pages / "methods")
        (pages / "client.md").write_text(client.page(language), "utf-8")
        site.build(pages, OUT / "html" / language, language)
        troubles += [
            f"another language: {found}" for found in checks.foreign_sentences(OUT / "html" / language, language)
        ]
    site.first_page(OUT / "html")
    if len(languages) == len(get_args(Language)):
        troubles += [f"leads nowhere: {found}" for found in checks.dead_links(OUT / "html")]
    print(*troubles, f"{OUT.relative_to(ROOT)}/html/index.html: {len(troubles)} troubles", sep="\n")
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main())
