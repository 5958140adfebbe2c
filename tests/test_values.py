"""Command-line text as values."""

import json
import os
import socketserver
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint import dispatch
from oint.catalog import CDEK
from oint.cdek.errors import BadArgument
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
    """JSON as people type it in a shell: every string in single quotes."""
    if isinstance(value, str):
        return "'" + json.dumps(value, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"
    if isinstance(value, list):
        return f"[{', '.join(map(single_quoted, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{single_quoted(k)}: {single_quoted(v)}' for k, v in value.items())}}}"
    return json.dumps(value)


@pytest.mark.parametrize("word", ["true", "TRUE", "Истина", "ИСТИНА", "да", "Yes", "1", " true "])
def test_every_word_for_true_is_true(word):
    assert parse_bool("--x", word) is True


@pytest.mark.parametrize("word", ["false", "Ложь", "ЛОЖЬ", "нет", "No", "0"])
def test_every_word_for_false_is_false(word):
    assert parse_bool("--x", word) is False


@given(TEXT)
def test_any_other_word_is_no_boolean(text):
    if text.strip().casefold() not in {"true", "истина", "да", "yes", "1", "false", "ложь", "нет", "no", "0"}:
        with pytest.raises(BadArgument):
            parse_bool("--x", text)


@given(st.integers(-(10**20), 10**20))
def test_a_whole_number_is_itself(whole):
    assert parse_number("--x", str(whole)) == whole
    assert isinstance(parse_number("--x", f"{whole}.0"), int)


@given(st.decimals(-(10**9), 10**9, places=3))
def test_a_fraction_is_written_with_a_dot(fraction):
    assert parse_number("--x", f"{fraction:f}") == float(fraction)


@pytest.mark.parametrize(
    "text", ["", "1,5", "1e5", "nan", "inf", "0x10", "1_000", "١", "--1", "1.", ".5", "1.2.3", "9" * 31]
)
def test_what_is_no_plain_number_is_refused(text):
    with pytest.raises(BadArgument):
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
def test_only_lone_control_sequences_outside_json_become_characters(text, value):
    assert unescape(text) == value


STRING, ARRAY = (
    next(parameter for method in CDEK.methods for parameter in method.parameters if parameter.type == kind)
    for kind in ("string", "array of strings")
)


def test_a_path_of_an_existing_file_keeps_its_backslashes_at_the_command_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / r"dir\new").write_text("")
    assert parse_option(STRING, r"dir\new") == r"dir\new"
    assert parse_option(STRING, r"dir\newer") == "dir\newer"
    assert parse_option(ARRAY, r"dir\new") == [r"dir\new"]
    assert parse_option(ARRAY, r"dir\newer") == ["dir\newer"]


@pytest.mark.parametrize("parameter", [STRING, ARRAY], ids=lambda parameter: parameter.type)
def test_no_file_is_looked_for_where_a_value_comes_from_an_agent_or_a_program(parameter, monkeypatch):
    looked_for = []
    monkeypatch.setattr(os.path, "exists", looked_for.append)
    given = r"\\host\share\new"
    assert dispatch.coerce_value(parameter, given) == (given if parameter is STRING else ["\\\\host\\share\new"])
    assert dispatch.coerce_value(parameter, "['x']") == ("['x']" if parameter is STRING else ["x"])
    assert looked_for == []


@given(TEXT)
def test_a_text_without_backslashes_is_left_alone(text):
    if "\\" not in text:
        assert unescape(text) == text


@given(JSON)
def test_json_in_double_quotes_means_itself(value):
    assert parse_json("--x", json.dumps(value, ensure_ascii=False)) == value
    assert parse_json("--x", json.dumps(value)) == value


@given(JSON)
def test_json_in_single_quotes_means_the_same(value):
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
def test_quotes_of_either_kind_may_hold_the_other(text, value):
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
def test_an_error_in_json_says_where_and_repeats_nothing_of_it(text, place, monkeypatch):
    monkeypatch.setenv("OINT_LANG", "en")
    with pytest.raises(BadArgument) as caught:
        parse_json("--order", text)
    assert "--order" in str(caught.value)
    assert place in str(caught.value)
    assert "secret" not in str(caught.value)


@given(st.text("{}[]'\":,\\a1 \n", max_size=30))
def test_any_text_is_json_or_a_clear_refusal(text):
    try:
        parse_json("--x", text)
    except BadArgument as error:
        assert error.hint.ru


def test_json_nested_beyond_reason_is_refused_not_fatal():
    with pytest.raises(BadArgument):
        parse_json("--x", "[" * 100_000)


@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf"])
def test_an_object_comes_from_a_utf8_file_with_or_without_a_bom(tmp_path, prefix):
    path = tmp_path / "заказ.json"
    path.write_bytes(prefix + '{"comment": "да"}'.encode())
    assert read_object("--order", str(path)) == {"comment": "да"}


@pytest.mark.parametrize(
    "content", ['{"a": 1}'.encode("utf-16"), "{'a': 'да'}".encode("cp1251"), b"[1]", b"", b"{"], ids=str
)
def test_a_file_that_holds_no_utf8_json_object_is_refused(tmp_path, content):
    path = tmp_path / "order.json"
    path.write_bytes(content)
    with pytest.raises(BadArgument, match="--order"):
        read_object("--order", str(path))


@pytest.mark.parametrize(
    "text", ["nowhere.json", ".", "x" * 5000, "a\0b", "", "[1]", "http://127.0.0.1:1/", "http://["]
)
def test_what_leads_to_no_object_is_refused(text):
    with pytest.raises(BadArgument, match="--order"):
        read_object("--order", text)


def test_a_file_beyond_the_limit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(documents, "MAX_DOCUMENT_BYTES", 100)
    path = tmp_path / "order.json"
    path.write_text(json.dumps({"comment": "x" * 100}))
    with pytest.raises(BadArgument):
        read_object("--order", str(path))


@contextmanager
def web(status, body, *, for_ever=False):
    left = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)
            with suppress(OSError):
                while for_ever and not left.wait(0.01):
                    self.wfile.write(body)

        def log_message(self, *_):
            pass

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/order.json"
        finally:
            left.set()
            server.shutdown()
            thread.join()


def test_an_object_comes_from_the_web():
    with web(200, '{"comment": "да"}'.encode()) as url:
        assert read_object("--order", url) == {"comment": "да"}


@pytest.mark.parametrize(("status", "body"), [(404, b"{}"), (200, b"<html>"), (200, b'{"a": "%s"}' % (b"x" * 200))])
def test_a_page_that_is_no_object_or_too_large_is_refused(status, body, monkeypatch):
    monkeypatch.setattr(documents, "MAX_DOCUMENT_BYTES", 100)
    with web(status, body) as url, pytest.raises(BadArgument, match="--order"):
        read_object("--order", url)


def test_a_body_that_drips_for_ever_is_given_up(monkeypatch):
    monkeypatch.setattr(documents, "DOWNLOAD_TIMEOUT_SECONDS", 0.5)
    with web(200, b" ", for_ever=True) as url, pytest.raises(BadArgument, match="--order"):
        read_object("--order", url)


def test_a_parameter_is_read_by_its_type():
    parameters = {parameter.option: parameter for method in CDEK.methods for parameter in method.parameters}
    assert parse_option(parameters["tariff"], "139") == 139
    assert parse_option(parameters["internal"], "Истина") is True
    assert parse_option(parameters["order"], "{'a': 1}") == {"a": 1}
    assert parse_option(parameters["number"], "007") == "007"


@pytest.mark.parametrize("text", ["[NaN]", "[Infinity]", '["\\ud800"]'])
def test_what_only_lenient_readers_take_for_json_is_no_json_here(text):
    with pytest.raises(BadArgument):
        parse_json("--x", text)


def test_a_file_that_is_too_large_is_told_as_that_and_only_that(tmp_path, monkeypatch):
    monkeypatch.setenv("OINT_LANG", "en")
    large = tmp_path / "order.json"
    large.write_bytes(b" " * (10 * 1024 * 1024 + 1))
    with pytest.raises(BadArgument) as caught:
        read_object("--order", str(large))
    assert str(caught.value) == "--order: the document is larger than 10485760 bytes. Check that it is the right file"


@given(st.dates())
def test_a_date_is_itself(given):
    assert parse_date("--x", f" {given.isoformat()} ") == given


@given(st.datetimes(timezones=st.sampled_from([None, UTC, timezone(timedelta(hours=3))])))
def test_a_moment_is_itself_with_its_zone(given):
    found = parse_date("--x", given.isoformat())
    assert (found, found.utcoffset()) == (given, given.utcoffset())
    if given.tzinfo is UTC:
        assert parse_date("--x", given.isoformat().replace("+00:00", "Z")) == given


@pytest.mark.parametrize("text", ["", "31.08.2026", "2026-02-30", "2026-08-31T25:00:00", "tomorrow"])
def test_what_is_no_date_is_refused_and_shown(text):
    with pytest.raises(BadArgument, match="--x"):
        parse_date("--x", text)


@given(st.lists(TEXT, max_size=5))
def test_an_array_is_itself_in_quotes_of_either_kind(items):
    assert parse_string_list("--x", json.dumps(items), unescape) == items
    assert parse_string_list("--x", f" {single_quoted(items)} ", unescape) == items


@given(TEXT)
def test_one_plain_value_is_an_array_of_it(text):
    if not text.lstrip().startswith("[") and "\\" not in text:
        assert parse_string_list("--x", text, unescape) == [text]


def test_whole_numbers_of_an_array_are_texts_and_nothing_else_is():
    assert parse_string_list("--x", "[1106094897, 'a']", unescape) == ["1106094897", "a"]
    for text in ("[1.5]", "[null]", "[true]", "[[]]", "[{}]"):
        with pytest.raises(BadArgument, match="--x"):
            parse_string_list("--x", text, unescape)


@pytest.mark.parametrize(
    ("name", "option", "text", "value"),
    [
        ("GetRegionsList", "countries", "['RU','KZ']", ["RU", "KZ"]),
        ("CreateReceipt", "uuids", "a", ["a"]),
        ("CreatePrealert", "date", "2026-08-31T07:00:00Z", datetime(2026, 8, 31, 7, tzinfo=UTC)),
    ],
)
def test_a_value_is_read_as_the_type_of_its_parameter_says(name, option, text, value):
    parameter = next(each for each in CDEK.find(name).parameters if each.option == option)
    assert parse_option(parameter, text) == value
