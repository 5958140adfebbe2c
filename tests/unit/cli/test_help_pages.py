"""Check that help pages are complete and in the user's language, in process."""

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
def show_page(capsys):
    def show(*words):
        assert run_command(dispatch, words) == codes.OK
        out, err = capsys.readouterr()
        assert err == ""
        return out

    return show


def is_in_language(text, language):
    """Return whether a text is in a language; Russian method names do not count."""
    names = {name.ru for name in (method.name for method in CDEK.methods)}
    rest = re.sub("|".join(sorted(names, key=len, reverse=True)), "", text)
    return bool(CYRILLIC.search(rest)) is (language == "ru")


@LANGUAGES
@pytest.mark.parametrize("words", [(), ("--help",), ("-h",), ("help",), ("help", "--help")])
def test_start_page_names_commands_variables_and_options(show_page, monkeypatch, language, words):
    monkeypatch.setenv("OINT_LANG", language)
    page = show_page(*words)
    for name in ("oint 0.1.0", "cdek", *VERBS, *pages.ENVIRONMENT, "--out", "--debug", "--test", "--config", "--help"):
        assert name in page
    assert is_in_language(page, language)


@LANGUAGES
@pytest.mark.parametrize("words", [("cdek",), ("cdek", "--help"), ("help", "cdek")])
def test_library_page_lists_methods_under_both_names(show_page, monkeypatch, language, words):
    monkeypatch.setenv("OINT_LANG", language)
    page = show_page(*words)
    for method in CDEK.methods:
        assert method.name.ru in page
        assert method.name.en in page
    for title in CDEK.groups.values():
        assert str(title) in page
    assert is_in_language(page, language)


@LANGUAGES
@pytest.mark.parametrize("method", CDEK.methods, ids=lambda method: method.name.en)
def test_method_page_lists_every_option(show_page, monkeypatch, language, method):
    monkeypatch.setenv("OINT_LANG", language)
    page = show_page("cdek", method.name.ru)
    assert page == show_page("cdek", method.name.en.lower(), "--help") == show_page("help", "cdek", method.name.en)
    for parameter in method.parameters:
        row = next(line for line in page.splitlines() if line.strip().startswith(f"--{parameter.option} "))
        assert f"-{parameter.short} " in row
        assert str(pages.TYPES[parameter.type]) in row
        assert str(parameter.name) in row
        assert str(parameter.help) in row
    assert str(method.summary) in page
    assert str(method.returns) in page
    assert page.count(f"oint cdek {method.name}") >= 2
    assert is_in_language(page, language)


@pytest.mark.parametrize("method", CDEK.methods, ids=lambda method: method.name.en)
def test_example_of_a_method_page_can_be_typed(show_page, monkeypatch, method):
    monkeypatch.setenv("OINT_LANG", "en")
    page = show_page("cdek", method.name.en)
    [line] = [line for line in page.splitlines() if line.startswith("  oint cdek ")]
    _, _, name, *words = shlex.split(line)
    assert name == method.name.en
    options = parse(method, words).values
    assert options == {each.option: each.example for each in method.parameters if each.example}
    for each in method.parameters:
        if each.example and each.type != "object":  # the example names a file that does not exist here
            parse_option(each, options[each.option])


def test_help_option_overrides_other_options(show_page):
    assert "--uuid" in show_page("cdek", "CreateRefusal", "--uuid", "x", "--debug", "--help")


@LANGUAGES
def test_exit_code_page_is_the_table_of_the_program(show_page, monkeypatch, language):
    monkeypatch.setenv("OINT_LANG", language)
    page = show_page("help", "exit-codes")
    assert [int(code) for code in re.findall(r"^ +(\d+) ", page, re.MULTILINE)] == list(codes.MEANINGS)
    assert set(codes.BY_KIND.values()) <= set(codes.MEANINGS)
    assert is_in_language(page, language)


@LANGUAGES
def test_environment_page_lists_every_variable(show_page, monkeypatch, language):
    monkeypatch.setenv("OINT_LANG", language)
    page = show_page("help", "environment")
    assert re.findall(r"^ +([A-Z_]+) ", page, re.MULTILINE) == list(pages.ENVIRONMENT)
    assert is_in_language(page, language)


@LANGUAGES
@pytest.mark.parametrize("words", [("--config",), ("cdek", "--config"), ("cdek", "GetOrder", "--config")])
def test_config_alone_lists_the_settings(show_page, monkeypatch, language, words):
    monkeypatch.setenv("OINT_LANG", language)
    page = show_page(*words)
    for name in SETTINGS:
        assert name in page
    assert is_in_language(page.replace("true", ""), language)


@pytest.mark.parametrize("verb", sorted(VERBS))
@pytest.mark.parametrize("form", [("{}",), ("{}", "--help"), ("help", "{}")], ids=str)
def test_each_verb_has_a_page(show_page, verb, form):
    assert f"oint {verb}" in show_page(*(word.format(verb) for word in form))


@pytest.mark.parametrize("words", [("refusals", "register"), ("credentials", "save"), ("sandbox", "start")])
def test_each_command_of_a_verb_has_a_page_of_options(show_page, words):
    page = show_page(*words, "--help")
    assert page.startswith(f"oint {' '.join(words)}")
    assert "  --" in page
    assert page == show_page(*words, "-h")


@pytest.mark.parametrize("word", ["--version", "-v"])
def test_version_option_prints_the_version(show_page, word):
    assert show_page(word) == "oint 0.1.0\n"


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
def test_usage_error_has_exit_code_hint_and_empty_stdout(capsys, monkeypatch, language, *, words, code, hint):
    monkeypatch.setenv("OINT_LANG", language)
    assert run_command(dispatch, words) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert hint.lower() in err.lower()
    assert err.count("\n") == 1
    assert err.startswith("oint: ")
    assert bool(CYRILLIC.search(re.sub("СоздатьОтка[сз]", "", err))) is (language == "ru")


def test_internal_error_ends_with_99_and_one_line(capsys, monkeypatch):
    monkeypatch.setenv("OINT_LANG", "en")

    def fail(_):
        raise RuntimeError("Bearer eyJhbGciOiJIUzI1NiJ9.secret")

    assert run_command(fail, ["cdek"]) == 99
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "RuntimeError" in err
    assert "--debug" in err
    assert run_command(fail, ["cdek", "--debug"]) == 99
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert "eyJ" not in err


def test_keyboard_interrupt_ends_with_130(capsys):
    def interrupt(_):
        raise KeyboardInterrupt

    assert run_command(interrupt, []) == 130
    assert capsys.readouterr().out == ""
    assert run_command(interrupt, ["--json"]) == 130
    assert '"kind": "interrupted"' in capsys.readouterr().out
