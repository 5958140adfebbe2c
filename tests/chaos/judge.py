"""What a ledger says of each row beside what the sandbox knows of its order."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from oint.refusals.ledger import open_ledger
from oint.refusals.ledger.rows import split_row_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Truth = dict[str, Any]
ADVISED = {"CREATED", "ACCEPTED", "DELIVERED", "NOT_DELIVERED", "REMOVED", "INVALID"}
OPEN = {"planned", "sending", "accepted", "unknown"}


def verdicts(address: str, batch: int) -> dict[int, str]:
    """The state of each source row of a batch, by its number: of its last attempt; a double has that of the row it doubles."""
    sql = (
        "SELECT r.id, coalesce(o.state, r.state) FROM refusal r LEFT JOIN refusal o ON o.id = r.duplicate_of"
        " WHERE r.id >= ? AND r.id < ? AND r.superseded = 0"
    )
    with closing(open_ledger(address)) as ledger:
        found = ledger.get_batch(batch)
        assert found is not None
        with ledger.database.read_transaction() as cursor:
            return {split_row_id(row)[1]: state for row, state in cursor.fetch_all(sql, *found.span)}


def expected(truth: Truth) -> str:
    """The verdict that follows from what the sandbox knows."""
    received = truth["refusals"]
    if any(refusal["state"] == "SUCCESSFUL" for refusal in received):
        return "confirmed"
    if truth["owner"] != "main" or any(refusal["code"] or refusal["state"] == "INVALID" for refusal in received):
        return "rejected"
    return "advised" if truth["status"] in ADVISED else "missing"


def twice(truth: Truth) -> bool:
    """Whether more than one refusal was done: one came in while another stood, or was overtaken by it on the way."""
    received = truth["refusals"]
    stood = [refusal["request_uuid"] is not None and refusal["state"] != "INVALID" for refusal in received]
    if True not in stood:
        return False
    first = stood.index(True)
    earlier_done = any(refusal["request_uuid"] or refusal["code"] for refusal in received[:first])
    return earlier_done or first + 1 < len(received)


def complaints(orders: Sequence[str], said: Mapping[int, str], truths: Mapping[str, Truth]) -> list[str]:
    """Everything that is not as it should be, in words; `orders` are the rows' uuids, the first of row 2."""
    found = []
    for number, uuid in enumerate(orders, 2):
        should, state = expected(truths[uuid]), said.get(number, "nothing")
        if should != state:
            found.append(f"row {number} ({uuid}): the ledger says {state}, the sandbox {should}")
    found += [f"{uuid}: a second refusal came while one stood" for uuid in dict.fromkeys(orders) if twice(truths[uuid])]
    return found
