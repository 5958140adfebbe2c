"""Run `oint refusals run --dry-run` while CDEK does not respond or rejects the credentials."""

import pytest

PARCEL = "ACCEPTED_AT_PICK_UP_POINT"


@pytest.fixture
def dry_run(oint, sandbox):
    """Return a dry run over 40 orders, more than are read at once, after one invalid row."""
    orders = [sandbox.order(status=PARCEL) for _ in range(40)]

    def dry_run(**env):
        (oint.home / "orders.csv").write_text(
            "\n".join(["uuid;x", "no-uuid;", *(f"{uuid};" for uuid in orders)]) + "\n"
        )
        return oint("refusals", "run", "orders.csv", "--dry-run", **env)

    return dry_run


def test_rejected_credentials_end_a_dry_run_at_once(dry_run, sandbox):
    result = dry_run(OINT_CDEK_PASSWORD="wrong")
    assert (result.code, result.out) == (4, "")
    assert len(result.err.splitlines()) == 1
    assert len(sandbox.calls("token")) == 1


def test_unread_card_is_an_unknown_outcome(dry_run, sandbox):
    sandbox.fault("close", operation="order_get", uuid=sandbox.orders()[0]["uuid"])
    result = dry_run()
    assert result.code == 5, result.err
    assert "CDEK did not answer" in result.out
    sandbox.clear_faults()
    assert dry_run().code == 6


def test_card_of_another_order_gives_no_action(dry_run, sandbox):
    target, other = (row["uuid"] for row in sandbox.orders()[:2])
    card = {"entity": {"uuid": other, "statuses": [{"code": "CREATED"}]}, "requests": []}
    sandbox.fault({"type": "answer", "status": 200, "body": card}, operation="order_get", uuid=target)
    result = dry_run()
    assert result.code == 5, result.err
    actions = dict(line.split("\t")[1:] for line in result.out.splitlines() if "\t" in line)
    assert actions[target] == "CDEK did not answer (unreadable_answer)"
    assert actions[other] == f"refuse ({PARCEL})"
