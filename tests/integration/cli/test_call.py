"""Call one method through the real command against a real sandbox."""

import json
import os
import signal
import subprocess
import uuid as uuids
from pathlib import Path

import pytest

full_disk = pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full simulates a full disk")
ORDER = {
    "tariff_code": 136,
    "recipient": {"name": "Иван О'Нил", "phones": [{"number": "+79134637228"}]},
    "shipment_point": "MSK1",
    "delivery_point": "NSK1",
    "packages": [
        {
            "number": "1",
            "weight": 500,
            "items": [{"name": "x", "ware_key": "1", "payment": {"value": 0}, "cost": 1, "weight": 5, "amount": 1}],
        }
    ],
}


@pytest.fixture
def token(oint):
    return oint("cdek", "GetToken", "-t", "true").json["access_token"]


@pytest.mark.parametrize(
    ("method", "uuid", "test"),
    [("СоздатьОтказ", "--uuid", "--testapi"), ("createrefusal", "-u", "-s"), ("СОЗДАТЬОТКАЗ", "-u", "--testapi")],
)
def test_call_prints_the_json_of_cdek_byte_for_byte(anonymous_oint, sandbox, token, order, *, method, uuid, test):
    result = anonymous_oint("cdek", method, "-t", token, uuid, order, test, "Истина")
    entry = sandbox.truth(order)["refusals"][0]
    sent = json.loads(result.out)["requests"][0]["date_time"]
    assert result.out == (
        "{\n"
        ' "entity": {\n'
        f'  "uuid": "{order}"\n'
        " },\n"
        ' "requests": [\n'
        "  {\n"
        f'   "request_uuid": "{entry["request_uuid"]}",\n'
        '   "type": "CREATE_REFUSAL",\n'
        f'   "date_time": "{sent}",\n'
        '   "state": "ACCEPTED"\n'
        "  }\n"
        " ],\n"
        ' "related_entities": []\n'
        "}\n"
    )
    assert (result.code, result.err) == (0, "")


def test_second_refusal_at_once_is_rejected_with_the_code_of_cdek(oint, sandbox, order):
    sandbox.settings(refusal={"mode": "never"})
    oint("cdek", "CreateRefusal", "-u", order)
    result = oint("cdek", "CreateRefusal", "-u", order)
    assert result.code == 3
    assert result.json["requests"][0]["errors"][0]["code"] == "v2_similar_request_still_processed"
    assert result.err.count("\n") == 1
    assert "v2_similar_request_still_processed" in result.err


def test_malformed_uuid_and_unknown_uuid_have_different_exit_codes(oint, sandbox):
    malformed = oint("cdek", "CreateRefusal", "-u", "12345")
    assert (malformed.code, malformed.out) == (2, "")
    assert "12345" in malformed.err
    assert sandbox.calls() == []
    unknown = oint("cdek", "CreateRefusal", "-u", str(uuids.uuid4()))
    assert unknown.code == 3
    assert unknown.json["requests"][0]["errors"][0]["code"] == "v2_entity_not_found"


@pytest.mark.parametrize("language", ["ru", "en"])
def test_cyrillic_is_printed_in_any_locale(oint, sandbox, language):
    uuid = sandbox.order(status="ACCEPTED_AT_PICK_UP_POINT")
    result = oint("cdek", "ПолучитьЗаказ", "-u", uuid, OINT_LANG=language, LC_ALL="C", PYTHONUTF8="0")
    assert "Офис СДЭК" in result.out
    assert "\\u" not in result.out


def test_order_is_created_from_quoted_json_and_from_file(oint, sandbox):
    argument = json.dumps(ORDER, ensure_ascii=False).replace("О'Нил", r"О\'Нил").replace('"', "'")
    first = oint("cdek", "СоздатьЗаказ", "--order", argument, "--ostore", "Да")
    assert first.code == 0
    (oint.home / "order.json").write_text("\ufeff" + json.dumps(ORDER | {"number": "from-file"}), "utf-8")
    second = oint("cdek", "CreateOrder", "-o", "order.json", "-s", "1")
    sandbox.finish(second.json["entity"]["uuid"])
    order_by_number = oint("cdek", "GetOrderByNumber", "-n", "from-file", "-i", "true")
    assert order_by_number.json["entity"]["recipient"]["name"] == "Иван О'Нил"
    assert order_by_number.json["entity"]["uuid"] == second.json["entity"]["uuid"]


@pytest.mark.parametrize("method", ["УдалитьЗаказ", "CreateCustomerRefund"])
def test_other_write_methods_are_accepted(oint, order, method):
    words = ["-r", "136"] if method == "CreateCustomerRefund" else []
    assert oint("cdek", method, "-u", order, *words).json["requests"][0]["state"] == "ACCEPTED"


def test_out_writes_the_result_and_prints_path_and_size(oint, order):
    plain = oint("cdek", "GetOrder", "-u", order)
    result = oint("cdek", "GetOrder", "-u", order, "--out", "answer.json")
    path = oint.home / "answer.json"
    assert path.read_bytes() == plain.out.encode()
    assert result.json == {"file": str(path), "size": path.stat().st_size}
    assert sorted(path.name for path in oint.home.iterdir()) == ["answer.json", "cache"]


@pytest.mark.parametrize("path", ["nowhere/answer.json", ".", ""])
def test_unwritable_out_file_is_reported_before_sending(oint, sandbox, order, path):
    result = oint("cdek", "CreateRefusal", "-u", order, "--out", path)
    assert (result.code, result.out) == (2, "")
    assert sandbox.calls() == []


@pytest.mark.parametrize("option", ["--testapi", "--token"])
@pytest.mark.parametrize("empty", ["", " "])
def test_empty_host_or_token_option_is_rejected(oint, sandbox, order, option, empty):
    result = oint("cdek", "CreateRefusal", "-u", order, option, empty)
    assert (result.code, result.out) == (2, "")
    assert f"{option} is empty" in result.err
    assert sandbox.calls() == []


def test_rejected_call_leaves_the_out_file_untouched(oint):
    result = oint("cdek", "GetOrder", "-u", str(uuids.uuid4()), "--out", "answer.json")
    assert result.code == 3
    assert result.json["requests"]
    assert not (oint.home / "answer.json").exists()


def test_option_test_prints_the_call_without_token_and_sends_nothing(anonymous_oint, sandbox, order):
    result = anonymous_oint("cdek", "CreateCustomerRefund", "-t", "my-secret-token", "-u", order, "-r", "136", "--test")
    assert result.json == {
        "method": "POST",
        "url": f"{sandbox.url}/orders/{order}/clientReturn",
        "headers": {
            "Accept": "application/json",
            "User-Agent": result.json["headers"]["User-Agent"],
            "Authorization": "Bearer ***",
            "Content-Type": "application/json",
        },
        "body": {"tariff_code": 136},
    }
    token_call = anonymous_oint("cdek", "GetToken", "--pass", "my-secret", "-a", "account", "--test")
    assert token_call.json["body"]["client_secret"] == "***"
    assert "my-secret" not in result.out + token_call.out
    assert sandbox.calls() == []


def test_option_test_shows_the_host_of_testapi(anonymous_oint, order):
    del anonymous_oint.env["OINT_CDEK_URL"]
    hosts = [
        anonymous_oint("cdek", "GetOrder", "-u", order, "-s", word, "--test").json["url"] for word in ("true", "false")
    ]
    assert hosts == [f"https://api{edu}.cdek.ru/v2/orders/{order}" for edu in (".edu", "")]


def test_option_test_shows_the_host_of_the_profile(anonymous_oint, order):
    del anonymous_oint.env["OINT_CDEK_URL"]
    anonymous_oint("credentials", "save", "--account", "a", "--password-stdin", "--testapi", stdin="password")
    hosts = {
        words: anonymous_oint("cdek", "GetOrder", "-u", order, "--test", *words)
        .json["url"]
        .startswith("https://api.edu.")
        for words in ((), ("-s", "false"), ("-t", "a-token"))
    }
    assert hosts == {(): True, ("-s", "false"): False, ("-t", "a-token"): False}


def test_debug_prints_every_exchange_to_stderr(oint, order):
    result = oint("cdek", "GetOrder", "-u", order, "--debug")
    assert result.json["entity"]
    assert "POST" in result.err
    assert "/oauth/token -> 200" in result.err
    assert f"/orders/{order} -> 200" in result.err
    assert "Traceback" not in result.err
    failed = oint("cdek", "GetOrder", "-u", str(uuids.uuid4()), "--debug")
    assert "Traceback" in failed.err
    assert failed.json["requests"]


def test_adv_response_adds_status_and_headers(oint, order):
    result = oint("cdek", "GetOrder", "-u", order, "--config", "{'adv_response': true}")
    assert result.json["status"] == 200
    assert result.json["headers"]["content-type"].startswith("application/json")
    assert result.json["body"]["entity"]["uuid"] == order
    refused = oint("cdek", "GetOrder", "-u", str(uuids.uuid4()), "--config", "{'adv_response': true}")
    assert refused.json["status"] == 400
    assert refused.json["headers"]["content-type"].startswith("application/json")
    assert refused.json["body"]["requests"]


def test_timeout_of_a_refusal_is_an_unknown_outcome(oint, sandbox, order):
    sandbox.fault("hang", operation="refusal")
    result = oint("cdek", "CreateRefusal", "-u", order, "--config", "{'timeout': 1}")
    assert (result.code, result.out) == (5, "")
    assert result.err.count("\n") == 1


def test_missing_credentials_end_with_4_and_name_every_source(anonymous_oint, sandbox, order):
    result = anonymous_oint("cdek", "CreateRefusal", "-u", order)
    assert (result.code, result.out) == (4, "")
    for way in ("--token", "OINT_CDEK_TOKEN", "OINT_CDEK_PASSWORD", "oint credentials save"):
        assert way in result.err
    assert sandbox.calls() == []


def test_call_to_test_host_uses_published_account_and_reports_it(anonymous_oint, order):
    result = anonymous_oint("cdek", "GetOrder", "-u", order, "-s", "true", "--debug")
    assert result.code == 0
    assert "publishes" in result.err


def test_wrong_credentials_end_with_4_and_the_response_of_cdek(anonymous_oint, order):
    by_token = anonymous_oint("cdek", "GetOrder", "-t", "wrong", "-u", order)
    assert by_token.code == 4
    assert by_token.json["requests"][0]["type"] == "AUTH"
    by_pair = anonymous_oint("cdek", "GetToken", "-a", "wrong", "-p", "wrong-password")
    assert by_pair.code == 4
    assert by_pair.json["error"] == "invalid_client"


def test_half_a_pair_is_never_completed_from_saved_credentials(oint, sandbox):
    for words in (["-a", "account"], ["-p", "password"]):
        assert oint("cdek", "GetToken", *words).code == 2
    assert sandbox.calls() == []


@pytest.mark.parametrize("action", ["reset", "close"])
def test_lost_response_ends_with_5_and_is_not_sent_again(oint, sandbox, order, action):
    sandbox.fault(action, operation="refusal", when="after")
    result = oint("cdek", "CreateRefusal", "-u", order)
    assert (result.code, result.out) == (5, "")
    assert "unknown" in result.err
    assert len(sandbox.truth(order)["refusals"]) == 1


def test_unreachable_server_ends_with_5(anonymous_oint, order):
    result = anonymous_oint(
        "cdek",
        "GetOrder",
        "-t",
        "x",
        "-u",
        order,
        "--config",
        "{'timeout': 0.3}",
        OINT_CDEK_URL="http://127.0.0.1:1/v2",
    )
    assert (result.code, result.out) == (5, "")


def test_body_that_is_not_json_ends_with_5_and_is_not_shown(oint, sandbox, order):
    sandbox.fault(
        {"type": "answer", "status": 200, "text": "<html>Qrator</html>", "content_type": "text/html"},
        operation="refusal",
    )
    result = oint("cdek", "CreateRefusal", "-u", order)
    assert (result.code, result.out) == (5, "")
    assert "Qrator" not in result.err


def test_token_is_fetched_once_and_reused_by_the_next_process(oint, sandbox, order):
    for _ in range(2):
        assert oint("cdek", "GetOrder", "-u", order).code == 0
    assert [call["operation"] for call in sandbox.calls()].count("token") == 1


def test_closed_stdout_reader_causes_no_error_output(oint, order):
    oint("cdek", "GetOrder", "-u", order)
    with oint.start("cdek", "GetOrder", "-u", order, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@full_disk
def test_full_disk_ends_with_99_and_one_line(oint, order):
    oint("cdek", "GetOrder", "-u", order)
    with (
        Path("/dev/full").open("w") as full,
        oint.start("cdek", "GetOrder", "-u", order, stdout=full, stderr=subprocess.PIPE) as process,
    ):
        err = process.stderr.read().decode()
    assert process.returncode == 99
    assert (err.count("\n"), "No space" in err) == (1, True)


@full_disk
def test_failed_write_of_out_leaves_the_response_on_stdout(oint, order):
    result = oint("cdek", "GetOrder", "-u", order, "--out", "/dev/full")
    assert result.code == 99
    assert result.json["entity"]["uuid"] == order
    assert "No space" in result.err


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is a signal here")
def test_ctrl_c_ends_with_130_without_traceback(oint, sandbox, order):
    sandbox.fault("hang", operation="order_get")
    with oint.start("cdek", "GetOrder", "-u", order, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while not any(call["operation"] == "order_get" for call in sandbox.calls()):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in err


def test_out_accepts_a_cyrillic_path(oint, order):
    folder = oint.home / "заказы"
    folder.mkdir()
    result = oint("cdek", "GetOrder", "-u", order, "--out", "заказы/ответ.json")
    assert result.json["file"] == str(folder / "ответ.json")


def test_sandbox_starts_as_a_command_of_oint(oint):
    with oint.start(
        "sandbox", "start", "--until-stdin-ends", stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        ready = json.loads(process.stdout.readline())
        out, _ = process.communicate()
    assert set(ready) == {"url", "account", "password"}
    assert (process.returncode, out) == (0, b"")


def test_invalid_profile_file_does_not_stop_a_call(oint, order):
    (oint.home / "config").mkdir()
    (oint.home / "config" / "credentials.toml").write_text("not toml [")
    assert oint("cdek", "GetOrder", "-u", order).code == 0


def test_out_below_a_regular_file_is_reported_before_sending(oint, sandbox, order):
    (oint.home / "file").write_text("x")
    result = oint("cdek", "GetOrder", "-u", order, "--out", "file/answer.json")
    assert (result.code, result.out) == (2, "")
    assert [call for call in sandbox.calls() if call["operation"] == "order_get"] == []


@full_disk
def test_out_accepts_a_device(oint, order):
    result = oint("cdek", "GetOrder", "-u", order, "--out", "/dev/null")
    assert (result.code, result.json["file"]) == (0, "/dev/null")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no name for a pipe that is open")
def test_out_accepts_a_pipe_by_name(oint, sandbox, order):
    result = oint("cdek", "CreateRefusal", "-u", order, "--out", "/dev/stdout")
    response, _, summary = result.out.partition("\n}\n")
    assert result.code == 0, result.err
    assert json.loads(f"{response}}}")["entity"]
    assert json.loads(summary) == {"file": "/dev/stdout", "size": len(f"{response}\n}}\n".encode())}
    assert len(sandbox.truth(order)["refusals"]) == 1


@full_disk
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("cdek", "GetOrder", "--no-such-option", "1"), 2),
        (("cdek", "NoSuchMethod"), 2),
        (("no-such-library",), 1),
        (("refusals", "list", "--ledger", "no-such-file"), 2),
        (("refusals", "plan", "orders.txt"), 0),
    ],
)
def test_unwritable_stderr_keeps_the_exit_code(oint, words, code):
    (oint.home / "orders.txt").write_text("shop-1\n")
    with Path("/dev/full").open("wb") as full:
        for more in ((), ("--json",)) if words[0] == "refusals" else ((),):
            with oint.start(*words, *more, stdout=subprocess.PIPE, stderr=full) as process:
                process.communicate()
            assert process.returncode == code


@full_disk
def test_error_without_any_output_stream_keeps_its_exit_code(oint):
    with Path("/dev/full").open("wb") as full:
        words = ("refusals", "list", "--ledger", "no-such-file", "--json")
        with oint.start(*words, stdout=full, stderr=full) as process:
            process.communicate()
    assert process.returncode == 2


@pytest.mark.parametrize(("language", "word"), [("en", "the password on"), ("ru", "спросить пароль")])
def test_missing_password_prompt_is_reported_in_a_full_sentence(anonymous_oint, language, word):
    result = anonymous_oint("credentials", "save", "--account", "a", OINT_LANG=language)
    assert result.code == 2
    assert word in result.err
    assert "***" not in result.err
