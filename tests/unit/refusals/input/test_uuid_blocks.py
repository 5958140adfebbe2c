"""A text of UUIDs is read by blocks: the rows are those that are read line by line."""

import io
from itertools import accumulate, chain, pairwise
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from oint.refusals.input import InputFileError, InputRow, csv_reader, open_input, uuid_blocks
from oint.refusals.input.uuid_blocks import MAX_ROWS, PIECE_CHARACTERS, UuidBlock, group_rows

UUID = "72753033-a2e0-43e3-95e5-57c4c2e9bf4a"
OTHER_LINES = (
    "", " ", UUID.upper(), f" {UUID}", f"{UUID} ", f'"{UUID}"', f"{{{UUID}}}", UUID[:-1], f"{UUID}a", UUID.replace("-", ""),
    f"{UUID}, 0b7a1d6e-1111-4222-8333-0123456789ab", f"1. {UUID}", f"{UUID};", f"{UUID};x", "1100234567", "A-1", "uuid",
    "№ заказа", "итого: 5", "Итого", "Не отменять:", "# заметка", "Возвраты за март, их не отказывать", "\x1f", '"', '"a\n', "\ufeff",
    "abcdefab-cdef-abcd-efab-cdefabcdefab", "\x0b", "\u2028",
)  # fmt: skip
"""Lines that are no block, or belong to none."""


def build_uuids(count):
    return [f"{number:08X}-a2e0-43e3-95e5-57c4c2e9bf4a" for number in range(count)]


SEGMENTS = st.one_of(st.integers(1, 30).map(build_uuids), st.sampled_from(OTHER_LINES).map(lambda line: [line]))
TEXTS = st.builds(
    lambda header, top, segments, end, last_end: end.join([*header, *top, *chain(*segments)]) + last_end,
    st.sampled_from([[], ["uuid"], ["uuid"], ["заказ"], ["Отчёт", "uuid"], ["Не отменять эти заказы", "uuid"]]),
    st.sampled_from([[], [UUID] * 45, [UUID.upper()] * 45, [f"{number}. {UUID}" for number in range(1, 50)]]),
    st.lists(SEGMENTS, max_size=6),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["", "\n"]),
)
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "by": st.sampled_from(["auto", "uuid", "cdek", "shop"]),
        "delimiter": st.sampled_from(["-", ";"]),
        "columns": st.sampled_from([{"uuid": "1"}, {"order": "A"}]),
    },
)


def read(data, **options):
    """Return the rows and what is left out, or the error."""
    try:
        with open_input("-", stdin=io.BytesIO(data), **options) as source:
            return list(source.rows()), source.left_out.to_json()
    except InputFileError as error:
        return str(error)


def read_line_by_line(data, **options):
    with patch.object(csv_reader, "has_only_uuids", return_value=False):
        return read(data, **options)


@settings(max_examples=200)
@given(TEXTS, OPTIONS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.integers(1, 400), st.integers(1, 20))
@example("\n".join(["uuid", *[UUID] * 60, '"x', 'y"', *[UUID] * 60, ""]), {}, "utf-8", 1, 5)
@example("\n".join(["uuid", *[UUID] * 60, '"x', *[UUID] * 60, ""]), {}, "utf-8", 1, 5)
@example("\n".join(["uuid", *[UUID] * 60, "\x1f", *[UUID] * 60, ""]), {}, "utf-8", 1, 5)
@example("\n".join(["uuid", *[UUID] * 60, "A-1", *[UUID] * 60, ""]), {"delimiter": "-"}, "utf-8", 1, 5)
@example("\n".join(["A", *["1"] * 60, *[UUID] * 60, ""]), {"delimiter": "-", "columns": {"order": "A"}}, "utf-8", 1, 5)
def test_blocks_and_lines_give_the_same_rows(text, options, encoding, characters, rows):
    data = text.encode(encoding)
    with patch.multiple(uuid_blocks, PIECE_CHARACTERS=characters, MAX_ROWS=rows):
        assert read(data, **options) == read_line_by_line(data, **options)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("header", [[], ["uuid"], ["заказ"]])
def test_nearly_all_rows_of_a_file_of_uuids_are_in_blocks(header, end):
    uuids = build_uuids(80_000)
    data = end.join([*header, *uuids, ""]).encode()
    with open_input("-", stdin=io.BytesIO(data)) as source:
        items = list(source.read_blocks())
    blocks = [item for item in items if isinstance(item, UuidBlock)]
    piece_rows = PIECE_CHARACTERS // len(UUID) + 1
    assert sum(map(len, blocks)) > len(uuids) - 2 * piece_rows
    assert max(map(len, blocks)) < MAX_ROWS + piece_rows


def test_an_invalid_line_costs_only_its_piece_of_the_blocks():
    uuids = build_uuids(20_000)
    lines = [*uuids[:10_000], UUID[:-1], *uuids[10_000:], ""]
    with open_input("-", stdin=io.BytesIO("\n".join(lines).encode())) as source:
        items = list(source.read_blocks())
        rows = list(source.rows())
    assert sum(isinstance(item, UuidBlock) for item in items) == 2
    assert [row.number for row in rows if row.error] == [10_001]
    assert [row.uuid for row in rows if not row.error] == list(map(str.lower, uuids))


@given(st.lists(st.one_of(st.just(1), st.integers(2, 9)), max_size=30), st.integers(1, 5))
def test_rows_between_blocks_are_grouped_in_their_order(sizes, max_rows):
    starts = list(accumulate(sizes, initial=1))
    items = [
        UuidBlock(number, [UUID] * size) if size > 1 else InputRow(number, None, None, "A-1", None)
        for number, size in zip(starts, sizes, strict=False)
    ]
    with patch.object(uuid_blocks, "MAX_ROWS", max_rows):
        groups = list(group_rows(items))
    assert list(chain.from_iterable([group] if isinstance(group, UuidBlock) else group for group in groups)) == items
    assert all(0 < len(group) <= max_rows for group in groups if isinstance(group, list))
    assert all(len(first) == max_rows for first, second in pairwise(groups) if type(first) is type(second) is list)
