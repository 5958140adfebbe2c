"""Import rules: layers of packages, what an import loads, and the public names."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import cdek_sandbox
import oint
import oint.cdek
import oint.refusals

SOURCE = Path(oint.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))
SANDBOX_FILES = sorted(Path(cdek_sandbox.__file__).parent.rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Return every module that a file imports anywhere, also by `import_module` with a literal name."""
    names_of_modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                names_of_modules |= {alias.name for alias in names}
            case ast.ImportFrom(module=str(module), names=names, level=0):
                names_of_modules |= {module} | {f"{module}.{alias.name}" for alias in names}
            case ast.ImportFrom(level=level) if level:
                names_of_modules.add("relative")
    return names_of_modules


def package_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def reaches(path: Path, *packages: str) -> set[str]:
    return {
        name
        for name in imports(path)
        for package in packages
        if name == f"oint.{package}" or name.startswith(f"oint.{package}.")
    }


BASE = ("auth", "catalog", "cdek", "cli", "dispatch", "mcp", "opi_cdek", "parsing", "refusals")
"""The packages above the root modules."""

FORBIDDEN = {
    "i18n": BASE,
    "errors": BASE,
    "redaction": BASE,
    "suggestions": BASE,
    "cdek": ("auth", "cli", "dispatch", "mcp", "opi_cdek", "parsing", "refusals"),
    "refusals": ("cli", "mcp", "opi_cdek"),
    "mcp": ("cli", "opi_cdek", "refusals"),
    "catalog": ("cli", "dispatch", "mcp", "opi_cdek", "parsing", "refusals"),
    "templates": BASE,
    "parsing": ("cli", "refusals"),
    "auth": ("cli", "refusals"),
    "dispatch": ("cli", "mcp", "opi_cdek", "refusals"),
    "opi_cdek": ("cli", "refusals"),
}
"""Package -> packages of oint that it must not import."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_packages_import_only_lower_layers(path):
    assert reaches(path, *FORBIDDEN.get(package_of(path), ())) == set()
    assert "relative" not in imports(path)


def test_only_the_sandbox_command_imports_the_sandbox():
    outside = [path for path in FILES if any(name.split(".")[0] == "cdek_sandbox" for name in imports(path))]
    assert [str(path.relative_to(SOURCE).as_posix()) for path in outside] == ["cli/sandbox.py"]


@pytest.mark.parametrize("path", SANDBOX_FILES, ids=lambda path: path.as_posix().split("cdek_sandbox/", 1)[1])
def test_sandbox_imports_only_version_and_language_of_oint(path):
    from_oint = {name for name in imports(path) if name.split(".")[0] == "oint"}
    assert from_oint <= {"oint", "oint.__version__", *(name for name in from_oint if name.startswith("oint.i18n"))}
    assert "relative" not in imports(path)


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


@pytest.mark.parametrize("module", ["oint", "oint.cdek", "cdek_sandbox"])
def test_import_loads_no_http_library_server_or_driver(module):
    code = f"import sys, {module}; print([name for name in {HEAVY!r} if name in sys.modules])"
    process = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert process.stdout.strip() == "[]"


@pytest.mark.parametrize(("kind", "other"), [("Client", "asyncio"), ("AsyncClient", "http.client")])
def test_client_does_not_load_parts_of_the_other_kind(kind, other):
    code = f"import sys; from oint.cdek import {kind}; {kind}(None)._wire(); print({other!r} in sys.modules)"
    process = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert process.stdout.strip() == "False"


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
        package.no_such_name  # noqa: B018 - the access is the test


def _module(path: Path) -> str:
    return ".".join(("oint", *path.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__")


def test_modules_have_no_import_cycles():
    imports_by_module = {_module(path): imports(path) for path in FILES}
    # `from package import name` names the package too; imports of a package only re-export names
    remaining = {
        name: {other for other in imported if other in imports_by_module and not _is_package(other)}
        for name, imported in imports_by_module.items()
    }
    while independent := [name for name, imported in remaining.items() if not imported & remaining.keys()]:
        for name in independent:
            del remaining[name]
    assert remaining == {}


def _is_package(name: str) -> bool:
    return (SOURCE.parent / Path(*name.split("."))).is_dir()
