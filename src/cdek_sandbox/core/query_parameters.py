"""Typed reading of a query string. Errors have the form of the calculators: a bare list, no envelope."""

from __future__ import annotations

from datetime import UTC, date, datetime
from math import isfinite
from typing import TYPE_CHECKING

from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.field_checks import is_uuid

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.core.request import Request

PAGE_PARAMETERS = ("size", "page", "lang")
_FLAGS = {"1": True, "true": True, "0": False, "false": False}
_MAX_INTEGER = 2**31 - 1
_MAX_PAGE_ROWS = 10_000


class QueryParameters:
    """The parameters of one request; their errors are collected in `problems`."""

    def __init__(self, request: Request) -> None:
        self._asked = request.query_parameters
        self.problems: list[Problem] = []

    def get_text(self, name: str) -> str | None:
        """Return a parameter as it was written."""
        return self._asked.get(name)

    def require(self, *names: str) -> None:
        """Require these parameters."""
        # How CDEK writes the name in these errors is recorded for one only: "[size] is empty".
        missing = (name for name in names if name not in self._asked)
        self.problems += [problem("v2_field_is_empty", f"[{name}]") for name in missing]

    def get_integer(self, name: str) -> int | None:
        """Return an integer of 0 or more."""
        text = self._asked.get(name)
        if text is None:
            return None
        if text.isascii() and text.isdigit() and len(text) < len(str(_MAX_INTEGER)) + 1:
            number = int(text)
            if number <= _MAX_INTEGER:
                return number
        self._refuse(name, text)
        return None

    def get_number(self, name: str, limit: float = float("inf")) -> float | None:
        """Return a number whose absolute value is within the limit."""
        text = self._asked.get(name)
        if text is None:
            return None
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if isfinite(number) and abs(number) <= limit:
            return number
        self._refuse(name, text)
        return None

    def get_flag(self, name: str) -> bool | None:
        """Return a flag: `1`, `true`, `0` or `false`."""
        text = self._asked.get(name)
        if text is None:
            return None
        if text.lower() not in _FLAGS:
            self._refuse(name, text)
        return _FLAGS.get(text.lower())

    def get_uuid(self, name: str) -> str | None:
        """Return a UUID in lower case."""
        text = self._asked.get(name)
        if text is not None and not is_uuid(text):
            self._refuse(name, text)
        return text and text.lower()

    def get_choice(self, name: str, *words: str) -> str | None:
        """Return one of these words, in any case of letters."""
        text = self._asked.get(name)
        if text is not None and text.upper() not in words:
            self._refuse(name, text)
        return text and text.upper()

    def get_page(self, size_by_default: int | None) -> slice:
        """Return the slice of `size` and `page`; `page` needs `size`. Without a default size: all rows."""
        size, page = self.get_integer("size"), self.get_integer("page")
        if page is not None and "size" not in self._asked:
            self.problems.append(problem("v2_field_is_empty", "[size]"))
        if size is not None and size > _MAX_PAGE_ROWS:
            self.problems.append(problem("v2_exceeded_size"))
        page_size = size_by_default if size is None else size
        return slice(None) if page_size is None else slice((page or 0) * page_size, ((page or 0) + 1) * page_size)

    def _refuse(self, name: str, text: str) -> None:
        self.problems.append(problem("v2_invalid_format", text, name))


def read_date(query: QueryParameters) -> date | None:
    """Read the parameter `date`; None where it is absent, or invalid, which is then among the problems."""
    text = query.get_text("date")
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        query.problems.append(problem("v2_invalid_format", text, "date"))
        return None


def to_utc_day(moment: float) -> date:
    """Return the day of a moment. The time zone is not documented: UTC is a choice."""
    return datetime.fromtimestamp(moment, UTC).date()
