"""The documentation generator: executed blocks, comparisons and errors."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docs._ext import windows_commands
from docs._ext.environment import example_environment
from docs._ext.executed_blocks import execute_blocks
from docs._ext.execution import ExampleFailed
from docs._ext.language_check import find_foreign_sentences
from docs._ext.method_reference import call_forms, client_page, method_page, write_page
from docs._ext.method_reference.examples import MethodExample, load_examples
from oint.catalog import CDEK
from oint.cli.main import VERBS

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("ru", "en")
GUIDES = {language: sorted((ROOT / "docs" / language).glob("*.md")) for language in LANGUAGES}


@pytest.fixture(scope="module", params=LANGUAGES)
def environment(request):
    if sys.platform == "win32":
        pytest.skip("Windows does not execute examples for bash")
    with example_environment(request.param) as environment:
        yield environment


def test_every_method_has_an_example_and_every_example_a_method():
    assert set(load_examples()) == {method.name.en for method in CDEK.methods}


def test_method_page_has_the_call_in_four_forms_and_its_result(environment):
    page = write_page(environment, "methods/CreateRefusal")
    name = CDEK.find("CreateRefusal").name[environment.language == "en"]
    assert f"oint cdek {name} \\\n" in page
    assert f"oint cdek {name} ^\n" in page
    assert f"OPI_CDEK.{name}(" in page
    assert "cdek.orders.refuse(" in page
    result = json.loads(page.rpartition(":force:\n\n")[2].partition("```")[0])
    assert result["requests"][0]["type"] == "CREATE_REFUSAL"
    assert result["entity"]["uuid"] in page.partition(":force:")[0]


def test_page_is_the_same_in_every_build(environment):
    assert write_page(environment, "methods/CreateRefusal") == write_page(environment, "methods/CreateRefusal")


def test_page_contains_no_token_and_no_port_of_the_build(environment):
    page = write_page(environment, "methods/GetToken")
    assert '"access_token": "eyJ…"' in page
    assert not re.search(r"eyJ[\w-]{3}", page)
    assert environment.box.url not in page


@pytest.mark.parametrize(
    ("expression", "code"),
    [("cdek.orders.get({uuid})", 0), ("cdek.orders.refuse({uuid})", 3), ("cdek.orders.refuse('{uuid}')", 0)],
)
def test_forms_with_different_results_break_the_build(environment, expression, code):
    valid_example = load_examples()["CreateRefusal"]
    example = MethodExample("CreateRefusal", valid_example.prepare, expression, code=code)
    with pytest.raises(ExampleFailed):
        method_page.execute_example(environment, CDEK.find("CreateRefusal"), example)


def test_value_with_shell_special_characters_is_rejected():
    for text in ('"', "$HOME", "`ls`", "100%", "a\\b", "wow!"):
        with pytest.raises(call_forms.UnquotableValue):
            call_forms.write_command(CDEK.find("CreateRefusal"), {"uuid": text}, "en", continuation="\\")


@given(st.lists(st.text(st.sampled_from("abЖё-_.,:;[]{}'()=/@ "), min_size=1), min_size=1))
def test_windows_command_is_split_as_it_was_quoted(arguments):
    quoted = " ^\n  ".join(f'"{word}"' for word in arguments)
    assert windows_commands.split(quoted) == arguments
    assert windows_commands.split(subprocess.list2cmdline(arguments)) == arguments


@pytest.mark.parametrize("text", ["a & b", "a | b", "a > b", 'a "b', "a %PATH%", "a\nb", "a !b!"])
def test_line_that_is_not_one_plain_cmd_command_is_rejected(text):
    with pytest.raises(windows_commands.UnsupportedSyntax):
        windows_commands.split(text)


def test_blocks_of_a_page_run_in_order_and_show_their_output(environment):
    page = execute_blocks(
        environment,
        "```python hidden\nuuid = box.order(im_number='shop-1')\n```\n\n"
        "```python run\nprint(len(uuid))\n```\n\n"
        "```bash run quiet\necho unseen > file\n```\n\n"
        "```bash run code=3\ncat file; echo bad >&2; exit 3\n```\n\n"
        "```sh\npip install oint\n```\n",
        "page",
    )
    assert "box.order" not in page
    assert "36" in page
    assert page.count("unseen") == 2
    assert "bad" in page.rpartition("output")[2]
    assert "```sh\npip install oint\n```" in page


@pytest.mark.parametrize("block", ["```bash run\nexit 1\n```\n", "```python run\nassert False, 'no'\n```\n"])
def test_block_with_another_exit_code_breaks_the_build(environment, block):
    with pytest.raises(ExampleFailed):
        execute_blocks(environment, block, "page")


@pytest.mark.parametrize("mark", ["bash runn", "python hiden", "bash run quite", "python run code=x"])
def test_misspelt_mark_breaks_the_build(environment, mark):
    with pytest.raises(ExampleFailed, match=mark):
        execute_blocks(environment, f"```{mark}\ntrue\n```\n", "page")


def test_unknown_page_is_reported():
    result = subprocess.run(
        [sys.executable, "-m", "docs._ext", "--page", "Nope"], cwd=ROOT, capture_output=True, check=False
    )
    assert (result.returncode, result.stdout) == (1, b"")
    assert b"Nope" in result.stderr


@pytest.mark.parametrize("target", ["missing.md", "index.md#missing", "#missing"])
def test_link_without_a_target_breaks_the_build(tmp_path, target):
    pytest.importorskip("sphinx", reason="Sphinx is installed by `make docs`")
    pytest.importorskip("myst_parser", reason="MyST is installed by `make docs`")
    (tmp_path / "index.md").write_text(f"# Index\n\n[link]({target})\n")
    settings = ["-D", "myst_heading_anchors=3", "-D", "extensions=myst_parser", "-D", "nitpicky=1"]
    command = [sys.executable, "-m", "sphinx", "-W", "-C", *settings, str(tmp_path), str(tmp_path / "html")]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert result.returncode != 0
    assert b"missing" in result.stderr


@pytest.mark.parametrize(
    ("language", "text", "foreign"),
    [
        ("en", "<p>The method <code>СоздатьОтказ из скрипта</code> refuses</p>", False),
        ("en", "<p>The method СоздатьОтказ refuses</p>", False),
        ("en", "<p>Посылка едет обратно</p>", True),
        ("en", '<p lang="ru">Посылка едет обратно</p>', False),
        ("ru", "<p>Метод <code>oint refusals run file now please</code> отказывает</p>", False),
        ("ru", "<p>Через HTTP API CDEK</p>", False),
        ("ru", "<p>The parcel goes back to the shop</p>", True),
    ],
)
def test_sentences_of_another_language_are_found(tmp_path, language, text, foreign):
    (tmp_path / "a.html").write_text(f"<html lang={language!r}>{text}</html>", "utf-8")
    assert bool(list(find_foreign_sentences(tmp_path, language))) is foreign


def test_both_languages_have_the_same_pages_blocks_and_headings():
    assert [path.name for path in GUIDES["ru"]] == [path.name for path in GUIDES["en"]]
    for russian, english in zip(GUIDES["ru"], GUIDES["en"], strict=True):
        shapes = [
            re.findall(r"^(#+) |^```(\S+ \S+)", path.read_text("utf-8"), re.MULTILINE) for path in (russian, english)
        ]
        assert shapes[0] == shapes[1], russian.name


def test_client_page_lists_every_method_in_both_languages():
    for language in LANGUAGES:
        text = client_page.write_page(language)
        for section, names in client_page.list_sections().items():
            part = text.partition(f"## cdek.{section}\n")[2].partition("\n## ")[0]
            rows = dict(re.findall(r"^\| `(\w+)\(.*?\)` \| (.*?) \|", part, re.MULTILINE))
            assert list(rows) == list(names)
            assert all(len(description) > 10 for description in rows.values()), rows


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_is_documented(language):
    from importlib import import_module  # noqa: PLC0415 - loads click

    text = "\n".join(path.read_text("utf-8") for path in GUIDES[language])
    for verb in VERBS:
        for name in import_module(f"oint.cli.{verb}").group.commands:
            assert f"oint {verb} {name}" in text, (language, verb, name)
