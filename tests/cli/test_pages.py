"""The pages of help, in process: complete, and in the user's language."""

import re
import shlex

import pytest

from oint.catalog import CDEK
from oint.cli import codes
from oint.cli import help as pages
from oint.cli.error_handler import run_command
from oint.cli.grammar import parse
from oint.cli.main import VERBS, dispatch
from oint.cli.settings import SETTINGS
from oint.parsing.values import parse_option

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])


@pytest.fixture
def shown(capsys):
    def show(*words):
        assert run_command(dispatch, words) == codes.OK
        out, err = capsys.readouterr()
        assert err == ""
        return out

    return show


def in_language(text, language):
    """No Russian on an English page, but for the names in the other language."""
    names = {name.ru for name in (method.name for method in CDEK.methods)}
    rest = re.sub("|".join(sorted(names, key=len, reverse=True)), "", text)
    return bool(CYRILLIC.search(rest)) is (language == "ru")


@LANGUAGES
@pytest.mark.parametrize("words", [(), ("--help",), ("-h",), ("help",), ("help", "--help")])
def test_the_start_page_names_all_that_there_is(shown, monkeypatch, language, words):
    monkeypatch.setenv("OINT_LANG", language)
    page = shown(*words)
    for name in ("oint 0.1.0", "cdek", *VERBS, *pages.ENVIRONMENT, "--out", "--debug", "--test", "--config", "--help"):
        assert name in page
    assert in_language(page, language)


@LANGUAGES
@pytest.mark.parametrize("words", [("cdek",), ("cdek", "--help"), ("help", "cdek")])
def test_the_library_page_lists_the_methods_by_region_under_both_names(shown, monkeypatch, language, words):
    monkeypatch.setenv("OINT_LANG", language)
    page = shown(*words)
    for method in CDEK.methods:
        assert method.name.ru in page
        assert method.name.en in page
    for title in CDEK.groups.values():
        assert str(title) in page
    assert in_language(page, language)


@LANGUAGES
@pytest.mark.parametrize("method", CDEK.methods, ids=lambda method: method.name.en)
def test_a_method_page_tells_every_option(shown, monkeypatch, language, method):
    monkeypatch.setenv("OINT_LANG", language)
    page = shown("cdek", method.name.ru)
    assert page == shown("cdek", method.name.en.lower(), "--help") == shown("help", "cdek", method.name.en)
    for parameter in method.parameters:
        row = next(line for line in page.splitlines() if line.strip().startswith(f"--{parameter.option} "))
        assert f"-{parameter.short} " in row
        assert str(pages.TYPES[parameter.type]) in row
        assert str(parameter.name) in row
        assert str(parameter.help) in row
    assert str(method.summary) in page
    assert str(method.returns) in page
    assert page.count(f"oint cdek {method.name}") >= 2
    assert in_language(page, language)


@pytest.mark.parametrize("method", CDEK.methods, ids=lambda method: method.name.en)
def test_the_example_of_a_method_page_can_be_typed_as_it_stands(shown, monkeypatch, method):
    monkeypatch.setenv("OINT_LANG", "en")
    page = shown("cdek", method.name.en)
    [line] = [line for line in page.splitlines() if line.startswith("  oint cdek ")]
    _, _, name, *words = shlex.split(line)
    assert name == method.name.en
    given = parse(method, words).given
    assert given == {each.option: each.example for each in method.parameters if each.example}
    for each in method.parameters:
        if each.example and each.type != "object":  # that is a file of the reader's
            parse_option(each, given[each.option])


def test_a_request_for_help_beats_whatever_else_stands_there(shown):
    assert "--uuid" in shown("cdek", "CreateRefusal", "--uuid", "x", "--debug", "--help")


@LANGUAGES
def test_the_page_of_exit_codes_is_the_table_that_the_program_uses(shown, monkeypatch, language):
    monkeypatch.setenv("OINT_LANG", language)
    page = shown("help", "exit-codes")
    assert [int(code) for code in re.findall(r"^ +(\d+) ", page, re.MULTILINE)] == list(codes.MEANINGS)
    assert set(codes.BY_KIND.values()) <= set(codes.MEANINGS)
    assert in_language(page, language)


@LANGUAGES
def test_the_page_of_the_environment_lists_every_variable(shown, monkeypatch, language):
    monkeypatch.setenv("OINT_LANG", language)
    page = shown("help", "environment")
    assert re.findall(r"^ +([A-Z_]+) ", page, re.MULTILINE) == list(pages.ENVIRONMENT)
    assert in_language(page, language)


@LANGUAGES
@pytest.mark.parametrize("words", [("--config",), ("cdek", "--config"), ("cdek", "GetOrder", "--config")])
def test_config_alone_lists_the_settings(shown, monkeypatch, language, words):
    monkeypatch.setenv("OINT_LANG", language)
    page = shown(*words)
    for name in SETTINGS:
        assert name in page
    assert in_language(page.replace("true", ""), language)


@pytest.mark.parametrize("verb", sorted(VERBS))
@pytest.mark.parametrize("form", [("{}",), ("{}", "--help"), ("help", "{}")], ids=str)
def test_each_newer_verb_has_a_page(shown, verb, form):
    assert f"oint {verb}" in shown(*(word.format(verb) for word in form))


@pytest.mark.parametrize("words", [("refusals", "register"), ("credentials", "save"), ("sandbox", "start")])
def test_each_command_of_a_verb_has_a_page_of_its_options(shown, words):
    page = shown(*words, "--help")
    assert page.startswith(f"oint {' '.join(words)}")
    assert "  --" in page
    assert page == shown(*words, "-h")


@pytest.mark.parametrize("word", ["--version", "-v"])
def test_the_version_is_told(shown, word):
    assert shown(word) == "oint 0.1.0\n"


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        (("CDEK",), 1, "cdek"),
        (("cdk",), 1, "cdek"),
        (("Refusals",), 1, "refusals"),
        (("zzz",), 1, "oint --help"),
        (("help", "CDEK"), 1, "cdek"),
        (("cdek", "СоздатьОткас"), 2, "СоздатьОтказ"),
        (("cdek", "createrefund"), 2, "CreateRefusal"),
        (("cdek", "zzz"), 2, "oint cdek"),
        (("help", "cdek", "zzz"), 2, "oint cdek"),
        (("cdek", "GetOrder", "--uid", "1"), 2, "--uuid"),
        (("refusals", "regster"), 2, "register"),
        (("refusals", "register", "--wat", "1"), 2, "--wait"),
        (("refusals", "register"), 2, "uuid"),
        (("refusals", "register", "1", "--wait"), 2, "--help"),
        (("refusals", "register", "1", "--by", "x"), 2, "--help"),
        (("refusals", "register", "1", "--wait", "soon"), 2, "60s"),
        (("refusals", "register", "1", "--poll", "0"), 2, "60s"),
        (("refusals", "register", "--testapi", "true"), 2, "--testapi"),
        (("credentials", "show", "extra"), 2, "--help"),
    ],
)
@LANGUAGES
def test_a_slip_ends_with_its_code_a_hint_and_nothing_on_stdout(capsys, monkeypatch, language, *, words, code, hint):
    monkeypatch.setenv("OINT_LANG", language)
    assert run_command(dispatch, words) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert hint.lower() in err.lower()
    assert err.count("\n") == 1
    assert err.startswith("oint: ")
    assert bool(CYRILLIC.search(re.sub("СоздатьОтка[сз]", "", err))) is (language == "ru")


def test_a_defect_of_ours_ends_with_99_and_one_line(capsys, monkeypatch):
    monkeypatch.setenv("OINT_LANG", "en")

    def broken(_):
        raise RuntimeError("Bearer eyJhbGciOiJIUzI1NiJ9.secret")

    assert run_command(broken, ["cdek"]) == 99
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "RuntimeError" in err
    assert "--debug" in err
    assert run_command(broken, ["cdek", "--debug"]) == 99
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert "eyJ" not in err


def test_an_interruption_ends_with_130(capsys):
    def interrupted(_):
        raise KeyboardInterrupt

    assert run_command(interrupted, []) == 130
    assert capsys.readouterr().out == ""
    assert run_command(interrupted, ["--json"]) == 130
    assert '"kind": "interrupted"' in capsys.readouterr().out
