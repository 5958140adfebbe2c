"""Operations come to the right request, and bad arguments to a clear error before anything is sent."""

import re
import uuid

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint.cdek._urls import resolve_base_url
from oint.cdek.api import deliverypoints, location, oauth, orders, passport
from oint.cdek.errors import InvalidArgument
from oint.redaction import redact
from tests.support.fake_session import ORDER, UUID


def test_a_refusal_is_a_post_without_a_body():
    request = orders.refuse(UUID)
    assert (request.method, request.path, request.body, request.changes) == (
        "POST",
        f"/orders/{UUID}/refusal",
        None,
        True,
    )


def test_the_other_operations_on_an_order():
    assert (orders.get(UUID).method, orders.get(UUID).path) == ("GET", f"/orders/{UUID}")
    assert (orders.delete(UUID).method, orders.delete(UUID).path) == ("DELETE", f"/orders/{UUID}")
    back = orders.client_return(UUID, 139)
    assert (back.method, back.path, back.body) == ("POST", f"/orders/{UUID}/clientReturn", b'{"tariff_code":139}')
    assert orders.find(cdek_number=1106625424).path == "/orders?cdek_number=1106625424"


def test_only_what_changes_nothing_is_marked_as_safe_to_repeat():
    assert not any(request.changes for request in (orders.get(UUID), orders.find("1"), oauth.token("a", "b")))
    assert all(
        request.changes
        for request in (orders.create(ORDER), orders.refuse(UUID), orders.delete(UUID), orders.client_return(UUID, 1))
    )


def test_an_order_goes_out_as_given_and_the_type_only_where_it_is_named():
    order = {**ORDER, "number": "ёж", "brand_new": [1, {"x": None}]}
    assert msgspec.json.decode(orders.create(order).body) == order
    assert msgspec.json.decode(orders.create({**order, "type": 2}, orders.ONLINE_SHOP).body) == {**order, "type": 1}


def test_uuids_of_the_standard_library_and_stray_spaces_are_taken():
    assert orders.get(uuid.UUID(UUID)).path == orders.get(f" {UUID}\n").path == f"/orders/{UUID}"


@pytest.mark.parametrize(
    "bad", ["", "not-a-uuid", UUID[:-1], UUID + "/refusal", f"../{UUID}", UUID.replace("-", ""), "ё" * 36]
)
def test_a_malformed_uuid_is_told_before_anything_is_sent(bad):
    with pytest.raises(InvalidArgument) as caught:
        orders.refuse(bad)
    assert caught.value.field == "uuid"
    assert isinstance(caught.value, ValueError)


@given(st.text())
def test_no_text_whatsoever_leaves_the_place_of_the_uuid_in_the_path(text):
    try:
        path = orders.refuse(text).path
    except InvalidArgument:
        return
    assert path == f"/orders/{text.strip()}/refusal"
    assert len(text.strip()) == 36


def any_text(**size):
    """Texts with halves of characters too: a terminal's bytes that are no UTF-8 come as such."""
    return st.text(st.characters() | st.characters(categories=["Cs"]), **size)


@given(any_text(min_size=1))
def test_no_shop_number_can_add_a_parameter_to_the_query(text):
    try:
        path = orders.find(im_number=text).path
    except InvalidArgument as error:
        assert error.field == "im_number"
        assert re.search("[\ud800-\udfff]", text)
        return
    assert path.startswith("/orders?im_number=")
    assert path.isascii()
    assert not set(path.removeprefix("/orders?im_number=")) & set("&?#= /\r\n")


@pytest.mark.parametrize(
    "numbers",
    [{}, {"cdek_number": "1", "im_number": "2"}, {"cdek_number": "12a"}, {"cdek_number": "١٢"}, {"cdek_number": ""}],
)
def test_exactly_one_number_is_needed_and_cdeks_is_digits(numbers):
    with pytest.raises(InvalidArgument):
        orders.find(**numbers)


def test_the_password_is_encoded_for_the_form():
    assert oauth.token("a&b", "p=ё").body == b"grant_type=client_credentials&client_id=a%26b&client_secret=p%3D%D1%91"


@pytest.mark.parametrize("pair", [("account", "pa55\udcffw0rd"), ("acc\udcffount", "pa55"), ("\ud800", "\ud800")])
def test_an_account_that_is_no_text_is_told_without_it(pair):
    with pytest.raises(InvalidArgument) as caught:
        oauth.token(*pair)
    assert caught.value.field == ("password" if pair[0] == "account" else "account")
    assert not any(secret in repr(caught.value) + str(caught.value) for secret in (*pair, "\\ud", "w0rd"))
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert redact(str(caught.value)) == str(caught.value)  # the sentence itself is not taken for a secret


HALF = "\udcff"


@pytest.mark.parametrize(
    ("build", "field"),
    [
        (lambda: deliverypoints.list({1: 2}), "1"),
        (lambda: deliverypoints.list({None: 2}), "None"),
        (lambda: deliverypoints.list({"city": HALF}), "city"),
        (lambda: deliverypoints.list({HALF: "x"}), repr(HALF)),
        (lambda: deliverypoints.list({"fias": ["x", HALF]}), "fias"),
        (lambda: deliverypoints.by_polygons({1: 2}), "1"),
        (lambda: location.cities({1: 2}), "1"),
        (lambda: location.cities({"city": HALF, "page": 1}), "city"),
        (lambda: location.regions(HALF), "country_codes"),
        (lambda: location.suggest_cities(HALF), "name"),
        (lambda: passport.get(UUID, client=HALF), "client"),
        (lambda: orders.create({**ORDER, "number": HALF}), "order"),
        (lambda: orders.create({**ORDER, HALF: 1}), "order"),
    ],
)
def test_what_no_address_can_hold_is_told_before_anything_is_sent(build, field):
    with pytest.raises(InvalidArgument) as caught:
        build()
    assert caught.value.field == field
    str(caught.value).encode()


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("wrap", [lambda it: it, lambda it: [None, {"x": (it,)}], lambda it: {"a": None, "b": it}])
def test_a_number_that_json_does_not_know_is_no_null(wrap, number):
    with pytest.raises(InvalidArgument):
        orders.create({**ORDER, "comment": wrap(number)})


def test_nulls_numbers_and_deep_lists_go_out_as_given():
    order = {**ORDER, "a": None, "b": [1.5, None, True], "c": "null"}
    assert msgspec.json.decode(orders.create(order).body) == order
    deep = None
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(InvalidArgument):
        orders.create({**ORDER, "a": deep})


def test_the_hosts_are_cdeks_unless_told_otherwise(monkeypatch):
    monkeypatch.delenv("OINT_CDEK_URL", raising=False)
    assert resolve_base_url() == "https://api.cdek.ru/v2"
    assert resolve_base_url(test=True) == "https://api.edu.cdek.ru/v2"
    monkeypatch.setenv("OINT_CDEK_URL", "http://127.0.0.1:8080/v2/")
    assert resolve_base_url(test=True) == resolve_base_url() == "http://127.0.0.1:8080/v2"
    assert resolve_base_url("https://proxy.shop/v2") == "https://proxy.shop/v2"


@pytest.mark.parametrize(
    "bad",
    [
        "nonsense",
        "ftp://x/v2",
        "http://",
        "http://x:99999/v2",
        "http://user:pass@x/v2",
        "http://x:0/v2",
        "http://x/v2\r\nHost: evil",
        "http://x/v 2",
        "http://x?y=1",
        "http://x/v2?",
        "http://x/v2#f",
        "http://x/v2#",
        "http://\udcff/v2",
    ],
)
def test_an_address_that_is_none_is_told_before_anything_is_sent(monkeypatch, bad):
    monkeypatch.setenv("OINT_CDEK_URL", bad)
    with pytest.raises(InvalidArgument):
        resolve_base_url()
