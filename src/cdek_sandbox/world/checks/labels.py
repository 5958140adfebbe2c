"""What CDEK finds wrong with the marking of goods."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.error_codes import problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.world.checks.asked import Asked

_SEPARATORS = frozenset("\x1d\x1e\x04")


def _forms(asked: Asked) -> Iterator[Problem]:
    """Which codes CDEK takes is not known: here those that a DataMatrix of GS1 can hold, printable ASCII."""
    for item in _marked(asked):
        if not all(letter in _SEPARATORS or "!" <= letter <= "~" for letter in item["marking"]):
            yield problem("error_validate_good_invalid_label", item["name"], item["marking"])


def _amounts(asked: Asked) -> Iterator[Problem]:
    """Where this is not refused at once already."""
    if any(item["amount"] != 1 for item in _marked(asked)):
        yield problem("error_validate_good_label_count_is_over_limit")


def _once(asked: Asked) -> Iterator[Problem]:
    for marking, lines in Counter(item["marking"] for item in _marked(asked)).items():
        if lines > 1:
            yield problem("error_validate_goods_label_count_is_over_limit", marking)


def _marked(asked: Asked) -> Iterator[dict[str, Any]]:
    return (item for item in asked.items if item.get("marking"))


CHECKS = (_forms, _amounts, _once)
