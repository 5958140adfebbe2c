"""Preview on a real terminal: a table that fits it; elsewhere a line of fields for each row."""

import struct

import pytest

from oint.cli.text_width import measure_width
from tests.support.terminal import FAST, PARCEL, QUESTION, Terminal, posix, write_orders


def open_terminal(oint, columns, *words, **env):
    import fcntl  # noqa: PLC0415 - Windows has none
    import termios  # noqa: PLC0415 - the same

    terminal = Terminal(oint, *words, **env)
    fcntl.ioctl(terminal.master, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    return terminal


def list_table_lines(text):
    """Return the lines from the totals to the end of the table."""
    lines = text.replace("\r\n", "\n").split("\r\x1b[K")[-1].splitlines()
    return lines[next(index for index, line in enumerate(lines) if line.startswith("Строк: ")) :]


@posix
@pytest.mark.parametrize("columns", [40, 80, 120])
def test_preview_on_a_terminal_is_a_table_that_fits(oint, sandbox, columns):
    for status in ("CREATED", "DELIVERED", "TAKEN_BY_COURIER", PARCEL, PARCEL):
        sandbox.order(status=status, im_number=f"IM-{len(sandbox.orders()) + 1}")
    orders = [row["im_number"] for row in sandbox.orders()]
    terminal = open_terminal(oint, columns, "preview", write_orders(oint, [*orders, "unknown-9"]), OINT_LANG="ru")
    assert terminal.end() == 6
    lines = list_table_lines(terminal.output)
    table = lines[lines.index("ТРЕБУЮТ ВНИМАНИЯ") :]
    assert max(map(measure_width, lines[: lines.index("ТРЕБУЮТ ВНИМАНИЯ")])) <= columns
    assert sum(line.split()[:2] == ["6", "unknown-9"] for line in table) == 1
    assert "Зарегистрировать отказ · в пункте выдачи: 2" in " ".join(" ".join(table).split())
    assert "\t" not in terminal.output


@posix
def test_question_is_asked_below_the_table(oint, sandbox):
    orders = sandbox.order_batch(3, status=PARCEL)
    terminal = open_terminal(oint, 80, "run", write_orders(oint, orders), *FAST)
    assert terminal.until(QUESTION), terminal.output
    assert "Requests: 9, time: under a minute" in terminal.output
    assert "OTHER ROWS" in terminal.output
    assert terminal.output.index("  3  at the pick-up point") < terminal.output.index("Refusals to be sent: 3")
    terminal.type("no\n")
    assert terminal.end() == 2


@posix
def test_long_reading_shows_how_far_it_is(oint, sandbox):
    orders = sandbox.order_batch(50, status=PARCEL)
    terminal = open_terminal(oint, 60, "preview", write_orders(oint, orders), "--rate", "20")
    assert terminal.end() == 0
    lines = [line.partition("\r")[0] for line in terminal.output.split("\r\x1b[K") if line.startswith("order cards")]
    assert lines, terminal.output
    assert all("/50 · " in line and line.endswith(" left") and len(line) < 60 for line in lines)
    assert "OTHER ROWS" in terminal.output.split("\r\x1b[K")[-1]


def test_preview_elsewhere_has_a_line_of_fields_for_each_row(oint, sandbox):
    orders = sandbox.order_batch(3, status=PARCEL)
    result = oint("refusals", "preview", write_orders(oint, orders))
    assert [line.split("\t")[1] for line in result.out.splitlines() if "\t" in line] == orders
    assert "OTHER ROWS" not in result.out
    assert "  3  at the pick-up point" in result.out.splitlines()


def test_preview_as_json_is_one_object_with_a_line_for_each_row(oint, sandbox):
    orders = [*sandbox.order_batch(2, status=PARCEL), "unknown-9"]
    result = oint("refusals", "preview", write_orders(oint, orders), "--json")
    assert [row["order"] for row in result.json["rows"]] == orders
    assert result.json["counts"] == {"refuse": 2, "not_found": 1}
    assert (result.json["days_at_office"]["0-2"], result.json["free_storage"]["later"]) == (2, 2)
    assert sum('"row":' in line for line in result.out.splitlines()) == 3


def test_empty_preview_as_json_is_still_one_object(oint, sandbox):
    oint("refusals", "plan", write_orders(oint, sandbox.order_batch(1, status=PARCEL)))
    oint("refusals", "cancel", "1")
    result = oint("refusals", "preview", "1", "--json")
    assert (result.code, result.json["rows"]) == (0, [])
