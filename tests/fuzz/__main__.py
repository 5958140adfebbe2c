"""`python -m tests.fuzz [--count N] [--seed N]`: run schemathesis on the sandbox's OpenAPI, then send invalid requests."""

from __future__ import annotations

import argparse
import json
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from cdek_sandbox import Sandbox, running_sandbox
from tests.fuzz.invalid_requests import format_result, send_invalid_requests
from tests.fuzz.target import build_target, issue_token
from tests.support.paths import ROOT

_HOME = ROOT / ".fuzz"
_TOOLS = ("schemathesis", "openapi-spec-validator")
_CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def main() -> int:
    """Run both parts. Return 1 if one of them failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzz the sandbox.")
    parser.add_argument("--count", type=int, default=100_000, help="number of invalid requests")
    parser.add_argument("--examples", type=int, default=50, help="examples of schemathesis per operation")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    options = parser.parse_args()
    print(f"seed {options.seed}: python -m tests.fuzz --seed {options.seed} repeats this run", flush=True)
    tools = _install_tools()
    with running_sandbox(seed=options.seed) as box:
        failed = _run_schemathesis(box, tools, options.examples, options.seed)
        box.reset()
        failed |= _run_invalid_requests(box, options.count, options.seed)
        box.reset()
        failed |= not box.truth(box.order())["cdek_number"]
    print("FAILED" if failed else "passed: no 5xx, and the sandbox still responds")
    return 1 if failed else 0


def _run_schemathesis(box: Sandbox, tools: Path, examples: int, seed: int) -> bool:
    """Return whether the OpenAPI document is invalid or a response of the sandbox differs from it."""
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder, "openapi.json")
        document.write_text(json.dumps(box.control("GET", "/openapi.json")), "utf-8")
        invalid = subprocess.run([tools / "openapi-spec-validator", document], check=False).returncode
        command: list[str | Path] = [
            tools / "schemathesis",
            "run",
            document,
            "--url",
            box.url.removesuffix("/v2"),
            "--checks",
            _CHECKS,
        ]
        command += [
            "-n",
            str(examples),
            "--seed",
            str(seed),
            "-H",
            f"Authorization: Bearer {issue_token(box)}",
            "--warnings",
            "off",
        ]
        differs = subprocess.run(command, check=False, cwd=folder).returncode
    return bool(invalid or differs)


def _run_invalid_requests(box: Sandbox, count: int, seed: int) -> bool:
    result = send_invalid_requests(build_target(box), count, seed)
    print(*format_result(result), sep="\n")
    return bool(result.server_errors)


def _install_tools() -> Path:
    """Return the folder of the tools, in an environment of their own that is created once."""
    folder = _HOME / ("Scripts" if sys.platform == "win32" else "bin")
    if not (_HOME / "installed").exists():
        shutil.rmtree(_HOME, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", _HOME], check=True)
        install: list[str | Path] = [
            folder / "python",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            *_TOOLS,
        ]
        subprocess.run(install, check=True)
        (_HOME / "installed").touch()
    return folder


if __name__ == "__main__":
    sys.exit(main())
