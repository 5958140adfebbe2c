"""Workbooks on the command line: what is hidden, which sheet, and what the person is shown about it."""

import json

import pytest

xlsxwriter = pytest.importorskip("xlsxwriter", reason="the extra `tables` is not installed")
pytestmark = pytest.mark.usefixtures("sandbox")


@pytest.fixture
def make_book(oint):
    """Return a maker of a workbook with sheets of orders; h-… is in a hidden row, a sheet may be hidden."""

    def make_book(**sheets):
        with xlsxwriter.Workbook(str(oint.home / "orders.xlsx")) as book:
            for name, orders in sheets.items():
                sheet = book.add_worksheet(name)
                sheet.write_column(0, 0, ["Номер заказа", *orders])
                for number, order in enumerate(orders, 1):
                    if order.startswith("h-"):
                        sheet.set_row(number, options={"hidden": True})
                if name.startswith("Скрыт"):
                    sheet.hide()
                else:
                    sheet.activate()

    return make_book


def plan(oint, *options):
    result = oint("refusals", "plan", "orders.xlsx", "--json", *options)
    return json.loads(result.out) if result.code == 0 else result


def test_plan_reports_what_is_hidden_and_takes_it_on_request(oint, make_book):
    make_book(Скрыт=["old-1"], Отказы=["a-1", "h-1"])
    planned = plan(oint)
    assert planned["total"] == 1
    assert planned["left_out"] == {
        "hidden_sheet": {"count": 1, "rows": [1], "names": ["Скрыт"]},
        "hidden_row": {"count": 1, "rows": [3]},
    }
    with_hidden = plan(oint, "--hidden", "take", "--sheet", "Отказы")
    assert (with_hidden["total"], with_hidden["left_out"]) == (2, {})
    assert with_hidden["batch"] != planned["batch"]


def test_two_sheets_with_orders_end_with_the_option_that_decides(oint, make_book):
    make_book(Выдано=["a-1"], Отказы=["a-2"])
    result = plan(oint)
    assert result.code in {2, 6}
    assert "--sheet" in result.out + result.err
    assert plan(oint, "--sheet", "Отказы")["total"] == 1
