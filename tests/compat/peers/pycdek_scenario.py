"""Create, read, print and delete an order with `gocream-pycdek`, which has no refusal, and read it again."""

from __future__ import annotations

import sys

from gocream_pycdek import (  # type: ignore[import-not-found, unused-ignore] # installed in its own environment only
    CdekClient,
    ContractType,
)

from tests.compat.peers.order import ORDER, wait_for

ACCOUNT = "wqGwiQx0gg8mLtiEKsUinjVSICCjtTEP"
PASSWORD = "RmAmgvSgSl1yirlz9QupbzOJVqhCxcP5"  # the pair that CDEK publishes for its test host


def main(url: str) -> None:
    """Run the scenario against a sandbox."""
    with CdekClient(ACCOUNT, PASSWORD, base_url=url) as client:
        uuid = client.registrate_order(**ORDER, contract_type=ContractType.ONLINE_STORE, number="peer-pycdek")["uuid"]
        wait_for(lambda: client.get_order(uuid)["statuses"][0]["code"], "CREATED")
        form = client.request_receipt([{"order_uuid": uuid}])["uuid"]
        wait_for(lambda: client.get_receipt(form)["statuses"][-1]["code"], "READY")
        pdf = client.download(client.get_receipt(form)["url"]).read()
        assert pdf.startswith(b"%PDF"), pdf[:20]
        print(f"  PDF, {len(pdf)} bytes")
        client.remove_order(uuid)
        wait_for(lambda: client.get_order(uuid)["statuses"][0]["code"], "REMOVED")


if __name__ == "__main__":
    main(sys.argv[1])
