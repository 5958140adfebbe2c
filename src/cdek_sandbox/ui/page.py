"""Render pages: their frame, language and addresses. The templates are in `templates/`; whatever they show is escaped."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cdek_sandbox.ui import messages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jinja2 import Environment

    from oint.i18n import Language, Message

PAGE_SIZE = 50


class OtherLanguage(NamedTuple):
    """The link to the same page in the other language."""

    language: Language
    name: str
    url: str


class Page(NamedTuple):
    """A page: its own address and its language."""

    path: str
    language: Language

    def say(self, message: Message, *values: object) -> str:
        """Return a message in the reader's language."""
        text = message.ru if self.language == "ru" else message.en
        return text.format(*values) if values else text

    def url(self, path: str) -> str:
        """Return an address that keeps the language."""
        return _add_lang(path, self.language)

    @property
    def other(self) -> OtherLanguage:
        """The link to the other language."""
        if self.language == "ru":
            return OtherLanguage("en", "English", _add_lang(self.path, "en"))
        return OtherLanguage("ru", "Русский", _add_lang(self.path, "ru"))

    def render(self, template: str, title: str, **values: Any) -> bytes:
        """Render a template of `templates/`; half characters, which JSON can carry, become question marks."""
        page = _environment().get_template(template)
        return page.render(page=self, title=title, **values).encode("utf-8", "replace")

    def render_error(self, error: Message) -> bytes:
        """Render the page that says what failed."""
        return self.render("error.html", self.say(messages.TITLE), error=self.say(error))


class Rows(NamedTuple):
    """One page of a list, and the addresses of its neighbours."""

    rows: list[Any]
    newer: str | None
    older: str | None


def paginate(items: Sequence[Any], number: int, address: Callable[[int], str]) -> Rows:
    """Return the page of this number, from 0; `address` gives the address of a page by its number."""
    start = number * PAGE_SIZE
    newer = address(number - 1) if number else None
    older = address(number + 1) if start + PAGE_SIZE < len(items) else None
    return Rows(list(items[start : start + PAGE_SIZE]), newer, older)


def _add_lang(path: str, language: Language) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - loaded for the first page

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["messages"] = messages
    return environment
