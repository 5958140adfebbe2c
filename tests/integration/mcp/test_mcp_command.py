"""`oint mcp` as a command: its config, its log, its pages, how it ends, and what is on its stdout."""

import json
import os
import signal
import subprocess

import pytest

from tests.support.mcp_home import OINT
from tests.support.mcp_lines import executing, requests

SECRET = "never-to-be-shown"
posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals")


def answers(process, count):
    return [json.loads(process.stdout.readline()) for _ in range(count)]


def test_on_stdout_there_is_nothing_but_the_protocol_whatever_comes_in(home, order):
    with home.start("start", "--log", str(home.log)) as process:
        broken = b"this is no JSON\n" + json.dumps(executing("GetOrder", uuid="\ud800") | {"id": 9}).encode() + b"\n"
        process.stdin.write(broken + requests(executing("GetOrder", uuid=order), {"method": "x/y"}))
        process.stdin.flush()
        got = answers(process, 3)
        out, err = process.communicate(b"[1, 2\n\xff\xfe\n")
    assert process.returncode == 0
    assert all(line["jsonrpc"] == "2.0" for line in [*got, *map(json.loads, out.splitlines())])
    assert {line["id"]: "result" in line for line in got if line.get("id") is not None} == {
        0: True,
        1: True,
        2: False,
    }
    assert err == b""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "line 1"),
        ("[]", "oint mcp config"),
        ('"x"', "oint mcp config"),
        (f'{{"vars": ["{SECRET}"]}}', "must be texts"),
        (f'{{"vars": {{"A": ["{SECRET}"]}}}}', "must be texts"),
        ('{"vars": {"A": 5}}', "must be texts"),
        (f'{{"var": {{"A": "{SECRET}"}}}}', "Did you mean vars?"),
        ('{"allow": "CreateRefusal"}', "a list"),
        ('{"allow": [1]}', "a list"),
        ('{"allow": ["CreateRefusl"]}', "Did you mean CreateRefusal?"),
        (f'{{"vars": {{"A": "{SECRET}"', "not JSON"),
    ],
)
def test_a_config_that_cannot_be_right_ends_with_one_clear_line_and_code_2(home, text, said):
    code, out, err = home.run("start", "--config", home.config(text))
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert SECRET not in err


@pytest.mark.parametrize("given", ["absent.json", ".", f'{{"vars": {{"A": "{SECRET}"}}}}', "\0"])
def test_a_config_that_is_no_file_ends_with_one_clear_line_and_code_2(home, given):
    if given == "\0":
        given = home.config("")
        (home.folder / "mcp.json").write_bytes(b"\xff\xfe{}")
    code, out, err = home.run("start", "--config", given)
    assert (code, out) == (2, "")
    assert err.startswith("oint: --config: ")
    assert SECRET not in err


def test_the_default_config_is_in_the_users_folder_where_there_is_one(home):
    with home.agent() as agent:
        assert agent("get_variables").json == {"vars": []}
    home.config({"vars": {"Here": "a-value"}}, "config/mcp.json")
    with home.agent() as agent:
        assert agent("get_variables").json == {"vars": ["@@Here"]}


def test_the_short_options_of_oint_are_understood(home):
    code, out, _ = home.run("start", "-c", home.config({"vars": {}}), "-l", str(home.log))
    assert (code, out) == (0, "")
    assert home.log.exists()


def test_a_log_that_cannot_be_written_ends_with_one_clear_line_and_code_2(home):
    code, out, err = home.run("start", "--log", str(home.folder / "absent" / "mcp.log"))
    assert (code, out) == (2, "")
    assert err.startswith("oint: --log: ")


@pytest.mark.parametrize("empty", ["true", "Истина", "false", "Ложь"])
def test_a_template_of_the_config_is_one_that_the_server_takes(home, empty):
    code, out, _ = home.run("config", "--empty", empty)
    assert code == 0
    assert bool(json.loads(out)["vars"]) is (empty in {"false", "Ложь"})
    with home.agent(out) as agent:
        assert len(agent("get_variables").json["vars"]) == len(json.loads(out)["vars"])


def test_a_template_may_go_to_a_file(home):
    code, out, _ = home.run("config", "--out", "new.json")
    assert code == 0
    assert json.loads(out)["size"] == (home.folder / "new.json").stat().st_size
    assert home.run("config", "-e", "perhaps")[0] == 2


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("words", [[], ["start", "--help"], ["config", "--help"]])
def test_its_pages_exist_in_both_languages(home, words, language):
    code, out, err = home.run(*words, OINT_LANG=language)
    assert (code, err) == (0, "")
    assert any("а" <= letter <= "я" for letter in out) is (language == "ru")


def test_without_the_extra_one_line_says_what_to_install(home):
    absent = home.folder / "absent" / "mcp"
    absent.mkdir(parents=True)
    (absent / "__init__.py").write_text("raise ModuleNotFoundError('no', name='mcp')", encoding="utf-8")
    code, out, err = home.run("start", PYTHONPATH=str(absent.parent))
    assert (code, out) == (2, "")
    assert "pip install 'oint[mcp]'" in err
    assert err.count("\n") == 1


@posix_only
@pytest.mark.parametrize("closed", ["<&-", ">&-"])
def test_closed_standard_stream_ends_with_one_clear_line_and_code_2(home, closed):
    words = ["sh", "-c", f'exec "$0" mcp start --log "$1" {closed}', OINT, str(home.log)]
    env = {**os.environ, **home.env}
    done = subprocess.run(words, env=env, cwd=home.folder, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"oint: standard input or output is closed. ")
    assert done.stderr.count(b"\n") == 1
    assert not home.log.exists()


@posix_only
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_at_once_though_the_client_keeps_silent(home, number):
    with home.start("start", "--log", str(home.log)) as process:
        process.stdin.write(requests())
        process.stdin.flush()
        answers(process, 1)
        process.send_signal(number)
        assert process.wait(30) == 130
    assert signal.Signals(number).name in home.log.read_text("utf-8")


@posix_only
def test_a_client_whose_pipe_is_gone_is_no_trouble(home):
    with home.start("start", "--log", str(home.log)) as process:
        process.stdout.close()
        process.stdin.write(requests({"method": "tools/list"}))
        process.stdin.close()
        assert process.wait(30) == 0
        assert process.stderr.read() == b""
    assert '"gone"' in home.log.read_text("utf-8")
