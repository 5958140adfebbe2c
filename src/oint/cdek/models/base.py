"""The ground of every typed answer: unknown fields pass, and what CDEK really sent stays reachable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from oint.cdek.wire import HttpResponse


class Model(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A JSON object of CDEK's. Every field may be absent; unknown ones are passed over (they stay in `Answer.raw`)."""


class Answer(Model, dict=True):
    """A whole answer of CDEK's.

    Dates stay strings as CDEK wrote them (several forms exist); what needs a moment offers it as `.at`.
    """

    @property
    def usable(self) -> bool:
        """Whether it says what its call is for; each kind of answer knows what that takes."""
        return True

    @property
    def http(self) -> HttpResponse:
        """The HTTP answer that this was read from: status, headers, body."""
        response: HttpResponse = self.__dict__["http"]
        return response

    @property
    def raw(self) -> Any:
        """The answer as plain dicts and lists, nothing added, nothing lost."""
        return msgspec.json.decode(self.http.body)

    @property
    def drift(self) -> tuple[str, ...]:
        """Paths of fields whose type was not the expected one and that were coerced or left out; usually empty."""
        paths: tuple[str, ...] = self.__dict__.get("drift", ())
        return paths
