"""What CDEK finds wrong with the sellers and with the shipper of an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.core.error_codes import problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.world.checks.asked import Asked

_OWNERSHIP_FORMS = frozenset({"9", "61", "63", "119", "137", "147", "179"})


def _ownership(asked: Asked) -> Iterator[Problem]:
    sellers = [asked.body.get("seller", {}), *(item.get("seller", {}) for item in asked.items)]
    if any(seller.get("ownership_form") and seller["ownership_form"] not in _OWNERSHIP_FORMS for seller in sellers):
        yield problem("error_validate_online_shop_seller_ownership_form_incorrect")


def _shipper(asked: Asked) -> Iterator[Problem]:
    """An invoice or a shipper makes an order international; that its address is then needed is told by the code's name."""
    if any(asked.body.get(name) for name in ("date_invoice", "shipper_name")) and not asked.body.get("shipper_address"):
        yield problem("error_validate_international_shipper_address_is_required")


CHECKS = (_ownership, _shipper)
