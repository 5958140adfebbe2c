"""Lists as people paste them: several orders are taken from a line only where each is surely one."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint.refusals.input import open_input, read_list_rows
from oint.refusals.input.list_lines import SAMPLE_LINES, is_list_of_orders, is_surely_order, split_line

UUID, OTHER = "72753033-a2e0-43e3-95e5-57c4c2e9bf4a", "0b7a1d6e-1111-4222-8333-0123456789ab"
FIRST, SECOND, THIRD = "1106625424", "1106625425", "1106625426"
UNCLEAR = "bad_row_list"


def read(text):
    """Return the orders, or the codes of invalid rows, in their order; and the numbers of the rows left out."""
    with open_input("-", stdin=io.BytesIO(text.encode())) as source:
        assert source.kind == "lines"
        rows = [row.error.code if row.error else row.uuid or row.cdek_number or row.im_number for row in source.rows()]
        return rows, sorted(number for _, kept in source.left_out for number in kept.numbers)


def split(line, *, has_counter=False):
    return ["?" if cell != str(cell) else cell for cell in split_line(line, has_counter=has_counter)]


def test_pasted_chat_is_read():
    assert read(f"1) {FIRST}\n2) {SECOND}, {THIRD}\n• reg-1\n") == ([FIRST, SECOND, THIRD, "reg-1"], [])


@pytest.mark.parametrize(
    "line",
    [
        f"{FIRST}, {SECOND}",
        f"{FIRST};{SECOND}",
        f"{FIRST} {SECOND}.",
        f"{FIRST}\u00a0{SECOND},",
        f"заказы {FIRST} и {SECOND} - не забрали",
        f"№{FIRST}, № {SECOND}",
        f"Накладные СДЭК: {FIRST}, {SECOND}",
        f"3) {FIRST}, {SECOND}",
        f"— ({FIRST}), ({SECOND})",
    ],
)
def test_several_sure_orders_on_a_line_are_taken(line):
    assert split(line) == [FIRST, SECOND]


@pytest.mark.parametrize(
    "line",
    [
        f"{FIRST} 7701234567",
        f"{FIRST} 4601234567890",
        f"{FIRST} 79991112233",
        f"{FIRST} 9991112233",
        f"{FIRST} 02112026",
        f"{FIRST} {UUID}",
        f"{FIRST}, A-1",
        f"{FIRST} уже забрали",
        f"{FIRST} - забрал",
        f"отказ {FIRST} отменён",
        f"{FIRST} ?",
        f"✅ {FIRST}",
        f"[10:16, 28.11.2026] Пётр: {FIRST}",
        "A-1, A-2",
        "A-1; A-2",
        "A-1 A-2",
        "110 662 5424",
        "Заказ Иванова, 5, 6",
        "2) A-1",
        "2. A-1",
        "2)A-1",
    ],
)
def test_doubtful_line_is_invalid(line):
    assert split(line) == ["?"]


def test_words_that_forbid_are_left_to_the_judgement_of_rows():
    assert read("A-1\nне трогать A-2, A-3\nA-4\n") == (["A-1", "bad_row_sentence", "bad_row_second_table"], [])


@pytest.mark.parametrize(
    ("line", "order"),
    [
        (f"заказ {FIRST} - не забрал", FIRST),
        (f"  • {UUID}", UUID),
        (f"- {FIRST}", FIRST),
        ("* A-1", "A-1"),
        ("A-1,", "A-1"),
        (f'"{FIRST}";', FIRST),
        (f"7. {FIRST}", FIRST),
        (f"№ 7: {FIRST}", FIRST),
        ("Заказ Иванова 5", "Заказ Иванова 5"),
        ("1\u00a0106\u00a0625\u00a0424", "1\u00a0106\u00a0625\u00a0424"),
        ("№5", "№5"),
        ("12.11", "12.11"),
        ("", ""),
    ],
)
def test_one_order_on_a_line_is_taken(line, order):
    assert split(line) == [order]


@pytest.mark.parametrize("counter", ["{}) ", "{}. ", "№{} ", "{} - ", "{}\u00a0"])
def test_counters_in_sequence_are_not_part_of_numbers(counter):
    lines = [counter.format(number) + f"A-{number * 7}" for number in range(3, 60)]
    assert read("\n".join(["К отказу", *lines, "Итого: 57"])) == (
        [f"A-{number * 7}" for number in range(3, 60)],
        [1, 59],
    )


def test_counters_out_of_sequence_are_doubtful():
    assert read("1) A-1\n3) A-2\nA-3\n") == ([UNCLEAR, UNCLEAR, "A-3"], [])
    lines = [f"{number}) A-{number}" for number in range(1, SAMPLE_LINES + 1)]
    assert read("\n".join([*lines, "7) A-99", "41) A-41"]))[0][-2:] == [UNCLEAR, "A-41"]


def test_header_that_no_list_of_headers_has_is_left_out():
    assert read("Отправленья\nS-1\nS-2\n") == (["S-1", "S-2"], [1])


def test_heading_and_thanks_are_not_orders():
    rows, left_out = read("Добрый день, отказы:\nA-1\nA-2\n\nСпасибо за работу!\n")
    assert (rows, left_out) == (["A-1", "A-2"], [1, 5])


def test_rows_below_a_heading_amid_a_list_are_never_orders():
    rows, _ = read("Отказ:\nA-1\nA-2\nНе трогать:\nA-3\n")
    assert rows == ["A-1", "A-2", "bad_row_sentence", "bad_row_second_table"]


def test_names_with_blanks_stay_whole():
    assert read("Заказ Иванова 5\nЗаказ Петровой 6\n") == (["Заказ Иванова 5", "Заказ Петровой 6"], [])


def test_lines_of_equal_length_are_a_list_only_with_spaces():
    assert read(f"{FIRST}, {SECOND}\n{THIRD}, 1106625427\n")[0] == [FIRST, SECOND, THIRD, "1106625427"]
    assert read(f"{FIRST};{SECOND};{THIRD}\n")[0] == [FIRST, SECOND, THIRD]
    assert not is_list_of_orders([f"{FIRST};{SECOND}\n", f"{THIRD};1106625427\n"])
    assert not is_list_of_orders([f"{FIRST}, 7701234567\n"])
    assert not is_list_of_orders(["\n"])


def test_numbers_of_rows_only_grow():
    rows = list(read_list_rows([f"{FIRST}, {SECOND}", "A-1", "", "", "A-2"], "auto"))
    assert [row.number for row in rows] == [1, 2, 3, 6]


def test_doubtful_word_of_register_is_an_error():
    assert [row.error and row.error.code for row in read_list_rows(["A-1, A-2"], "auto")] == [UNCLEAR]


SURE = st.one_of(st.uuids().map(str), st.from_regex(r"1[0-9]{9}", fullmatch=True).filter(is_surely_order))
PLAIN = st.from_regex(r"[A-ZЖ]{1,3}-[0-9]{1,5}", fullmatch=True)


@given(orders=st.lists(st.one_of(SURE, PLAIN), min_size=1, max_size=60), bullet=st.sampled_from(["", "• ", "- ", "* "]))
def test_list_of_one_order_a_line_round_trips(orders, bullet):
    assert read("".join(f"{bullet}{order}\n" for order in orders)) == (orders, [])


@given(line=st.text("0123456789АБab -–•№.,;:()\u00a0\u200b", max_size=60), has_counter=st.booleans())
def test_no_line_yields_an_order_that_it_does_not_show(line, has_counter):
    cells = split_line(line, has_counter=has_counter)
    assert cells
    if len(cells) > 1:
        assert all(cell in line and is_surely_order(cell) for cell in cells)
    elif isinstance(cells[0], str):
        assert cells[0].replace(" ", "") in line.replace("\u00a0", " ").replace("\u200b", "").replace(
            " ", ""
        ) or cells == [line]
