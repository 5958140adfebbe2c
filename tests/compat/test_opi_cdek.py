"""Call the functions by their 1C names against a real sandbox."""

import inspect
import json
import threading
import uuid as uuids
from datetime import UTC, date, datetime

import pytest

from cdek_sandbox import running_sandbox
from oint import OPI_CDEK, dispatch
from oint.catalog import CDEK
from oint.cdek import auth
from oint.cdek.errors import CdekError, InvalidArgument, OutcomeUnknown, ServiceUnavailable

NAME_PAIRS = [(name.ru, name.en) for name in (method.name for method in CDEK.methods)]


@pytest.fixture(scope="module")
def session_sandbox():
    with running_sandbox(seed=21) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(session_sandbox, tmp_path, monkeypatch):
    session_sandbox.reset()
    monkeypatch.setenv("OINT_CDEK_URL", session_sandbox.url)
    monkeypatch.setenv("OINT_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("OINT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("OINT_CDEK_ACCOUNT", session_sandbox.account)
    monkeypatch.setenv("OINT_CDEK_PASSWORD", session_sandbox.password)
    monkeypatch.setenv("OINT_LANG", "en")
    monkeypatch.setattr(auth, "_shared", {})
    yield session_sandbox
    while dispatch._clients:  # noqa: SLF001 - the tests leave no connection open
        dispatch._clients.popitem()[1].close()  # noqa: SLF001 - the same


@pytest.fixture
def token(sandbox):
    return OPI_CDEK.ПолучитьТокен(sandbox.account, sandbox.password, ТестовыйAPI=True)["access_token"]


@pytest.fixture
def order(sandbox):
    return sandbox.order(status="ACCEPTED_AT_PICK_UP_POINT")


def test_call_of_the_1c_page_registers_a_refusal(sandbox, token, order):
    response = OPI_CDEK.СоздатьОтказ(token, order, True)  # noqa: FBT003 - the exact call of the 1C page
    assert response["entity"] == {"uuid": order}
    assert [(entry["type"], entry["state"]) for entry in response["requests"]] == [("CREATE_REFUSAL", "ACCEPTED")]
    assert response["related_entities"] == []
    assert len(sandbox.truth(order)["refusals"]) == 1


def test_english_name_accepts_arguments_in_either_language(sandbox, token, order):
    sandbox.settings(refusal={"mode": "never"})
    assert OPI_CDEK.CreateRefusal(Token=token, UUID=order, TestAPI=True)["entity"] == {"uuid": order}
    again = OPI_CDEK.CreateRefusal(Токен=token, UUID=uuids.UUID(order), ТестовыйAPI="Истина")
    assert again["requests"][0]["errors"][0]["code"] == "v2_similar_request_still_processed"


def test_empty_token_means_the_saved_credentials(order):
    assert OPI_CDEK.ПолучитьЗаказ("", order)["entity"]["uuid"] == order
    assert OPI_CDEK.GetOrder(None, order)["entity"]["uuid"] == order
    assert OPI_CDEK.GetToken("", "")["token_type"] == "bearer"


def test_rejection_is_a_response_and_a_lost_response_is_an_error(sandbox, order):
    assert OPI_CDEK.GetOrder("wrong", order)["requests"][0]["state"] == "INVALID"
    unknown = OPI_CDEK.GetOrder("", str(uuids.uuid4()))
    assert unknown["requests"][0]["errors"][0]["code"] == "v2_entity_not_found"
    sandbox.fault("reset", operation="refusal", when="after", times=1)
    with pytest.raises(OutcomeUnknown):
        OPI_CDEK.CreateRefusal("", order)


def test_unreachable_address_is_an_error(monkeypatch, order):
    monkeypatch.setenv("OINT_CDEK_URL", "http://127.0.0.1:1/v2")
    monkeypatch.setattr("oint.cdek._retry.Retry.delay", lambda *_: None)
    with pytest.raises(ServiceUnavailable):
        OPI_CDEK.GetOrder("token", order)


def test_order_is_created_found_and_deleted(sandbox):
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
    sandbox.finish(uuid)
    card = OPI_CDEK.ПолучитьЗаказПоНомеру("", "shop-1", Внутренний=True)["entity"]
    assert (card["uuid"], card["type"]) == (uuid, 1)
    assert OPI_CDEK.GetOrderByNumber("", int(card["cdek_number"]))["entity"]["uuid"] == uuid
    assert OPI_CDEK.УдалитьЗаказ("", uuid)["requests"][0]["type"] == "DELETE"
    sandbox.move(uuid, "DELIVERED")
    assert OPI_CDEK.ОформитьКлиентскийВозврат("", uuid, 136)["requests"][0]["type"] == "CREATE_CLIENT_RETURN"


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ((1.5,), "UUID"),
        ((["x"],), "UUID"),
        ((True,), "UUID"),
        (("not-a-uuid",), "uuid"),
        (("",), "uuid"),
        (("x" * 36, 5), "TestAPI"),
    ],
)
def test_invalid_argument_is_named_before_sending(arguments, field):
    with pytest.raises(InvalidArgument, match=field):
        OPI_CDEK.CreateRefusal("token", *arguments)


def test_wrong_signature_is_a_type_error(order):
    for invalid in (
        lambda f: f(),
        lambda f: f(1, 2, 3, 4),
        lambda f: f("t", order, x=1),
        lambda f: f("t", order, Токен="t"),
    ):
        with pytest.raises(TypeError):
            invalid(OPI_CDEK.CreateRefusal)


def test_signatures_are_those_of_the_1c_pages():
    assert str(inspect.signature(OPI_CDEK.СоздатьОтказ)) == "(Токен: str, UUID: str, ТестовыйAPI: bool = False) -> dict"
    assert str(inspect.signature(OPI_CDEK.CreateRefusal)) == "(Token: str, UUID: str, TestAPI: bool = False) -> dict"


@pytest.mark.parametrize(("russian", "english"), NAME_PAIRS)
def test_every_method_has_both_names_and_documentation(russian, english):
    assert {russian, english} <= set(dir(OPI_CDEK))
    for name in (russian, english):
        function = getattr(OPI_CDEK, name)
        assert function.__name__ == name
        for parameter in inspect.signature(function).parameters:
            assert f"{parameter}: " in function.__doc__


def test_unknown_method_name_is_an_attribute_error():
    assert not hasattr(OPI_CDEK, "СоздатьОтмену")


def test_threads_share_one_client(sandbox, order):
    responses = []
    threads = [threading.Thread(target=lambda: responses.append(OPI_CDEK.GetOrder("", order))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [response["entity"]["uuid"] for response in responses] == [order] * 16
    assert len(dispatch._clients) == 1  # noqa: SLF001 - their number is the promise
    assert [call["operation"] for call in sandbox.calls()].count("token") == 1


def test_process_with_many_tokens_keeps_few_clients_open(order):
    for number in range(dispatch.MAX_CLIENTS + 5):
        OPI_CDEK.GetOrder(f"token-{number}", order)
    assert len(dispatch._clients) == dispatch.MAX_CLIENTS  # noqa: SLF001 - their number is the promise


def test_missing_credentials_error_names_the_command_to_save_them(monkeypatch, order):
    monkeypatch.delenv("OINT_CDEK_ACCOUNT")
    monkeypatch.delenv("OINT_CDEK_PASSWORD")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    with pytest.raises(CdekError, match="oint credentials save"):
        OPI_CDEK.GetOrder("", order)


def test_arrays_dates_and_times_may_be_python_values_or_text(order):
    for uuid_forms in (order, [order], uuids.UUID(order), (uuids.UUID(order),), f"['{order}']"):
        assert OPI_CDEK.СформироватьКвитанцию("", uuid_forms)["requests"][0]["state"] == "ACCEPTED"
    for day in (date(2026, 8, 31), datetime(2026, 8, 31, 10, tzinfo=UTC), "2026-08-31"):
        assert isinstance(OPI_CDEK.GetDeliveryCashRegistry("", day), dict)
    for invalid in (5, [1.5], None, {}):
        with pytest.raises(InvalidArgument):
            OPI_CDEK.ПолучитьРеестрыПлатежейНаДату("", invalid)


@pytest.mark.usefixtures("sandbox")
def test_array_response_is_a_list_and_omitted_filters_are_not_sent():
    assert OPI_CDEK.GetRegionsList("", ["RU"])[0]["country_code"] == "RU"
    assert OPI_CDEK.ПолучитьСписокРегионов("", None, None, None) == OPI_CDEK.GetRegionsList("")
    assert [office["code"] for office in OPI_CDEK.GetOfficeList("", {"city_code": 270, "type": ""})]


def test_file_is_bytes(sandbox, order):
    uuid = OPI_CDEK.CreateBarcode("", order)["entity"]["uuid"]
    sandbox.pass_time(60)
    assert OPI_CDEK.GetBarcode("", uuid, GetFile=True).startswith(b"%PDF")
    assert OPI_CDEK.ПолучитьШтрихкод("", uuid)["entity"]["uuid"] == uuid


def test_template_function_needs_no_credentials(monkeypatch):
    monkeypatch.setenv("OINT_CDEK_URL", "http://127.0.0.1:1/v2")
    assert OPI_CDEK.ПолучитьОписаниеЗаказа(Пустая=True)["tariff_code"] == ""
    assert OPI_CDEK.GetOfficeFilterDescription(Clear="Истина")["city_code"] == ""
