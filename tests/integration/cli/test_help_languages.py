"""Compare the help of every command in both languages."""

import json
import re
import subprocess
import sys

import pytest

from oint.catalog import CDEK
from oint.cli.main import VERBS

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
LATIN_SENTENCE = re.compile(r"(?:\b[a-z]{2,}\b[ ,]+){3,}[a-z]{2,}\b")
CODE = """
import io, json, sys
from contextlib import redirect_stdout
from importlib import import_module
from oint.catalog import CDEK
from oint.cli.main import VERBS, dispatch
wanted = [(), ("cdek",), ("--config",), ("help", "exit-codes"), ("help", "environment")]
wanted += [("cdek", method.name.en) for method in CDEK.methods]
for verb in sorted(VERBS):
    wanted.append((verb,))
    wanted += [(verb, name) for name in import_module(f"oint.cli.{verb}").group.commands]
pages = {}
for words in wanted:
    with redirect_stdout(io.StringIO()) as out:
        dispatch([*words, "--help"] if words and words[0] not in ("help", "--config") else list(words))
    pages[" ".join(words)] = out.getvalue()
sys.stdout.buffer.write(json.dumps(pages).encode())
"""


@pytest.fixture(scope="module")
def pages():
    """Return every help page by its command, in both languages."""

    def run_help(language):
        env = {"OINT_LANG": language, "PYTHONWARNINGS": "error"}
        return json.loads(subprocess.run([sys.executable, "-c", CODE], env=env, capture_output=True, check=True).stdout)

    return {language: run_help(language) for language in ("ru", "en")}


def options(page):
    return re.findall(r"^ +(--?[a-z][-a-z]*(?:, --?[a-z][-a-z]*)*)", page, re.MULTILINE)


def test_commands_and_options_are_the_same_in_both_languages(pages):
    assert list(pages["ru"]) == list(pages["en"])
    assert {words.split()[0] for words in pages["ru"] if words} >= VERBS | {"cdek"}
    for words, page in pages["ru"].items():
        assert page.strip(), words
        assert options(page) == options(pages["en"][words]), words


def test_every_option_has_help_in_both_languages(pages):
    for language, language_pages in pages.items():
        for words, page in language_pages.items():
            for line in page.splitlines():
                if re.match(r" +--?\w", line):
                    assert len(line.split("  ")[-1].strip()) > 3, (language, words, line)


def test_english_pages_have_no_russian_but_method_names(pages):
    names = re.compile("|".join(sorted((method.name.ru for method in CDEK.methods), key=len, reverse=True)))
    for words, page in pages["en"].items():
        assert not CYRILLIC.search(names.sub("", page)), words


def test_russian_pages_have_no_english_sentence(pages):
    for words, page in pages["ru"].items():
        assert CYRILLIC.search(page), words
        assert not LATIN_SENTENCE.search(page), (words, LATIN_SENTENCE.search(page)[0])
