"""Import rules: layers of packages, what an import loads, and the public names."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import oint
import oint.cdek
import oint.refusals

SOURCE = Path(oint.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Every module that a file imports anywhere, `import_module` by a literal name included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                found |= {alias.name for alias in names}
            case ast.ImportFrom(module=str(module), names=names, level=0):
                found |= {module} | {f"{module}.{alias.name}" for alias in names}
            case ast.ImportFrom(level=level) if level:
                found.add("relative")
    return found


def package_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def reaches(path: Path, *packages: str) -> set[str]:
    return {
        name
        for name in imports(path)
        for package in packages
        if name == f"oint.{package}" or name.startswith(f"oint.{package}.")
    }


BASE = ("auth", "catalog", "cdek", "cli", "dispatch", "mcp", "opi_cdek", "parsing", "refusals", "sandbox")
"""The packages above the root modules."""

FORBIDDEN = {
    "i18n": BASE,
    "errors": BASE,
    "redaction": BASE,
    "suggestions": BASE,
    "cdek": ("auth", "cli", "dispatch", "mcp", "opi_cdek", "parsing", "refusals", "sandbox"),
    "refusals": ("cli", "mcp", "opi_cdek", "sandbox"),
    "mcp": ("cli", "opi_cdek", "refusals", "sandbox"),
    "catalog": ("cli", "dispatch", "mcp", "opi_cdek", "parsing", "refusals", "sandbox"),
    "templates": BASE,
    "parsing": ("cli", "refusals", "sandbox"),
    "auth": ("cli", "refusals", "sandbox"),
    "dispatch": ("cli", "mcp", "opi_cdek", "refusals", "sandbox"),
    "opi_cdek": ("cli", "refusals", "sandbox"),
    "sandbox": ("auth", "catalog", "cdek", "cli", "opi_cdek", "parsing", "refusals"),
}
"""Package -> packages of oint that it must not import."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_packages_import_only_lower_layers(path):
    assert reaches(path, *FORBIDDEN.get(package_of(path), ())) == set()
    assert "relative" not in imports(path)


def test_only_the_sandbox_command_imports_the_sandbox():
    outside = [path for path in FILES if package_of(path) != "sandbox" and reaches(path, "sandbox")]
    assert [str(path.relative_to(SOURCE).as_posix()) for path in outside] == ["cli/sandbox.py"]


HEAVY = [
    "asyncio",
    "click",
    "http.client",
    "httptools",
    "keyring",
    "mcp",
    "msgspec",
    "sqlite3",
    "ssl",
    "starlette",
    "uvicorn",
]


@pytest.mark.parametrize("module", ["oint", "oint.cdek", "oint.sandbox"])
def test_import_loads_no_http_library_server_or_driver(module):
    code = f"import sys, {module}; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("kind", "other"), [("Client", "asyncio"), ("AsyncClient", "http.client")])
def test_client_does_not_load_parts_of_the_other_kind(kind, other):
    code = f"import sys; from oint.cdek import {kind}; {kind}(None)._wire(); print({other!r} in sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_public_names_are_frozen_and_exist():
    assert sorted(oint.__all__) == ["OPI_CDEK", "OintError", "__version__"]
    assert sorted(oint.cdek.__all__) == [
        "Account",
        "AsyncClient",
        "AuthenticationFailed",
        "BadArgument",
        "CdekError",
        "Client",
        "FixedToken",
        "OutcomeUnknown",
        "Problem",
        "RateLimited",
        "Rejected",
        "Retry",
        "StillPending",
        "Timeouts",
        "Trace",
        "Unavailable",
        "UnreadableAnswer",
    ]
    assert sorted(oint.refusals.__all__) == [
        "Advice",
        "By",
        "Outcome",
        "PollingPolicy",
        "State",
        "Transition",
        "register_refusal",
    ]
    for package in (oint, oint.cdek, oint.refusals):
        for name in package.__all__:
            assert getattr(package, name) is not None


@pytest.mark.parametrize("package", [oint, oint.cdek])
def test_unknown_name_raises_attribute_error(package):
    with pytest.raises(AttributeError):
        package.no_such_name  # noqa: B018 - asking is the test


def _module(path: Path) -> str:
    return ".".join(("oint", *path.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__")


def test_modules_have_no_import_cycles():
    known = {_module(path): imports(path) for path in FILES}
    # `from package import name` names the package too, whose own imports are for its users' names alone
    left = {
        name: {other for other in found if other in known and not _is_package(other)} for name, found in known.items()
    }
    while free := [name for name, found in left.items() if not found & left.keys()]:
        for name in free:
            del left[name]
    assert left == {}


def _is_package(name: str) -> bool:
    return (SOURCE.parent / Path(*name.split("."))).is_dir()
