"""The four kinds of answers: an object, a bare array, a file, nothing; each is read, or told apart from an error."""

import json

import pytest

from oint.cdek._protocol import build_request, parse_response
from oint.cdek.api._request import Request, add_query, encode_json
from oint.cdek.api._response import EmptyResponse, ListResponse, Model, Pdf, Zip
from oint.cdek.errors import InvalidArgument, InvalidResponse, OutcomeUnknown, RequestRejected
from tests.support.fake_session import answer


class Town(Model):
    code: int | None = None
    name: str | None = None


class Towns(ListResponse[Town]):
    pass


TOWNS = Request("towns", "GET", "/towns", Towns, changes=False)
PDF = Request("pdf", "GET", "/x.pdf", Pdf, changes=False)
ASK = Request("ask", "POST", "/ask", EmptyResponse, changes=False)
NO = {"errors": [{"code": "v2_no", "message": "no"}]}
ENVELOPED = {"requests": [{"state": "INVALID", "errors": [{"code": "v2_no", "message": "no"}]}]}
HTML = b"<html>Qrator</html>"


def test_an_array_is_read_item_by_item():
    body = [{"code": 44, "name": "Москва", "new": [1]}, {"code": 5}]
    got = parse_response(TOWNS, answer(200, body))
    assert [town.code for town in got] == [44, 5]
    assert (len(got), got.items[0].name, got.raw, got.drift) == (2, "Москва", body, ())


def test_an_empty_array_is_an_answer():
    got = parse_response(TOWNS, answer(200, []))
    assert (got.items, got.raw) == ([], [])


def test_what_drifted_in_an_item_is_named_and_the_other_items_are_whole():
    body = [{"code": "44", "name": 7}, None, "x", {"code": [], "name": "y"}, {"code": 5}]
    got = parse_response(TOWNS, answer(200, body))
    assert [(town.code, town.name) for town in got] == [(44, "7"), (None, "y"), (5, None)]
    assert got.drift == ("[0].name", "[1]", "[2]", "[3].code")
    assert got.raw == body


@pytest.mark.parametrize("kind", [TOWNS, PDF, ASK], ids=lambda request: request.operation)
@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("body", [NO, ENVELOPED], ids=["plain", "envelope"])
def test_cdeks_error_in_the_place_of_any_kind_of_answer_is_its_error(kind, status, body):
    with pytest.raises(RequestRejected) as caught:
        parse_response(kind, answer(status, body))
    assert caught.value.code == "v2_no"
    assert json.loads(caught.value.body) == body


@pytest.mark.parametrize(
    ("kind", "body"),
    [(TOWNS, HTML), (TOWNS, b""), (TOWNS, b"{}"), (TOWNS, b"null"), (PDF, HTML), (PDF, b""), (ASK, HTML), (ASK, b"[]")],
)
def test_what_is_nothing_of_the_kind_is_unreadable(kind, body):
    with pytest.raises(InvalidResponse):
        parse_response(kind, answer(200, body))


def test_a_file_is_its_bytes_and_its_kind_is_asked_for():
    body = b"%PDF-1.4\n\x00\xff"
    got = parse_response(PDF, answer(200, body))
    assert got.content == got.raw == body
    assert build_request(PDF, "https://cdek.test", None).headers["Accept"] == "application/pdf"
    assert Zip.decode(b"PK\x03\x04")[0] is not None
    assert Zip.decode(body)[0] is None


def test_a_file_does_not_show_in_its_text():
    assert "%PDF" not in repr(parse_response(PDF, answer(200, b"%PDF-1.4 recipient")))


@pytest.mark.parametrize(
    ("body", "raw"), [(b"", None), (b" \n", None), (b"{}", {}), (b'{"errors":[]}', {"errors": []})]
)
def test_an_empty_body_is_an_answer_where_nothing_is_to_be_said(body, raw):
    assert parse_response(ASK, answer(200, body)).raw == raw


def test_change_with_a_foreign_response_has_an_unknown_outcome():
    change = Request("change", "POST", "/x", EmptyResponse, changes=True)
    with pytest.raises(OutcomeUnknown):
        parse_response(change, answer(200, HTML))


def test_a_query_leaves_out_what_is_not_given_and_encodes_what_is():
    assert add_query("/x") == add_query("/x", a=None) == "/x"
    assert add_query("/x", a=None, b=0, c=False, d=True, e="ё &") == "/x?b=0&c=false&d=true&e=%D1%91%20%26"
    assert add_query("/x", codes=["RU", "KZ"], path=("a", 1)) == "/x?codes=RU%2CKZ&path=a%2C1"


def test_a_request_may_bring_headers_of_its_own():
    request = Request("x", "GET", "/x", Towns, changes=False, headers={"X-User-Lang": "eng"})
    assert build_request(request, "https://cdek.test", None).headers["X-User-Lang"] == "eng"
    assert "X-User-Lang" not in build_request(TOWNS, "https://cdek.test", None).headers


@pytest.mark.parametrize("value", [{"a": object()}, {"a": "\ud800"}, {1.5j: 1}])
def test_what_json_cannot_hold_is_told_before_anything_is_sent(value):
    with pytest.raises(InvalidArgument) as caught:
        encode_json(value, "order")
    assert caught.value.field == "order"
