"""Check that each page of the finished site is in one language."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from docs._ext.environment import Language

_IGNORED_ELEMENTS = frozenset({"code", "pre", "script", "noscript", "style", "svg"})
"""Elements with commands, names and results, which belong to no language."""
_VOID_ELEMENTS = frozenset({"br", "hr", "img", "input", "link", "meta", "path", "use"})
_FOREIGN_SENTENCE = {
    "ru": re.compile(r"(?:\b[A-Za-z]{2,}\b[ ,;:]+){4,}\b[A-Za-z]{2,}\b"),
    "en": re.compile(r"(?:[А-Яа-яЁё]{2,}[ ,;:]+){1,}[А-Яа-яЁё]{2,}"),
}
"""Several consecutive words of the other language."""


class _TextReader(HTMLParser):
    """Collects the texts of a page outside of the ignored elements."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID_ELEMENTS:
            marked = tag != "html" and any(name == "lang" for name, _ in attrs)
            self._open.append((tag, marked or tag in _IGNORED_ELEMENTS))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(ignored for _, ignored in self._open):
            self.texts.append(data)


def find_foreign_sentences(site: Path, language: Language) -> Iterator[str]:
    """Yield each sentence of the other language with its page."""
    for path in sorted(site.rglob("*.html")):
        reader = _TextReader()
        reader.feed(path.read_text("utf-8"))
        for text in reader.texts:
            for sentence in _FOREIGN_SENTENCE[language].finditer(text):
                yield f"{path.relative_to(site)}: {sentence[0]}"
