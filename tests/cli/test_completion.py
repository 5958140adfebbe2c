"""Completion, by the shells themselves."""

import os
import select
import shutil
import subprocess
import time

import pytest

from oint.catalog import CDEK

PATIENCE = 30.0


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_every_method_under_both_names(oint, shell):
    script = oint("completion", shell).out
    for method in CDEK.methods:
        assert method.name.ru in script
        assert method.name.en in script


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["oint", "cde"], "cdek"),
        (["oint", "cdek", "СоздатьОтк"], "СоздатьОтказ"),
        (["oint", "cdek", "CreateRef"], "CreateRefusal"),
        (["oint", "cdek", "CreateRefusal", "--uu"], "--uuid"),
        (["oint", "completion", "fi"], "fish"),
        (["oint", "refusals", "resu"], "resume"),
        (["oint", "refusals", "run", "--even"], "--even-if-billed"),
        (["oint", "sandbox", "start", "--see"], "--seed"),
    ],
)
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_what_was_begun(oint, shell, words, found):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not here")
    (oint.home / "completion").write_text(oint("completion", shell).out, "utf-8")
    line = " ".join(words)
    env = oint.env | {"HOME": str(oint.home), "LC_ALL": "C.UTF-8", "TERM": "dumb"}
    if shell == "zsh":  # its completion lives at a terminal only
        assert completed_by_zsh(line, oint.home, env, found) == f"{line[: -len(words[-1])]}{found} "
        return
    script = {
        "bash": f'COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _oint; printf "%s\n" "${{COMPREPLY[@]}}"',
        "fish": f"complete -C '{line}'",
    }[shell]
    command = [shell, "-c", f"source completion; {script}"]
    done = subprocess.run(command, cwd=oint.home, env=env, capture_output=True, check=True)
    assert [line.partition("\t")[0] for line in done.stdout.decode().splitlines()] == [found], done.stderr.decode()


def completed_by_zsh(line, folder, env, found):
    """What stands on the command line after the key Tab."""
    import pty  # noqa: PLC0415 - Windows has none

    ours, theirs = pty.openpty()
    with subprocess.Popen(
        ["zsh", "-f", "-i"], stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=env, start_new_session=True
    ) as shell:
        os.close(theirs)
        try:
            os.write(ours, b"source completion; PS1=; print re''ady\n")
            heard(ours, "ready")
            os.write(ours, f"{line}\t".encode())
            return heard(ours, f"{found} ").rpartition("\r")[2].rpartition("\n")[2].rpartition("\x1b[?2004h")[2]
        finally:
            shell.kill()
            os.close(ours)


def heard(terminal, wanted):
    """What a terminal says until it has said what is wanted."""
    said, until = b"", time.monotonic() + PATIENCE
    while wanted not in said.decode("utf-8", "ignore"):
        ready, _, _ = select.select([terminal], [], [], max(0.0, until - time.monotonic()))
        assert ready, said.decode("utf-8", "replace")
        said += os.read(terminal, 4096)
    return said.decode("utf-8", "ignore")
