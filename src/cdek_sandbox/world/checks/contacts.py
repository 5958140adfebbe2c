"""What CDEK finds wrong with the sender and the recipient of an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.core.error_codes import problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.world.checks.asked import Asked


def _names(asked: Asked) -> Iterator[Problem]:
    for contact, side in (("sender", "sender"), ("recipient", "receiver")):
        name = asked.body.get(contact, {}).get("name", "")
        if "/" in name:
            yield problem(f"error_validate_{side}_name_incorrect_symbol")
        if name.isdigit():
            yield problem(f"error_validate_{side}_name_only_digits")


CHECKS = (_names,)
