"""Create, read, print and refuse an order with the package `cdek`, and read it again."""

from __future__ import annotations

import sys

from cdek import CdekClient  # type: ignore[import-not-found, attr-defined, unused-ignore] # installed in its own environment only
from cdek.apps.form import PrintInvoiceRequest  # type: ignore[import-not-found, unused-ignore] # the same
from cdek.apps.models import PrintOrder  # type: ignore[import-not-found, unused-ignore] # the same
from cdek.apps.order.requests import OrderRequest  # type: ignore[import-not-found, unused-ignore] # the same

from tests.compat.peers.order import ORDER, wait_for


def main(url: str) -> None:
    """Run the scenario against a sandbox."""
    client = CdekClient("TEST")
    client.base_url = f"{url}/v2/"
    uuid = client.order.create(OrderRequest(type=1, number="peer-cdek", **ORDER)).get_entry_uuid()
    wait_for(lambda: client.order.get_by_uuid(uuid).entity.statuses[0].code, "CREATED")
    form = client.invoice.set(PrintInvoiceRequest(orders=[PrintOrder(order_uuid=uuid)])).get_entry_uuid()
    wait_for(lambda: client.invoice.get(form).entity.statuses[-1].code, "READY")
    assert client.order.refusal(uuid).requests[0].state == "ACCEPTED"
    wait_for(lambda: client.order.get_by_im_number("peer-cdek").entity.statuses[0].code, "NOT_DELIVERED")


if __name__ == "__main__":
    main(sys.argv[1])
