"""The functions under their 1C names, against a real sandbox."""

import inspect
import json
import threading
import uuid as uuids
from datetime import UTC, date, datetime

import pytest

from oint import OPI_CDEK, dispatch
from oint.catalog import CDEK
from oint.cdek import tokens
from oint.cdek.errors import BadArgument, CdekError, OutcomeUnknown, Unavailable
from oint.sandbox import running_sandbox

SAME = [(name.ru, name.en) for name in (method.name for method in CDEK.methods)]


@pytest.fixture(scope="module")
def running():
    with running_sandbox(seed=21) as box:
        yield box


@pytest.fixture
def box(running, tmp_path, monkeypatch):
    running.reset()
    monkeypatch.setenv("OINT_CDEK_URL", running.url)
    monkeypatch.setenv("OINT_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("OINT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("OINT_CDEK_ACCOUNT", running.account)
    monkeypatch.setenv("OINT_CDEK_PASSWORD", running.password)
    monkeypatch.setenv("OINT_LANG", "en")
    monkeypatch.setattr(tokens, "_shared", {})
    yield running
    while dispatch._clients:  # noqa: SLF001 - the tests leave no connection open
        dispatch._clients.popitem()[1].close()  # noqa: SLF001 - the same


@pytest.fixture
def token(box):
    return OPI_CDEK.ПолучитьТокен(box.account, box.password, ТестовыйAPI=True)["access_token"]


@pytest.fixture
def order(box):
    return box.order(status="ACCEPTED_AT_PICK_UP_POINT")


def test_the_call_of_the_1c_page_registers_a_refusal(box, token, order):
    answer = OPI_CDEK.СоздатьОтказ(token, order, True)  # noqa: FBT003 - the very call of the 1C page
    assert answer["entity"] == {"uuid": order}
    assert [(entry["type"], entry["state"]) for entry in answer["requests"]] == [("CREATE_REFUSAL", "ACCEPTED")]
    assert answer["related_entities"] == []
    assert len(box.truth(order)["refusals"]) == 1


def test_the_english_name_takes_arguments_under_the_names_of_either_language(box, token, order):
    box.settings(refusal={"mode": "never"})
    assert OPI_CDEK.CreateRefusal(Token=token, UUID=order, TestAPI=True)["entity"] == {"uuid": order}
    again = OPI_CDEK.CreateRefusal(Токен=token, UUID=uuids.UUID(order), ТестовыйAPI="Истина")
    assert again["requests"][0]["errors"][0]["code"] == "v2_similar_request_still_processed"


def test_an_empty_token_means_the_saved_credentials(order):
    assert OPI_CDEK.ПолучитьЗаказ("", order)["entity"]["uuid"] == order
    assert OPI_CDEK.GetOrder(None, order)["entity"]["uuid"] == order
    assert OPI_CDEK.GetToken("", "")["token_type"] == "bearer"


def test_a_no_of_cdek_is_an_answer_and_trouble_on_the_way_is_an_error(box, order):
    assert OPI_CDEK.GetOrder("wrong", order)["requests"][0]["state"] == "INVALID"
    unknown = OPI_CDEK.GetOrder("", str(uuids.uuid4()))
    assert unknown["requests"][0]["errors"][0]["code"] == "v2_entity_not_found"
    box.fault("reset", operation="refusal", when="after", times=1)
    with pytest.raises(OutcomeUnknown):
        OPI_CDEK.CreateRefusal("", order)


def test_an_address_where_nobody_listens_is_an_error(monkeypatch, order):
    monkeypatch.setenv("OINT_CDEK_URL", "http://127.0.0.1:1/v2")
    monkeypatch.setattr("oint.cdek.policy.Retry.delay", lambda *_: None)
    with pytest.raises(Unavailable):
        OPI_CDEK.GetOrder("token", order)


def test_an_order_is_registered_found_and_deleted(box):
    description = {
        "tariff_code": 136,
        "number": "shop-1",
        "recipient": {"name": "Иван", "phones": [{"number": "+79134637228"}]},
        "shipment_point": "MSK1",
        "delivery_point": "NSK1",
        "packages": [
            {
                "number": "1",
                "weight": 500,
                "length": 10,
                "width": 10,
                "height": 10,
                "items": [{"name": "x", "ware_key": "1", "payment": {"value": 0}, "cost": 1, "weight": 5, "amount": 1}],
            }
        ],
    }
    uuid = OPI_CDEK.СоздатьЗаказ("", json.dumps(description), ИнтернетМагазин=True)["entity"]["uuid"]
    box.finish(uuid)
    card = OPI_CDEK.ПолучитьЗаказПоНомеру("", "shop-1", Внутренний=True)["entity"]
    assert (card["uuid"], card["type"]) == (uuid, 1)
    assert OPI_CDEK.GetOrderByNumber("", int(card["cdek_number"]))["entity"]["uuid"] == uuid
    assert OPI_CDEK.УдалитьЗаказ("", uuid)["requests"][0]["type"] == "DELETE"
    box.move(uuid, "DELIVERED")
    assert OPI_CDEK.ОформитьКлиентскийВозврат("", uuid, 136)["requests"][0]["type"] == "CREATE_CLIENT_RETURN"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((1.5,), "UUID"),
        ((["x"],), "UUID"),
        ((True,), "UUID"),
        (("not-a-uuid",), "uuid"),
        (("",), "uuid"),
        (("x" * 36, 5), "TestAPI"),
    ],
)
def test_an_argument_that_cannot_be_right_is_named_before_anything_is_sent(arguments, named):
    with pytest.raises(BadArgument, match=named):
        OPI_CDEK.CreateRefusal("token", *arguments)


def test_a_call_that_does_not_fit_the_signature_is_a_type_error(order):
    for wrong in (
        lambda f: f(),
        lambda f: f(1, 2, 3, 4),
        lambda f: f("t", order, x=1),
        lambda f: f("t", order, Токен="t"),
    ):
        with pytest.raises(TypeError):
            wrong(OPI_CDEK.CreateRefusal)


def test_the_signatures_are_those_of_the_1c_pages():
    assert str(inspect.signature(OPI_CDEK.СоздатьОтказ)) == "(Токен: str, UUID: str, ТестовыйAPI: bool = False) -> dict"
    assert str(inspect.signature(OPI_CDEK.CreateRefusal)) == "(Token: str, UUID: str, TestAPI: bool = False) -> dict"


@pytest.mark.parametrize(("russian", "english"), SAME)
def test_every_method_is_there_under_both_names_and_documented(russian, english):
    assert {russian, english} <= set(dir(OPI_CDEK))
    for name in (russian, english):
        function = getattr(OPI_CDEK, name)
        assert function.__name__ == name
        for parameter in inspect.signature(function).parameters:
            assert f"{parameter}: " in function.__doc__


def test_a_name_that_oint_does_not_have_is_an_attribute_error():
    assert not hasattr(OPI_CDEK, "СоздатьОтмену")


def test_threads_share_one_client(box, order):
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(OPI_CDEK.GetOrder("", order))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer["entity"]["uuid"] for answer in answers] == [order] * 16
    assert len(dispatch._clients) == 1  # noqa: SLF001 - how many there are is the promise
    assert [call["operation"] for call in box.calls()].count("token") == 1


def test_a_long_process_that_meets_many_tokens_keeps_few_clients_open(order):
    for number in range(dispatch.MAX_CLIENTS + 5):
        OPI_CDEK.GetOrder(f"token-{number}", order)
    assert len(dispatch._clients) == dispatch.MAX_CLIENTS  # noqa: SLF001 - how many there are is the promise


def test_without_any_credentials_the_error_says_how_to_give_them(monkeypatch, order):
    monkeypatch.delenv("OINT_CDEK_ACCOUNT")
    monkeypatch.delenv("OINT_CDEK_PASSWORD")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    with pytest.raises(CdekError, match="oint credentials save"):
        OPI_CDEK.GetOrder("", order)


def test_arrays_days_and_moments_are_python_values_or_texts(order):
    for uuids_given in (order, [order], uuids.UUID(order), (uuids.UUID(order),), f"['{order}']"):
        assert OPI_CDEK.СформироватьКвитанцию("", uuids_given)["requests"][0]["state"] == "ACCEPTED"
    for day in (date(2026, 8, 31), datetime(2026, 8, 31, 10, tzinfo=UTC), "2026-08-31"):
        assert isinstance(OPI_CDEK.GetDeliveryCashRegistry("", day), dict)
    for wrong in (5, [1.5], None, {}):
        with pytest.raises(BadArgument):
            OPI_CDEK.ПолучитьРеестрыПлатежейНаДату("", wrong)


@pytest.mark.usefixtures("box")
def test_a_bare_array_is_a_list_and_what_is_left_out_is_not_sent():
    assert OPI_CDEK.GetRegionsList("", ["RU"])[0]["country_code"] == "RU"
    assert OPI_CDEK.ПолучитьСписокРегионов("", None, None, None) == OPI_CDEK.GetRegionsList("")
    assert [office["code"] for office in OPI_CDEK.GetOfficeList("", {"city_code": 270, "type": ""})]


def test_a_file_is_bytes(box, order):
    uuid = OPI_CDEK.CreateBarcode("", order)["entity"]["uuid"]
    box.pass_time(60)
    assert OPI_CDEK.GetBarcode("", uuid, GetFile=True).startswith(b"%PDF")
    assert OPI_CDEK.ПолучитьШтрихкод("", uuid)["entity"]["uuid"] == uuid


def test_a_template_needs_no_credentials(monkeypatch):
    monkeypatch.setenv("OINT_CDEK_URL", "http://127.0.0.1:1/v2")
    assert OPI_CDEK.ПолучитьОписаниеЗаказа(Пустая=True)["tariff_code"] == ""
    assert OPI_CDEK.GetOfficeFilterDescription(Clear="Истина")["city_code"] == ""
