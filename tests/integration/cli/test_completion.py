"""Complete words in bash, zsh and fish."""

import os
import select
import shutil
import subprocess
import time

import pytest

from oint.catalog import CDEK

TIMEOUT_SECONDS = 30.0


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script_has_every_method_under_both_names(oint, shell):
    script = oint("completion", shell).out
    for method in CDEK.methods:
        assert method.name.ru in script
        assert method.name.en in script


@pytest.mark.parametrize(
    ("words", "completion"),
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
def test_shell_completes_a_partial_word(oint, shell, words, completion):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not here")
    (oint.home / "completion").write_text(oint("completion", shell).out, "utf-8")
    line = " ".join(words)
    env = oint.env | {"HOME": str(oint.home), "LC_ALL": "C.UTF-8", "TERM": "dumb"}
    if shell == "zsh":  # zsh completes only on a terminal
        assert complete_in_zsh(line, oint.home, env, completion) == f"{line[: -len(words[-1])]}{completion} "
        return
    script = {
        "bash": f'COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _oint; printf "%s\n" "${{COMPREPLY[@]}}"',
        "fish": f"complete -C '{line}'",
    }[shell]
    command = [shell, "-c", f"source completion; {script}"]
    result = subprocess.run(command, cwd=oint.home, env=env, capture_output=True, check=True)
    assert [line.partition("\t")[0] for line in result.stdout.decode().splitlines()] == [completion], (
        result.stderr.decode()
    )


def complete_in_zsh(line, folder, env, completion):
    """Return the command line after the key Tab."""
    import pty  # noqa: PLC0415 - Windows has none

    master, slave = pty.openpty()
    with subprocess.Popen(
        ["zsh", "-f", "-i"], stdin=slave, stdout=slave, stderr=slave, cwd=folder, env=env, start_new_session=True
    ) as shell:
        os.close(slave)
        try:
            os.write(master, b"source completion; PS1=; print re''ady\n")
            read_until(master, "ready")
            os.write(master, f"{line}\t".encode())
            return (
                read_until(master, f"{completion} ")
                .rpartition("\r")[2]
                .rpartition("\n")[2]
                .rpartition("\x1b[?2004h")[2]
            )
        finally:
            shell.kill()
            os.close(master)


def read_until(terminal, wanted):
    """Return the output of a terminal up to and with the wanted text."""
    output, deadline = b"", time.monotonic() + TIMEOUT_SECONDS
    while wanted not in output.decode("utf-8", "ignore"):
        ready, _, _ = select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))
        assert ready, output.decode("utf-8", "replace")
        output += os.read(terminal, 4096)
    return output.decode("utf-8", "ignore")
