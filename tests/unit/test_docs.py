"""Links, commands, codes and names in the documents are right, in both languages."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from oint.catalog import CDEK
from oint.cli import codes
from tests.support.paths import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
READMES = [ROOT / "README.md", ROOT / "README.ru.md"]


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(path: Path) -> list[str]:
    """Return the indented blocks of a document: commands, code, results."""
    return re.findall(r"(?:^ {4}.*\n(?:\n(?= {4}))?)+", text(path), re.MULTILINE)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_inside_the_project_have_targets(path):
    generated = {f"methods/{name}.md" for name in ("index", *(method.name.en for method in CDEK.methods))} | {
        "client.md"
    }
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text(path)):
        assert target in generated or (path.parent / target).exists(), target


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_readme_begins_with_the_two_commands(path):
    assert blocks(path)[0] == "    make demo\n    make test\n"


def test_both_readmes_show_the_same_blocks():
    english, russian = (blocks(path) for path in READMES)
    assert english == russian


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_outcome_table_has_the_exit_codes_of_the_command(path):
    ends = dict(re.findall(r"^\| (\w+) \|.*\| (\d+) \|$", text(path), re.MULTILINE))
    assert ends == {
        "confirmed": str(codes.OK),
        "rejected": str(codes.REJECTED),
        "advised": str(codes.NOT_APPLICABLE),
        "accepted": str(codes.PENDING),
        "unknown": str(codes.OUTCOME_UNKNOWN),
    }


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_readme_has_the_real_numbers_of_methods(path):
    state = text(path).rpartition("\n## ")[2].partition("GET /v2/payment")[0]
    assert re.findall(r"\b\d+\b", state) == ["31", str(len(CDEK.methods) - 31)]


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_python_in_a_readme_parses(path):
    for block in blocks(path):
        lines = [line[4:] for line in block.splitlines()]
        if any(line.startswith(("from oint", "import oint")) for line in lines):
            ast.parse("async def _():\n" + "\n".join(f"    {line}" for line in lines))


@pytest.mark.parametrize("name", ["README.md", "README.ru.md", "docs/en/start.md", "docs/ru/start.md"])
def test_every_extra_is_listed(name):
    extras = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]["optional-dependencies"]
    assert extras.keys() <= set(re.findall(r"^\| `(\w+)` \|", text(ROOT / name), re.MULTILINE))


def test_make_targets_named_in_documents_exist():
    targets = set(re.findall(r"^(\w+):", text(ROOT / "Makefile"), re.MULTILINE))
    for path in DOCUMENTS:
        assert set(re.findall(r"`make (\w+)", text(path))) <= targets, path


def test_glossary_has_at_most_60_terms_and_each_is_in_use():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.split("## Glossary")[1].split("## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line.startswith("| ")
    ]
    terms = [row[0] for row in rows[1:]]
    assert 0 < len(terms) <= 60
    assert len(set(terms)) == len(terms)
    sources = [
        *(ROOT / "src/oint").rglob("*.py"),
        *(ROOT / "docs/en").glob("*.md"),
        *(ROOT / "tests" / "chaos").glob("*.py"),
    ]
    used = " ".join(path.read_text(encoding="utf-8") for path in sources).lower().replace("_", " ")
    assert [term for term in terms if term.lower() not in used] == []


@pytest.mark.parametrize("language", ["en", "ru"])
def test_modules_named_in_architecture_exist(language):
    modules = {path.relative_to(ROOT / "src" / "oint").as_posix() for path in (ROOT / "src" / "oint").rglob("*.py")}
    names = re.findall(r"`([a-z_/]+\.py)`", text(ROOT / "docs" / language / "architecture.md"))
    assert len(names) > 5
    missing = [
        name for name in names if not (ROOT / name).exists() and not any(f"/{m}".endswith(f"/{name}") for m in modules)
    ]
    assert missing == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_hidden_blocks_set_nothing_that_a_reader_needs(path):
    hidden = re.findall(r"^```\w+ hidden\n(.*?)^```$", text(path), re.MULTILINE | re.DOTALL)
    assert {block.rpartition("\n\n")[2].strip() for block in hidden} <= {
        "oint credentials forget",
        "auth._shared.clear()",
    }


@pytest.mark.parametrize("language", ["en", "ru"])
def test_modules_named_in_the_diagram_exist(language):
    names = re.findall(r">([\w./]*(?:\.py|\w/|_sandbox))<", text(ROOT / "docs" / language / "architecture.svg"))
    assert len(names) > 8
    sources = [ROOT, ROOT / "src", ROOT / "src/oint", ROOT / "src/oint/cdek"]
    assert [name for name in names if not any((source / name).exists() for source in sources)] == []
