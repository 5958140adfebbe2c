"""OInt's grammar, in process: what the words mean, and what is said about those that mean nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint.catalog import CDEK
from oint.cli import codes
from oint.cli.errors import UsageError
from oint.cli.grammar import STANDARD, check_required, parse
from oint.cli.settings import Settings, read_settings
from oint.i18n import Message
from oint.suggestions import did_you_mean

REFUSE = CDEK.find("CreateRefusal")
SPELLED = {"--token", "-t", "--uuid", "-u", "--testapi", "-s", "-h", *(f"--{name}" for name in STANDARD)}
METHODS = pytest.mark.parametrize("method", CDEK.methods, ids=lambda method: method.name.en)


def slip(words, method=REFUSE):
    with pytest.raises(UsageError) as caught:
        parse(method, words)
    return caught.value


@METHODS
def test_every_option_is_known_under_both_spellings(method):
    for parameter in method.parameters:
        for spelled in (f"--{parameter.option}", f"-{parameter.short}"):
            assert parse(method, [spelled, "x"]).given == {parameter.option: "x"}
            assert parse(method, [f"{spelled}=x=y"]).given == {parameter.option: "x=y"}


@given(st.text(min_size=1))
def test_a_value_arrives_as_it_was_typed(value):
    if value not in SPELLED and value.partition("=")[0] not in SPELLED and value.isprintable():
        assert parse(REFUSE, ["-u", value]).given == {"uuid": value}
    if value.isprintable():
        assert parse(REFUSE, [f"--uuid={value}"]).given == {"uuid": value}


@given(st.lists(st.sampled_from([*sorted(SPELLED), "x", "--x", "-x", "--uuid=1", "", "=", "-", "--"]), max_size=6))
def test_any_words_are_understood_or_refused_with_a_next_step(words):
    try:
        found = parse(REFUSE, words)
    except UsageError as error:
        assert error.exit_code == codes.BAD_USAGE
        assert error.hint.ru
        assert error.hint.en
    else:
        assert set(found.given) <= {"token", "uuid", "testapi"}
        assert found.flags <= {"help", "debug", "test", "table", "csv", "config"}


def test_standard_options_are_kept_apart_from_the_methods_own():
    words = ["--out", "x.json", "--debug", "--test", "--config", "{}", "-u", "1"]
    found = parse(REFUSE, words)
    assert (found.out, found.config, found.flags) == ("x.json", "{}", {"debug", "test"})
    assert found.given == {"uuid": "1"}


@pytest.mark.parametrize("words", [["--config"], ["--config", "--debug"], ["-u", "1", "--config"]])
def test_config_without_a_value_asks_for_the_list(words):
    assert "config" in parse(REFUSE, words).flags


@pytest.mark.parametrize("words", [["--uuid"], ["-u", "--token", "x"], ["-u", "--token=x"], ["--out"]])
def test_an_option_without_its_value_is_named(words):
    assert words[0] in str(slip(words).text)


@pytest.mark.parametrize("words", [["-u", "1", "--uuid", "2"], ["--out", "1", "--out=2"]])
def test_a_repeated_option_is_refused(words):
    assert "twice" in slip(words).text.en


@pytest.mark.parametrize(("word", "meant"), [("--uid", "--uuid"), ("--UUID", "--uuid"), ("--test-api", "--testapi")])
def test_a_mistyped_option_gets_the_nearest_one(word, meant):
    assert meant in slip([word, "x"]).hint.en


@pytest.mark.parametrize(
    "words", [["my-secret"], ["-tmy-secret"], ["-u", "1", "my-secret"], ["-my-secret"], ["--my secret"]]
)
def test_a_word_that_may_be_a_piece_of_a_secret_is_not_repeated(words):
    error = slip(words)
    for text in (*error.text, *error.hint):
        assert "secret" not in text


def test_a_value_glued_to_its_letter_is_explained():
    assert "-t" in slip(["-tvalue"]).text.en
    assert "space" in slip(["-tvalue"]).hint.en


def test_a_flag_with_a_value_is_refused():
    assert "--test" in slip(["--test=true"]).text.en


def test_bytes_that_are_no_utf8_are_refused():
    assert "UTF-8" in slip(["-u", "\udcff"]).text.en


def test_only_what_neither_words_nor_credentials_give_is_missing():
    check_required(REFUSE, {"uuid": "1"})
    with pytest.raises(UsageError, match="--uuid"):
        check_required(REFUSE, {"token": "1", "uuid": " "})


def test_a_word_near_to_nothing_gets_the_other_hint():
    hint = Message("список", "list")
    assert did_you_mean("zzz", ["cdek"], hint) == hint
    assert "cdek" in did_you_mean("CDEC", ["cdek"], hint).en


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (None, Settings()),
        ("{}", Settings()),
        ("{'timeout': 2.5, 'adv_response': true}", Settings(2.5, adv_response=True)),
        ('{"timeout": null}', Settings()),
    ],
)
def test_settings_are_read_from_json(text, found):
    assert read_settings(text) == found


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
def test_a_setting_that_is_unknown_or_does_not_fit_is_refused(text):
    with pytest.raises(UsageError, match="--config"):
        read_settings(text)
