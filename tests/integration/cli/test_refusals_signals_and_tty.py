"""Interrupt a run, show it on a terminal, fill its disk and start it twice at once."""

import os
import signal
import subprocess
import sys
import time

import pytest

from cdek_sandbox import running_sandbox

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals and no such signals")

PARCEL = "ACCEPTED_AT_PICK_UP_POINT"
FAST = ("--poll", "100ms", "--settle", "300ms")
YES = (*FAST, "--yes")
TIMEOUT_SECONDS = 60


def write_orders(tmp_path, orders):
    path = tmp_path / "orders.txt"
    path.write_text("\n".join(orders) + "\n", "utf-8")
    return str(path)


def count_refusals(sandbox, orders):
    return {len([row for row in sandbox.truth(uuid)["refusals"] if row["http_status"] == 202]) for uuid in orders}


def resume_and_check(oint, rows):
    again = oint("refusals", "resume", "--quiet", *FAST)
    assert (again.code, again.out) == (0, f"confirmed: {rows}\n"), again.err


def test_second_ctrl_c_ends_at_once_and_loses_nothing(oint, tmp_path):
    with running_sandbox(
        seed=32
    ) as sandbox:  # its own sandbox: its hanging calls are answered when other tests have begun
        oint.env |= {
            "OINT_CDEK_URL": sandbox.url,
            "OINT_CDEK_ACCOUNT": sandbox.account,
            "OINT_CDEK_PASSWORD": sandbox.password,
        }
        orders = sandbox.order_batch(30, status=PARCEL)
        sandbox.fault({"type": "delay", "seconds": 30}, operation="order_get", skip=1)
        process = oint.start("refusals", "run", write_orders(tmp_path, orders), "--quiet", *YES, stderr=subprocess.PIPE)
        while not sandbox.calls("order_get"):  # the first call is answered; the others hang by then
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        assert b"Ctrl-C again" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(TIMEOUT_SECONDS) == 130
        process.communicate()
        sandbox.clear_faults()
        resume_and_check(oint, 30)
        assert count_refusals(sandbox, orders) == {1}


def test_progress_overwrites_one_line_on_a_terminal(oint, sandbox, tmp_path):
    import pty  # noqa: PLC0415 - Windows has none

    orders = sandbox.order_batch(60, status=PARCEL)
    master, slave = pty.openpty()
    process = oint.start("refusals", "run", write_orders(tmp_path, orders), "--rate", "40", *YES, stderr=slave)
    os.close(slave)
    output = b""
    while True:
        try:
            piece = os.read(master, 4096)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        output += piece
    os.close(master)
    assert process.wait(TIMEOUT_SECONDS) == 0
    process.communicate()
    lines = output.decode().replace("\r\n", "\n").split("\r\x1b[K")
    progress_lines = [line for line in lines if "60/60" in line or "/60" in line]
    assert len(progress_lines) >= 2, output
    assert "confirmed" in progress_lines[-1]
    assert progress_lines[-1].split("\n")[0].count("60/60") == 1
    assert all("\n" not in line for line in progress_lines[:-1])
    assert output.endswith(b"\n")


def test_two_processes_with_one_file_send_each_refusal_once(oint, sandbox, tmp_path):
    orders = sandbox.order_batch(60, status=PARCEL)
    sandbox.settings(refusal={"mode": "after_seconds", "value": 1})
    sandbox.stop_clock(sandbox.now())  # nothing is confirmed before the second process ends, even on a slow machine
    words = ("refusals", "run", write_orders(tmp_path, orders), "--rate", "40", "--quiet", *YES)
    first = oint.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not sandbox.calls("refusal"):
        time.sleep(0.02)
    second = oint.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    _, reason = second.communicate(timeout=TIMEOUT_SECONDS)
    sandbox.start_clock()
    out, _ = first.communicate(timeout=TIMEOUT_SECONDS)
    assert (first.returncode, out.decode()) == (0, "confirmed: 60\n")
    assert second.returncode in {8, 9}, "not all of it is done yet"
    assert "is working on: 60" in reason.decode()
    assert count_refusals(sandbox, orders) == {1}


def test_ledger_at_its_size_limit_stops_the_run_and_resume_continues(oint, sandbox, tmp_path):
    import resource  # noqa: PLC0415 - Windows has none

    orders = sandbox.order_batch(200, status=PARCEL)

    def limit_file_size():
        resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, 700_000))

    words = ("refusals", "run", write_orders(tmp_path, orders), "--quiet", *YES)
    process = oint.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=limit_file_size)
    _, err = process.communicate(timeout=TIMEOUT_SECONDS)
    check_ledger_error(process.returncode, err.decode())
    assert count_refusals(sandbox, orders) <= {0, 1}
    resume_and_check(oint, 200)
    assert count_refusals(sandbox, orders) == {1}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can mount a small disk")
def test_full_disk_stops_the_run_and_resume_continues(oint, sandbox, tmp_path):
    orders = sandbox.order_batch(200, status=PARCEL)
    data = tmp_path / "data"
    data.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=700k", "tmpfs", str(data)], check=False)
    if mount.returncode:
        pytest.skip("this machine does not allow a small disk to be mounted")
    try:
        result = oint("refusals", "run", write_orders(tmp_path, orders), "--quiet", *YES)
        check_ledger_error(result.code, result.err)
        assert "Make room" in result.err
        assert count_refusals(sandbox, orders) <= {0, 1}
        subprocess.run(["mount", "-o", "remount,size=50m", str(data)], check=True)
        resume_and_check(oint, 200)
    finally:
        subprocess.run(["umount", str(data)], check=True)
    assert count_refusals(sandbox, orders) == {1}


def check_ledger_error(code, err):
    assert code not in {0, 8, 9}
    assert "ledger" in err
    assert "Traceback" not in err
