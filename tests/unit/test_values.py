"""Parsing of option values, JSON and documents."""

import json
import os
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint import dispatch
from oint.catalog import CDEK
from oint.cdek.errors import InvalidArgument
from oint.parsing import documents
from oint.parsing.documents import read_object
from oint.parsing.lenient_json import parse_json
from oint.parsing.values import parse_bool, parse_date, parse_number, parse_option, parse_string_list, unescape

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def single_quoted(value):
    """Return JSON with every string in single quotes, as people type it in a shell."""
    if isinstance(value, str):
        return "'" + json.dumps(value, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"
    if isinstance(value, list):
        return f"[{', '.join(map(single_quoted, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{single_quoted(k)}: {single_quoted(v)}' for k, v in value.items())}}}"
    return json.dumps(value)


@pytest.mark.parametrize("word", ["true", "TRUE", "Истина", "ИСТИНА", "да", "Yes", "1", " true "])
def test_parse_bool_accepts_words_for_true(word):
    assert parse_bool("--x", word) is True


@pytest.mark.parametrize("word", ["false", "Ложь", "ЛОЖЬ", "нет", "No", "0"])
def test_parse_bool_accepts_words_for_false(word):
    assert parse_bool("--x", word) is False


@given(TEXT)
def test_parse_bool_rejects_other_words(text):
    if text.strip().casefold() not in {"true", "истина", "да", "yes", "1", "false", "ложь", "нет", "no", "0"}:
        with pytest.raises(InvalidArgument):
            parse_bool("--x", text)


@given(st.integers(-(10**20), 10**20))
def test_parse_number_returns_int_for_whole_number(whole):
    assert parse_number("--x", str(whole)) == whole
    assert isinstance(parse_number("--x", f"{whole}.0"), int)


@given(st.decimals(-(10**9), 10**9, places=3))
def test_parse_number_reads_decimal_point(fraction):
    assert parse_number("--x", f"{fraction:f}") == float(fraction)


@pytest.mark.parametrize(
    "text", ["", "1,5", "1e5", "nan", "inf", "0x10", "1_000", "١", "--1", "1.", ".5", "1.2.3", "9" * 31]
)
def test_parse_number_rejects_other_notations(text):
    with pytest.raises(InvalidArgument):
        parse_number("--x", text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"a\nb", "a\nb"),
        (r"\r\v\f", "\r\v\f"),
        (r"a\\nb", r"a\\nb"),
        (r"\\\n", r"\\\n"),
        (r"a\tb", r"a\tb"),
        ("\\", "\\"),
        ("\\\\", "\\\\"),
        (r'{"a":"\n"}', r'{"a":"\n"}'),
        (r" ['\n']", r" ['\n']"),
        ("plain", "plain"),
    ],
)
def test_unescape_replaces_control_sequences_outside_json(text, value):
    assert unescape(text) == value


STRING, ARRAY = (
    next(parameter for method in CDEK.methods for parameter in method.parameters if parameter.type == kind)
    for kind in ("string", "array of strings")
)


def test_existing_path_keeps_backslashes_on_command_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / r"dir\new").write_text("")
    assert parse_option(STRING, r"dir\new") == r"dir\new"
    assert parse_option(STRING, r"dir\newer") == "dir\newer"
    assert parse_option(ARRAY, r"dir\new") == [r"dir\new"]
    assert parse_option(ARRAY, r"dir\newer") == ["dir\newer"]


@pytest.mark.parametrize("parameter", [STRING, ARRAY], ids=lambda parameter: parameter.type)
def test_values_of_programs_never_touch_the_file_system(parameter, monkeypatch):
    looked_for = []
    monkeypatch.setattr(os.path, "exists", looked_for.append)
    network_path = r"\\host\share\new"
    assert dispatch.coerce_value(parameter, network_path) == (
        network_path if parameter is STRING else ["\\\\host\\share\new"]
    )
    assert dispatch.coerce_value(parameter, "['x']") == ("['x']" if parameter is STRING else ["x"])
    assert looked_for == []


@given(TEXT)
def test_unescape_keeps_text_without_backslashes(text):
    if "\\" not in text:
        assert unescape(text) == text


@given(JSON)
def test_parse_json_reads_strict_json(value):
    assert parse_json("--x", json.dumps(value, ensure_ascii=False)) == value
    assert parse_json("--x", json.dumps(value)) == value


@given(JSON)
def test_parse_json_reads_single_quoted_strings(value):
    assert parse_json("--x", single_quoted(value)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{'a':'b'}", {"a": "b"}),
        ("""{"name": "O'Brien", 'x': 'y'}""", {"name": "O'Brien", "x": "y"}),
        ("""{'quote': 'say "да"'}""", {"quote": 'say "да"'}),
        (r"""{'a': 'it\'s'}""", {"a": "it's"}),
        (r"""{"a": "it\'s"}""", {"a": "it's"}),
        (r"""{'a': 'c:\\dir', 'b': '\u0431'}""", {"a": "c:\\dir", "b": "б"}),
        ("{'a': 'two\nlines'}", {"a": "two\nlines"}),
        ("['Val1','Val2']", ["Val1", "Val2"]),
    ],
)
def test_quotes_may_contain_the_other_kind(text, value):
    assert parse_json("--x", text) == value


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{'a': secret-name}", "line 1, character 7"),
        ("{'a': 1,\n 'b': }", "line 2, character 7"),
        ("{'имя': 'O'Brien'}", "line 1, character 12"),
        ("{'a': 'say \"x\" \"y\"' 1}", "line 1, character 21"),
    ],
)
def test_json_error_has_position_but_no_content(text, place, monkeypatch):
    monkeypatch.setenv("OINT_LANG", "en")
    with pytest.raises(InvalidArgument) as error_info:
        parse_json("--order", text)
    assert "--order" in str(error_info.value)
    assert place in str(error_info.value)
    assert "secret" not in str(error_info.value)


@given(st.text("{}[]'\":,\\a1 \n", max_size=30))
def test_parse_json_raises_only_bad_argument(text):
    try:
        parse_json("--x", text)
    except InvalidArgument as error:
        assert error.hint.ru


def test_deeply_nested_json_is_rejected():
    with pytest.raises(InvalidArgument):
        parse_json("--x", "[" * 100_000)


@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf"])
def test_object_is_read_from_utf8_file_with_or_without_bom(tmp_path, prefix):
    path = tmp_path / "заказ.json"
    path.write_bytes(prefix + '{"comment": "да"}'.encode())
    assert read_object("--order", str(path)) == {"comment": "да"}


@pytest.mark.parametrize(
    "content", ['{"a": 1}'.encode("utf-16"), "{'a': 'да'}".encode("cp1251"), b"[1]", b"", b"{"], ids=str
)
def test_file_without_utf8_json_object_is_rejected(tmp_path, content):
    path = tmp_path / "order.json"
    path.write_bytes(content)
    with pytest.raises(InvalidArgument, match="--order"):
        read_object("--order", str(path))


@pytest.mark.parametrize("text", ["nowhere.json", ".", "x" * 5000, "a\0b", "", "[1]", "http://["])
def test_read_object_rejects_anything_else(text):
    with pytest.raises(InvalidArgument, match="--order"):
        read_object("--order", text)


def test_file_beyond_limit_is_rejected(tmp_path, monkeypatch):
    monkeypatch.setattr(documents, "MAX_DOCUMENT_BYTES", 100)
    path = tmp_path / "order.json"
    path.write_text(json.dumps({"comment": "x" * 100}))
    with pytest.raises(InvalidArgument):
        read_object("--order", str(path))


def test_parse_option_follows_parameter_type():
    parameters = {parameter.option: parameter for method in CDEK.methods for parameter in method.parameters}
    assert parse_option(parameters["tariff"], "139") == 139
    assert parse_option(parameters["internal"], "Истина") is True
    assert parse_option(parameters["order"], "{'a': 1}") == {"a": 1}
    assert parse_option(parameters["number"], "007") == "007"


@pytest.mark.parametrize("text", ["[NaN]", "[Infinity]", '["\\ud800"]'])
def test_parse_json_rejects_nan_and_lone_surrogates(text):
    with pytest.raises(InvalidArgument):
        parse_json("--x", text)


def test_too_large_file_has_its_own_error(tmp_path, monkeypatch):
    monkeypatch.setenv("OINT_LANG", "en")
    large = tmp_path / "order.json"
    large.write_bytes(b" " * (10 * 1024 * 1024 + 1))
    with pytest.raises(InvalidArgument) as error_info:
        read_object("--order", str(large))
    assert (
        str(error_info.value) == "--order: the document is larger than 10485760 bytes. Check that it is the right file"
    )


@given(day=st.dates())
def test_parse_date_reads_iso_date(day):
    assert parse_date("--x", f" {day.isoformat()} ") == day


@given(moment=st.datetimes(timezones=st.sampled_from([None, UTC, timezone(timedelta(hours=3))])))
def test_parse_date_keeps_time_and_zone(moment):
    parsed = parse_date("--x", moment.isoformat())
    assert (parsed, parsed.utcoffset()) == (moment, moment.utcoffset())
    if moment.tzinfo is UTC:
        assert parse_date("--x", moment.isoformat().replace("+00:00", "Z")) == moment


@pytest.mark.parametrize("text", ["", "31.08.2026", "2026-02-30", "2026-08-31T25:00:00", "tomorrow"])
def test_parse_date_rejects_other_text(text):
    with pytest.raises(InvalidArgument, match="--x"):
        parse_date("--x", text)


@given(st.lists(TEXT, max_size=5))
def test_array_is_read_in_quotes_of_either_kind(items):
    assert parse_string_list("--x", json.dumps(items), unescape) == items
    assert parse_string_list("--x", f" {single_quoted(items)} ", unescape) == items


@given(TEXT)
def test_plain_value_is_array_of_one(text):
    if not text.lstrip().startswith("[") and "\\" not in text:
        assert parse_string_list("--x", text, unescape) == [text]


def test_array_converts_whole_numbers_and_rejects_others():
    assert parse_string_list("--x", "[1106094897, 'a']", unescape) == ["1106094897", "a"]
    for text in ("[1.5]", "[null]", "[true]", "[[]]", "[{}]"):
        with pytest.raises(InvalidArgument, match="--x"):
            parse_string_list("--x", text, unescape)


@pytest.mark.parametrize(
    ("name", "option", "text", "value"),
    [
        ("GetRegionsList", "countries", "['RU','KZ']", ["RU", "KZ"]),
        ("CreateReceipt", "uuids", "a", ["a"]),
        ("CreatePrealert", "date", "2026-08-31T07:00:00Z", datetime(2026, 8, 31, 7, tzinfo=UTC)),
    ],
)
def test_parse_option_reads_arrays_and_dates(name, option, text, value):
    parameter = next(each for each in CDEK.find(name).parameters if each.option == option)
    assert parse_option(parameter, text) == value
