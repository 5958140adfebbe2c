"""An array in chunks: however its bytes are cut, the same items come out, and no more is kept than a few of them."""

import itertools
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from oint.cdek._streaming import MAX_SPLIT_ATTEMPTS, JsonArraySplitter
from oint.cdek.api._response import decode_or_none


def array_or_none(text):
    found = decode_or_none(text)
    return found if isinstance(found, list) else None


def split(text, cuts=(), least=1):
    """The items that came out, and the longest rest that was kept between chunks; None where it is no array."""
    splitter = JsonArraySplitter(array_or_none, least)
    items, longest = [], 0
    marks = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    for start, end in itertools.pairwise(marks):
        items += splitter.feed(text[start:end]) or []
        longest = max(longest, len(splitter.rest))
    last = splitter.finish()
    return (None if last is None else items + last), longest


# texts in which everything that separates items occurs, in strings, in keys and in nested objects
TEXT = st.lists(st.sampled_from(['},{"code":', "]", "[{", '"', "\\", "\n", "ё", "🚚", ",", " ", "a"]), max_size=4).map(
    "".join
)
VALUE = st.recursive(
    TEXT | st.integers() | st.booleans() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["code", "x"]) | TEXT, inner, max_size=3)
    ),
    max_leaves=6,
)
ITEM = st.builds(lambda code, more: {"code": code, **more}, VALUE, st.dictionaries(TEXT, VALUE, max_size=2))
ITEMS = st.lists(ITEM | VALUE, max_size=8) | st.lists(ITEM, max_size=8)


@given(
    items=ITEMS,
    cuts=st.lists(st.integers(0, 10_000), max_size=12),
    indent=st.sampled_from([None, 0, 2]),
    escaped=st.booleans(),
    least=st.sampled_from([1, 7, 40]),
)
@example(items=[{"code": [{"code": 1}, {"code": 2}]}] * 3, cuts=list(range(200)), indent=None, escaped=False, least=1)
@example(items=[{"code": '},{"code":'}] * 3, cuts=list(range(100)), indent=None, escaped=False, least=1)
def test_any_cut_of_the_bytes_gives_the_same_items(items, cuts, indent, escaped, least):
    text = json.dumps(items, indent=indent, ensure_ascii=escaped).encode()
    assert split(text, cuts, least)[0] == items
    assert split(b" \n" + text + b"\r\n", cuts, least)[0] == items


@given(items=ITEMS, cuts=st.lists(st.integers(0, 10_000), max_size=6), end=st.integers(0, 10_000))
def test_an_array_that_breaks_off_is_told_at_any_byte(items, cuts, end):
    text = json.dumps(items, ensure_ascii=False).encode()
    assert split(text[: end % len(text)], cuts)[0] is None


@pytest.mark.parametrize(
    "text",
    [b"", b" ", b'{"errors": []}', b"<html>", b"7", b'[{"a":1},]', b'[{"a":1}] x', b'[{"a":1}][', b'[{"a":1} {"a":2}]'],
)
def test_what_is_no_array_is_told(text):
    for cuts in ((), range(len(text))):
        assert split(text, cuts)[0] is None


def test_what_is_no_array_is_kept_as_it_came():
    splitter = JsonArraySplitter(array_or_none, 1)
    for byte in b' {"errors": [1]}':
        assert splitter.feed(bytes([byte])) is None
    assert splitter.finish() is None
    assert splitter.rest == b' {"errors": [1]}'


def test_no_more_is_kept_than_what_is_gathered_and_one_item():
    items = [{"code": f"NSK{n}", "phones": [{"number": "+7"}] * 3, "note": "},{" * 9} for n in range(500)]
    text = json.dumps(items, ensure_ascii=False).encode()
    found, longest = split(text, range(0, len(text), 100), least=1000)
    assert found == items
    assert longest < 1000 + 100 + 2 * len(text) / len(items)


def test_splitter_handles_deeply_nested_items():
    items = [{"code": [{"code": n}] * (MAX_SPLIT_ATTEMPTS + 3)} for n in range(50)]
    text = json.dumps(items).encode()
    assert split(text, range(len(text)))[0] == items


def test_items_that_begin_in_no_common_way_are_read_at_the_end():
    text = b"[1, {}, [2], null]"
    assert split(text, range(len(text)))[0] == [1, {}, [2], None]
