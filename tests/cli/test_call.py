"""One call of a method, through the real command against a real sandbox."""

import json
import os
import signal
import subprocess
import uuid as uuids
from pathlib import Path

import pytest

full_disk = pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk is played by /dev/full")
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
def test_the_command_of_the_page_prints_cdeks_json_byte_for_byte(stranger, box, token, order, *, method, uuid, test):
    done = stranger("cdek", method, "-t", token, uuid, order, test, "Истина")
    entry = box.truth(order)["refusals"][0]
    sent = json.loads(done.out)["requests"][0]["date_time"]
    assert done.out == (
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
    assert (done.code, done.err) == (0, "")


def test_a_second_refusal_at_once_is_cdeks_no_with_its_code(oint, box, order):
    box.settings(refusal={"mode": "never"})
    oint("cdek", "CreateRefusal", "-u", order)
    done = oint("cdek", "CreateRefusal", "-u", order)
    assert done.code == 3
    assert done.json["requests"][0]["errors"][0]["code"] == "v2_similar_request_still_processed"
    assert done.err.count("\n") == 1
    assert "v2_similar_request_still_processed" in done.err


def test_a_malformed_uuid_is_told_apart_from_an_unknown_one(oint, box):
    malformed = oint("cdek", "CreateRefusal", "-u", "12345")
    assert (malformed.code, malformed.out) == (2, "")
    assert "12345" in malformed.err
    assert box.calls() == []
    unknown = oint("cdek", "CreateRefusal", "-u", str(uuids.uuid4()))
    assert unknown.code == 3
    assert unknown.json["requests"][0]["errors"][0]["code"] == "v2_entity_not_found"


@pytest.mark.parametrize("language", ["ru", "en"])
def test_letters_come_out_as_they_are_whatever_the_locale(oint, box, language):
    uuid = box.order(status="ACCEPTED_AT_PICK_UP_POINT")
    done = oint("cdek", "ПолучитьЗаказ", "-u", uuid, OINT_LANG=language, LC_ALL="C", PYTHONUTF8="0")
    assert "Офис СДЭК" in done.out
    assert "\\u" not in done.out


def test_an_order_is_created_from_json_in_single_quotes_from_a_file_and_found_again(oint, box):
    typed = json.dumps(ORDER, ensure_ascii=False).replace("О'Нил", r"О\'Нил").replace('"', "'")
    first = oint("cdek", "СоздатьЗаказ", "--order", typed, "--ostore", "Да")
    assert first.code == 0
    (oint.home / "order.json").write_text("\ufeff" + json.dumps(ORDER | {"number": "from-file"}), "utf-8")
    second = oint("cdek", "CreateOrder", "-o", "order.json", "-s", "1")
    box.finish(second.json["entity"]["uuid"])
    found = oint("cdek", "GetOrderByNumber", "-n", "from-file", "-i", "true")
    assert found.json["entity"]["recipient"]["name"] == "Иван О'Нил"
    assert found.json["entity"]["uuid"] == second.json["entity"]["uuid"]


@pytest.mark.parametrize("method", ["УдалитьЗаказ", "CreateCustomerRefund"])
def test_the_other_changes_are_accepted_too(oint, order, method):
    words = ["-r", "136"] if method == "CreateCustomerRefund" else []
    assert oint("cdek", method, "-u", order, *words).json["requests"][0]["state"] == "ACCEPTED"


def test_out_writes_the_very_result_and_prints_its_place_and_size(oint, order):
    plain = oint("cdek", "GetOrder", "-u", order)
    done = oint("cdek", "GetOrder", "-u", order, "--out", "answer.json")
    path = oint.home / "answer.json"
    assert path.read_bytes() == plain.out.encode()
    assert done.json == {"file": str(path), "size": path.stat().st_size}
    assert sorted(path.name for path in oint.home.iterdir()) == ["answer.json", "cache"]


@pytest.mark.parametrize("path", ["nowhere/answer.json", ".", ""])
def test_a_file_that_cannot_be_written_is_found_out_before_anything_is_sent(oint, box, order, path):
    done = oint("cdek", "CreateRefusal", "-u", order, "--out", path)
    assert (done.code, done.out) == (2, "")
    assert box.calls() == []


@pytest.mark.parametrize("option", ["--testapi", "--token"])
@pytest.mark.parametrize("empty", ["", " "])
def test_a_scripts_unset_variable_chooses_neither_the_host_nor_the_account(oint, box, order, option, empty):
    done = oint("cdek", "CreateRefusal", "-u", order, option, empty)
    assert (done.code, done.out) == (2, "")
    assert f"{option} is empty" in done.err
    assert box.calls() == []


def test_a_no_leaves_the_file_of_out_untouched(oint):
    done = oint("cdek", "GetOrder", "-u", str(uuids.uuid4()), "--out", "answer.json")
    assert done.code == 3
    assert done.json["requests"]
    assert not (oint.home / "answer.json").exists()


def test_test_shows_the_call_without_the_token_needs_no_credentials_and_sends_nothing(stranger, box, order):
    done = stranger("cdek", "CreateCustomerRefund", "-t", "my-secret-token", "-u", order, "-r", "136", "--test")
    assert done.json == {
        "method": "POST",
        "url": f"{box.url}/orders/{order}/clientReturn",
        "headers": {
            "Accept": "application/json",
            "User-Agent": done.json["headers"]["User-Agent"],
            "Authorization": "Bearer ***",
            "Content-Type": "application/json",
        },
        "body": {"tariff_code": 136},
    }
    bare = stranger("cdek", "GetToken", "--pass", "my-secret", "-a", "account", "--test")
    assert bare.json["body"]["client_secret"] == "***"
    assert "my-secret" not in done.out + bare.out
    assert box.calls() == []


def test_test_shows_the_host_that_testapi_chooses(stranger, order):
    del stranger.env["OINT_CDEK_URL"]
    hosts = [stranger("cdek", "GetOrder", "-u", order, "-s", word, "--test").json["url"] for word in ("true", "false")]
    assert hosts == [f"https://api{edu}.cdek.ru/v2/orders/{order}" for edu in (".edu", "")]


def test_test_shows_the_host_that_the_profile_means(stranger, order):
    del stranger.env["OINT_CDEK_URL"]
    stranger("credentials", "save", "--account", "a", "--password-stdin", "--testapi", stdin="password")
    shown = {
        words: stranger("cdek", "GetOrder", "-u", order, "--test", *words).json["url"].startswith("https://api.edu.")
        for words in ((), ("-s", "false"), ("-t", "a-token"))
    }
    assert shown == {(): True, ("-s", "false"): False, ("-t", "a-token"): False}


def test_debug_shows_every_exchange_on_stderr(oint, order):
    done = oint("cdek", "GetOrder", "-u", order, "--debug")
    assert done.json["entity"]
    assert "POST" in done.err
    assert "/oauth/token -> 200" in done.err
    assert f"/orders/{order} -> 200" in done.err
    assert "Traceback" not in done.err
    failed = oint("cdek", "GetOrder", "-u", str(uuids.uuid4()), "--debug")
    assert "Traceback" in failed.err
    assert failed.json["requests"]


def test_adv_response_adds_the_status_and_the_headers(oint, order):
    done = oint("cdek", "GetOrder", "-u", order, "--config", "{'adv_response': true}")
    assert done.json["status"] == 200
    assert done.json["headers"]["content-type"].startswith("application/json")
    assert done.json["body"]["entity"]["uuid"] == order
    refused = oint("cdek", "GetOrder", "-u", str(uuids.uuid4()), "--config", "{'adv_response': true}")
    assert refused.json["status"] == 400
    assert refused.json["headers"]["content-type"].startswith("application/json")
    assert refused.json["body"]["requests"]


def test_a_timeout_ends_a_call_that_is_not_answered_and_the_outcome_is_unknown(oint, box, order):
    box.fault("hang", operation="refusal")
    done = oint("cdek", "CreateRefusal", "-u", order, "--config", "{'timeout': 1}")
    assert (done.code, done.out) == (5, "")
    assert done.err.count("\n") == 1


def test_no_credentials_end_with_4_and_name_every_way_to_give_them(stranger, box, order):
    done = stranger("cdek", "CreateRefusal", "-u", order)
    assert (done.code, done.out) == (4, "")
    for way in ("--token", "OINT_CDEK_TOKEN", "OINT_CDEK_PASSWORD", "oint credentials save"):
        assert way in done.err
    assert box.calls() == []


def test_on_the_test_host_the_published_account_serves_and_debug_says_so(stranger, order):
    done = stranger("cdek", "GetOrder", "-u", order, "-s", "true", "--debug")
    assert done.code == 0
    assert "publishes" in done.err


def test_wrong_credentials_end_with_4_and_cdeks_own_words(stranger, order):
    token = stranger("cdek", "GetOrder", "-t", "wrong", "-u", order)
    assert token.code == 4
    assert token.json["requests"][0]["type"] == "AUTH"
    pair = stranger("cdek", "GetToken", "-a", "wrong", "-p", "wrong-password")
    assert pair.code == 4
    assert pair.json["error"] == "invalid_client"


def test_half_a_pair_is_never_completed_from_the_saved_one(oint, box):
    for words in (["-a", "account"], ["-p", "password"]):
        assert oint("cdek", "GetToken", *words).code == 2
    assert box.calls() == []


@pytest.mark.parametrize("action", ["reset", "close"])
def test_a_lost_answer_ends_with_5_and_is_not_sent_again(oint, box, order, action):
    box.fault(action, operation="refusal", when="after")
    done = oint("cdek", "CreateRefusal", "-u", order)
    assert (done.code, done.out) == (5, "")
    assert "unknown" in done.err
    assert len(box.truth(order)["refusals"]) == 1


def test_an_unreachable_server_ends_with_5(stranger, order):
    done = stranger(
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
    assert (done.code, done.out) == (5, "")


def test_a_body_that_is_no_json_ends_with_5_and_shows_nothing_of_it(oint, box, order):
    box.fault(
        {"type": "answer", "status": 200, "text": "<html>Qrator</html>", "content_type": "text/html"},
        operation="refusal",
    )
    done = oint("cdek", "CreateRefusal", "-u", order)
    assert (done.code, done.out) == (5, "")
    assert "Qrator" not in done.err


def test_a_token_is_got_once_and_kept_for_the_next_process(oint, box, order):
    for _ in range(2):
        assert oint("cdek", "GetOrder", "-u", order).code == 0
    assert [call["operation"] for call in box.calls()].count("token") == 1


def test_a_reader_that_goes_away_leaves_no_noise(oint, order):
    oint("cdek", "GetOrder", "-u", order)
    with oint.start("cdek", "GetOrder", "-u", order, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@full_disk
def test_a_full_disk_ends_with_99_and_one_line(oint, order):
    oint("cdek", "GetOrder", "-u", order)
    with (
        Path("/dev/full").open("w") as full,
        oint.start("cdek", "GetOrder", "-u", order, stdout=full, stderr=subprocess.PIPE) as process,
    ):
        err = process.stderr.read().decode()
    assert process.returncode == 99
    assert (err.count("\n"), "No space" in err) == (1, True)


@full_disk
def test_a_file_that_cannot_be_written_after_all_leaves_the_answer_on_stdout(oint, order):
    done = oint("cdek", "GetOrder", "-u", order, "--out", "/dev/full")
    assert done.code == 99
    assert done.json["entity"]["uuid"] == order
    assert "No space" in done.err


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is a signal here")
def test_ctrl_c_ends_with_130_and_without_a_traceback(oint, box, order):
    box.fault("hang", operation="order_get")
    with oint.start("cdek", "GetOrder", "-u", order, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while not any(call["operation"] == "order_get" for call in box.calls()):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in err


def test_the_command_runs_from_a_folder_and_path_with_cyrillic(oint, order):
    folder = oint.home / "заказы"
    folder.mkdir()
    done = oint("cdek", "GetOrder", "-u", order, "--out", "заказы/ответ.json")
    assert done.json["file"] == str(folder / "ответ.json")


def test_the_sandbox_starts_as_a_command_of_oint(oint):
    with oint.start(
        "sandbox", "start", "--until-stdin-ends", stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        ready = json.loads(process.stdout.readline())
        out, _ = process.communicate()
    assert set(ready) == {"url", "account", "password"}
    assert (process.returncode, out) == (0, b"")


def test_the_old_commands_do_not_care_about_a_broken_file_of_profiles(oint, order):
    (oint.home / "config").mkdir()
    (oint.home / "config" / "credentials.toml").write_text("not toml [")
    assert oint("cdek", "GetOrder", "-u", order).code == 0


def test_out_into_a_file_as_if_it_were_a_folder_is_told_before_anything_is_sent(oint, box, order):
    (oint.home / "file").write_text("x")
    done = oint("cdek", "GetOrder", "-u", order, "--out", "file/answer.json")
    assert (done.code, done.out) == (2, "")
    assert [call for call in box.calls() if call["operation"] == "order_get"] == []


@full_disk
def test_out_takes_a_device(oint, order):
    done = oint("cdek", "GetOrder", "-u", order, "--out", "/dev/null")
    assert (done.code, done.json["file"]) == (0, "/dev/null")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no name for a pipe that is open")
def test_out_takes_a_pipe_by_its_name(oint, box, order):
    done = oint("cdek", "CreateRefusal", "-u", order, "--out", "/dev/stdout")
    answer, _, told = done.out.partition("\n}\n")
    assert done.code == 0, done.err
    assert json.loads(f"{answer}}}")["entity"]
    assert json.loads(told) == {"file": "/dev/stdout", "size": len(f"{answer}\n}}\n".encode())}
    assert len(box.truth(order)["refusals"]) == 1


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
def test_a_stderr_that_cannot_be_written_changes_no_exit_code(oint, words, code):
    (oint.home / "orders.txt").write_text("shop-1\n")
    with Path("/dev/full").open("wb") as full:
        for more in ((), ("--json",)) if words[0] == "refusals" else ((),):
            with oint.start(*words, *more, stdout=subprocess.PIPE, stderr=full) as process:
                process.communicate()
            assert process.returncode == code


@full_disk
def test_an_error_that_can_be_told_nowhere_keeps_its_code(oint):
    with Path("/dev/full").open("wb") as full:
        words = ("refusals", "list", "--ledger", "no-such-file", "--json")
        with oint.start(*words, stdout=full, stderr=full) as process:
            process.communicate()
    assert process.returncode == 2


@pytest.mark.parametrize(("language", "word"), [("en", "the password on"), ("ru", "спросить пароль")])
def test_a_password_that_nobody_can_be_asked_for_is_told_in_a_whole_sentence(stranger, language, word):
    done = stranger("credentials", "save", "--account", "a", OINT_LANG=language)
    assert done.code == 2
    assert word in done.err
    assert "***" not in done.err
