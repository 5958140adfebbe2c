"""Parse the command line in OInt's grammar, in process."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint.catalog import CDEK
from oint.cli import codes
from oint.cli.cdek import check_required
from oint.cli.grammar import STANDARD, parse
from oint.cli.settings import Settings, read_settings
from oint.cli.usage_error import UsageError
from oint.i18n import Message
from oint.suggestions import did_you_mean

REFUSE = CDEK.find("CreateRefusal")
KNOWN_WORDS = {"--token", "-t", "--uuid", "-u", "--testapi", "-s", "-h", *(f"--{name}" for name in STANDARD)}
METHODS = pytest.mark.parametrize("method", CDEK.methods, ids=lambda method: method.name.en)


def usage_error(words, method=REFUSE):
    with pytest.raises(UsageError) as error_info:
        parse(method, words)
    return error_info.value


@METHODS
def test_every_option_has_a_long_and_a_short_spelling(method):
    for parameter in method.parameters:
        for option in (f"--{parameter.option}", f"-{parameter.short}"):
            assert parse(method, [option, "x"]).values == {parameter.option: "x"}
            assert parse(method, [f"{option}=x=y"]).values == {parameter.option: "x=y"}


@given(st.text(min_size=1))
def test_value_is_parsed_as_typed(value):
    if value not in KNOWN_WORDS and value.partition("=")[0] not in KNOWN_WORDS and value.isprintable():
        assert parse(REFUSE, ["-u", value]).values == {"uuid": value}
    if value.isprintable():
        assert parse(REFUSE, [f"--uuid={value}"]).values == {"uuid": value}


@given(st.lists(st.sampled_from([*sorted(KNOWN_WORDS), "x", "--x", "-x", "--uuid=1", "", "=", "-", "--"]), max_size=6))
def test_any_words_are_parsed_or_rejected_with_a_hint(words):
    try:
        invocation = parse(REFUSE, words)
    except UsageError as usage:
        assert usage.exit_code == codes.BAD_USAGE
        assert usage.hint.ru
        assert usage.hint.en
    else:
        assert set(invocation.values) <= {"token", "uuid", "testapi"}
        assert invocation.flags <= {"help", "debug", "test", "table", "csv", "config"}


def test_standard_options_are_separate_from_method_options():
    words = ["--out", "x.json", "--debug", "--test", "--config", "{}", "-u", "1"]
    invocation = parse(REFUSE, words)
    assert (invocation.out, invocation.config, invocation.flags) == ("x.json", "{}", {"debug", "test"})
    assert invocation.values == {"uuid": "1"}


@pytest.mark.parametrize("words", [["--config"], ["--config", "--debug"], ["-u", "1", "--config"]])
def test_config_without_value_lists_the_settings(words):
    assert "config" in parse(REFUSE, words).flags


@pytest.mark.parametrize("words", [["--uuid"], ["-u", "--token", "x"], ["-u", "--token=x"], ["--out"]])
def test_option_without_value_is_named(words):
    assert words[0] in str(usage_error(words).text)


@pytest.mark.parametrize("words", [["-u", "1", "--uuid", "2"], ["--out", "1", "--out=2"]])
def test_repeated_option_is_rejected(words):
    assert "twice" in usage_error(words).text.en


@pytest.mark.parametrize(
    ("word", "suggestion"), [("--uid", "--uuid"), ("--UUID", "--uuid"), ("--test-api", "--testapi")]
)
def test_mistyped_option_gets_a_suggestion(word, suggestion):
    assert suggestion in usage_error([word, "x"]).hint.en


@pytest.mark.parametrize(
    "words", [["my-secret"], ["-tmy-secret"], ["-u", "1", "my-secret"], ["-my-secret"], ["--my secret"]]
)
def test_possible_secret_is_not_repeated(words):
    error = usage_error(words)
    for text in (*error.text, *error.hint):
        assert "secret" not in text


def test_value_glued_to_its_short_option_is_explained():
    assert "-t" in usage_error(["-tvalue"]).text.en
    assert "space" in usage_error(["-tvalue"]).hint.en


def test_flag_with_a_value_is_rejected():
    assert "--test" in usage_error(["--test=true"]).text.en


def test_invalid_utf8_is_rejected():
    assert "UTF-8" in usage_error(["-u", "\udcff"]).text.en


def test_required_option_may_come_from_credentials():
    check_required(REFUSE, {"uuid": "1"})
    with pytest.raises(UsageError, match="--uuid"):
        check_required(REFUSE, {"token": "1", "uuid": " "})


def test_word_without_similar_names_gets_the_default_hint():
    hint = Message("список", "list")
    assert did_you_mean("zzz", ["cdek"], hint) == hint
    assert "cdek" in did_you_mean("CDEC", ["cdek"], hint).en


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        (None, Settings()),
        ("{}", Settings()),
        ("{'timeout': 2.5, 'adv_response': true}", Settings(2.5, adv_response=True)),
        ('{"timeout": null}', Settings()),
    ],
)
def test_settings_are_read_from_json(text, settings):
    assert read_settings(text) == settings


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{'timeuot': 1}",
        "{'timeout': 0}",
        "{'timeout': '5'}",
        "{'timeout': true}",
        "{'timeout': 1e9}",
        "{'adv_response': 1}",
    ],
)
def test_unknown_or_invalid_setting_is_rejected(text):
    with pytest.raises(UsageError, match="--config"):
        read_settings(text)
