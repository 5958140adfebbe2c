"""The finished site is read once more: every link leads somewhere, and a page speaks one language."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from docs._ext.stage import Language

_SILENT = frozenset({"code", "pre", "script", "noscript", "style", "svg"})
"""What is no sentence of the page: commands, names, results."""
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "path", "use"})
_FOREIGN = {
    "ru": re.compile(r"(?:\b[A-Za-z]{2,}\b[ ,;:]+){4,}\b[A-Za-z]{2,}\b"),
    "en": re.compile(r"(?:[А-Яа-яЁё]{2,}[ ,;:]+){1,}[А-Яа-яЁё]{2,}"),
}
"""What would be a sentence of the other language: several of its words on end."""


class Page(HTMLParser):
    """A page: its links, the places that links may name, and its sentences."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()
        self.texts: list[str] = []
        self._open: list[tuple[str, bool]] = []

    @classmethod
    def read(cls, path: Path) -> Page:
        """The page of a file."""
        page = cls()
        page.feed(path.read_text("utf-8"))
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        self.places |= {known[name] for name in ("id", "name") if name in known}
        self.links += [known[name] for name in ("href", "src") if name in known]
        if tag not in _VOID:
            silent = tag in _SILENT or ("lang" in known and tag != "html")
            self._open.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(silent for _, silent in self._open):
            self.texts.append(data)


def dead_links(site: Path) -> Iterator[str]:
    """Links within the site that lead nowhere."""
    pages = {path.resolve(): Page.read(path) for path in site.rglob("*.html")}
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            there = pages.get(target)
            if not target.is_file() or (parts.fragment and there and unquote(parts.fragment) not in there.places):
                yield f"{path.relative_to(site.resolve())}: {link}"


def foreign_sentences(site: Path, language: Language) -> Iterator[str]:
    """Sentences of the other language, outside of commands, names and results."""
    for path in sorted(site.rglob("*.html")):
        for text in Page.read(path).texts:
            for found in _FOREIGN[language].finditer(text):
                yield f"{path.relative_to(site)}: {found[0]}"
