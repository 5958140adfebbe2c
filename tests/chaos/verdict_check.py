"""Compare the verdict of each row in a ledger with the order at the sandbox."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from oint.refusals.ledger import open_ledger
from oint.refusals.ledger.rows import split_row_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SandboxOrder = dict[str, Any]
ADVISED_STATUSES = {"CREATED", "ACCEPTED", "DELIVERED", "NOT_DELIVERED", "REMOVED", "INVALID"}
OPEN_STATES = {"planned", "sending", "accepted", "unknown"}


def read_verdicts(address: str, batch: int) -> dict[int, str]:
    """Return the state of each source row of a batch by its number. A duplicate has the state of the row that it duplicates."""
    sql = (
        "SELECT r.id, coalesce(o.state, r.state) FROM refusal r LEFT JOIN refusal o ON o.id = r.duplicate_of"
        " WHERE r.id >= ? AND r.id < ? AND r.superseded = 0"
    )
    with closing(open_ledger(address)) as ledger:
        record = ledger.get_batch(batch)
        assert record is not None
        with ledger.database.read_transaction() as cursor:
            return {split_row_id(row)[1]: state for row, state in cursor.fetch_all(sql, *record.span)}


def expect_verdict(order: SandboxOrder) -> str:
    """Return the verdict that follows from the order at the sandbox."""
    received = order["refusals"]
    if any(refusal["state"] == "SUCCESSFUL" for refusal in received):
        return "confirmed"
    if order["owner"] != "main" or any(refusal["code"] or refusal["state"] == "INVALID" for refusal in received):
        return "rejected"
    return "advised" if order["status"] in ADVISED_STATUSES else "missing"


def has_duplicate_refusal(order: SandboxOrder) -> bool:
    """Return whether a second refusal arrived while the first was pending or done, in whichever order they arrived."""
    received = order["refusals"]
    stood = [refusal["request_uuid"] is not None and refusal["state"] != "INVALID" for refusal in received]
    if True not in stood:
        return False
    first = stood.index(True)
    earlier_done = any(refusal["request_uuid"] or refusal["code"] for refusal in received[:first])
    return earlier_done or first + 1 < len(received)


def find_mismatches(uuids: Sequence[str], verdicts: Mapping[int, str], orders: Mapping[str, SandboxOrder]) -> list[str]:
    """Return a message for each wrong verdict and for each order with a second refusal.

    Args:
        uuids: the orders of the rows, from row 2
        verdicts: the states in the ledger by row number
        orders: the orders at the sandbox by uuid
    """
    mismatches = []
    for number, uuid in enumerate(uuids, 2):
        expected, state = expect_verdict(orders[uuid]), verdicts.get(number, "nothing")
        if expected != state:
            mismatches.append(f"row {number} ({uuid}): {state} in the ledger, {expected} at the sandbox")
    return mismatches + [
        f"{uuid}: a second refusal arrived" for uuid in dict.fromkeys(uuids) if has_duplicate_refusal(orders[uuid])
    ]
