"""What every page has: its frame, its language, and forms that lead back to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cdek_sandbox.ui import messages
from cdek_sandbox.ui.html import Html, joined, tag

if TYPE_CHECKING:
    from collections.abc import Callable

    from oint.i18n import Language, Message

_STYLE = """
body{font:15px/1.45 system-ui,sans-serif;margin:0 auto;max-width:70rem;padding:1rem;color:#1c2630;background:#fff}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin:1.6rem 0 .4rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #d9e0e6;vertical-align:top}th{color:#51606e}
form{display:inline-flex;gap:.4rem;flex-wrap:wrap;margin:.15rem .3rem .15rem 0;align-items:center}
input,select,button{font:inherit;padding:.25rem .5rem;border:1px solid #9aa8b5;border-radius:4px;background:#fff;color:inherit;max-width:100%}
button{background:#eef3f7;cursor:pointer;white-space:nowrap}input[type=number]{width:4rem}.error{background:#fdecea;border-left:4px solid #c0392b;padding:.5rem .8rem}
.final{color:#51606e}code{font-size:.9em;overflow-wrap:anywhere}nav{float:right}div.wide{overflow-x:auto}
@media(prefers-color-scheme:dark){body{background:#161b20;color:#dde4ea}input,select{background:#1f262d}button{background:#2a343d}
th,.final{color:#9fb0bf}th,td{border-color:#323d47}.error{background:#3b2020}a{color:#7db7ff}}
"""


class Page(NamedTuple):
    """A page in the making: its own address and its language."""

    path: str
    language: Language

    def say(self, text: Message, *values: object) -> str:
        """A text in the reader's language."""
        words = text.ru if self.language == "ru" else text.en
        return words.format(*values) if values else words

    def link(self, path: str, label: object) -> Html:
        """A link that keeps the language."""
        return tag("a", label, href=f"{path}{'&' if '?' in path else '?'}lang={self.language}")

    def form(self, action: str, button: Message, *fields: Html) -> Html:
        """A form that does something and leads back to this page."""
        hidden = [("back", self.path), ("lang", self.language)]
        kept = [tag("input", type="hidden", name=name, value=value) for name, value in hidden]
        return tag(
            "form", *kept, *fields, tag("button", self.say(button)), method="post", action=f"/_sandbox/ui/{action}"
        )

    def asking(self, path: str, button: Message, *fields: Html) -> Html:
        """A form that only asks: its fields become the address."""
        kept = tag("input", type="hidden", name="lang", value=self.language)
        return tag("form", kept, *fields, tag("button", self.say(button)), method="get", action=path)

    def turns(self, address: Callable[[int], str], number: int, *, more: bool) -> Html:
        """Links to the pages before and after this one, at the address of their numbers."""
        links = [self.link(address(number - 1), self.say(messages.NEWER))] if number else []
        links += [self.link(address(number + 1), self.say(messages.OLDER))] if more else []
        return tag("p", *(joined(link, " ") for link in links))

    def drawn(self, title: str, *parts: object) -> bytes:
        """The whole document."""
        other = "en" if self.language == "ru" else "ru"
        to_other = f"{self.path}{'&' if '?' in self.path else '?'}lang={other}"
        name = "English" if other == "en" else "Русский"
        head = tag(
            "head",
            tag("meta", charset="utf-8"),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("title", title),
            tag("style", Html(_STYLE)),
        )
        nav = tag("nav", tag("a", name, href=to_other, lang=other))
        body = tag("body", nav, tag("h1", title), *parts)
        return f"<!doctype html>{tag('html', head, body, lang=self.language)}".encode("utf-8", "replace")

    def failed(self, why: str) -> bytes:
        """The page that says what did not work."""
        told = tag("p", self.say(messages.FAILED, why), class_="error", role="alert")
        return self.drawn(self.say(messages.TITLE), told, tag("p", self.link("/", self.say(messages.HOME))))


def section(title: str, *parts: object) -> Html:
    """A part of a page under its own heading."""
    return joined(tag("h2", title), tag("div", *parts, class_="wide"))
