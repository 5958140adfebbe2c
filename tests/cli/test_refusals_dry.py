"""`oint refusals run --dry-run` where CDEK does not answer, or does not let anybody in."""

import pytest

PARCEL = "ACCEPTED_AT_PICK_UP_POINT"


@pytest.fixture
def dry(oint, box):
    """A dry run over 40 orders, more than are read at once, with a broken row at their head."""
    orders = [box.order(status=PARCEL) for _ in range(40)]

    def dry(**env):
        (oint.home / "orders.csv").write_text(
            "\n".join(["uuid;x", "no-uuid;", *(f"{uuid};" for uuid in orders)]) + "\n"
        )
        return oint("refusals", "run", "orders.csv", "--dry-run", **env)

    return dry


def test_credentials_that_cdek_does_not_take_end_a_dry_run_at_once(dry, box):
    ended = dry(OINT_CDEK_PASSWORD="wrong")
    assert ended.code == 4
    assert [line.split("\t")[2] for line in ended.out.splitlines()] == ["invalid row (bad_row_uuid)"]
    assert len(ended.err.splitlines()) == 1
    assert len(box.calls("token")) == 1


def test_a_card_that_could_not_be_read_is_an_unknown_outcome(dry, box):
    box.fault("close", operation="order_get", uuid=box.orders()[0]["uuid"])
    ended = dry()
    assert ended.code == 5, ended.err
    assert "CDEK did not answer" in ended.out
    box.clear_faults()
    assert dry().code == 6


def test_the_card_of_another_order_tells_no_fate(dry, box):
    mine, other = (row["uuid"] for row in box.orders()[:2])
    card = {"entity": {"uuid": other, "statuses": [{"code": "CREATED"}]}, "requests": []}
    box.fault({"type": "answer", "status": 200, "body": card}, operation="order_get", uuid=mine)
    ended = dry()
    assert ended.code == 5, ended.err
    told = dict(line.split("\t")[1:] for line in ended.out.splitlines() if "\t" in line)
    assert told[mine] == "CDEK did not answer (unreadable_answer)"
    assert told[other] == f"refuse ({PARCEL})"
