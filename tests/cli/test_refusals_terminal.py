"""A run at a person's hands: Ctrl-C twice, a terminal, a full disk, the same file started twice at once."""

import os
import signal
import subprocess
import sys
import time

import pytest

from oint.sandbox import running_sandbox

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it has neither pseudo-terminals nor these signals")

PARCEL = "ACCEPTED_AT_PICK_UP_POINT"
FAST = ("--poll", "100ms", "--settle", "300ms")
YES = (*FAST, "--yes")
PATIENCE = 60


def listed(tmp_path, orders):
    path = tmp_path / "orders.txt"
    path.write_text("\n".join(orders) + "\n", "utf-8")
    return str(path)


def sent(box, orders):
    return {len([row for row in box.truth(uuid)["refusals"] if row["http_status"] == 202]) for uuid in orders}


def resumed(oint, rows):
    again = oint("refusals", "resume", "--quiet", *FAST)
    assert (again.code, again.out) == (0, f"confirmed: {rows}\n"), again.err


def test_ctrl_c_twice_ends_at_once_and_nothing_is_lost(oint, tmp_path):
    with running_sandbox(seed=32) as box:  # its own: calls that hang there are answered when other tests have begun
        oint.env |= {"OINT_CDEK_URL": box.url, "OINT_CDEK_ACCOUNT": box.account, "OINT_CDEK_PASSWORD": box.password}
        orders = box.order_batch(30, status=PARCEL)
        box.fault({"type": "delay", "seconds": 30}, operation="order_get", skip=1)
        process = oint.start("refusals", "run", listed(tmp_path, orders), "--quiet", *YES, stderr=subprocess.PIPE)
        while not box.calls("order_get"):  # the one that goes through; the others hang by then
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        assert b"Ctrl-C again" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130
        process.communicate()
        box.clear_faults()
        resumed(oint, 30)
        assert sent(box, orders) == {1}


def test_on_a_terminal_one_line_is_written_over_and_left_whole(oint, box, tmp_path):
    import pty  # noqa: PLC0415 - Windows has none

    orders = box.order_batch(60, status=PARCEL)
    mine, its = pty.openpty()
    process = oint.start("refusals", "run", listed(tmp_path, orders), "--rate", "40", *YES, stderr=its)
    os.close(its)
    said = b""
    while True:
        try:
            piece = os.read(mine, 4096)
        except OSError:  # the other side is closed
            break
        if not piece:
            break
        said += piece
    os.close(mine)
    assert process.wait(PATIENCE) == 0
    process.communicate()
    lines = said.decode().replace("\r\n", "\n").split("\r\x1b[K")
    shown = [line for line in lines if "60/60" in line or "/60" in line]
    assert len(shown) >= 2, said
    assert "confirmed" in shown[-1]
    assert shown[-1].split("\n")[0].count("60/60") == 1
    assert all("\n" not in line for line in shown[:-1])
    assert said.endswith(b"\n")


def test_the_same_file_at_once_in_two_processes_sends_each_refusal_once_and_the_second_says_why(oint, box, tmp_path):
    orders = box.order_batch(60, status=PARCEL)
    box.settings(refusal={"mode": "after_seconds", "value": 1})
    box.stop_clock(box.now())  # nothing is confirmed before the second has ended, however slow the machine is
    words = ("refusals", "run", listed(tmp_path, orders), "--rate", "40", "--quiet", *YES)
    first = oint.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not box.calls("refusal"):
        time.sleep(0.02)
    second = oint.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    _, why = second.communicate(timeout=PATIENCE)
    box.start_clock()
    out, _ = first.communicate(timeout=PATIENCE)
    assert (first.returncode, out.decode()) == (0, "confirmed: 60\n")
    assert second.returncode in {8, 9}, "not all of it is done yet"
    assert "is working on: 60" in why.decode()
    assert sent(box, orders) == {1}


def test_a_ledger_that_can_grow_no_more_ends_the_run_in_words_and_with_room_it_goes_on(oint, box, tmp_path):
    import resource  # noqa: PLC0415 - Windows has none

    orders = box.order_batch(200, status=PARCEL)

    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, 700_000))

    words = ("refusals", "run", listed(tmp_path, orders), "--quiet", *YES)
    process = oint.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=small)
    _, err = process.communicate(timeout=PATIENCE)
    told_in_words(process.returncode, err.decode())
    assert sent(box, orders) <= {0, 1}
    resumed(oint, 200)
    assert sent(box, orders) == {1}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root mounts a small disk")
def test_a_full_disk_ends_the_run_in_words_and_with_room_it_goes_on(oint, box, tmp_path):
    orders = box.order_batch(200, status=PARCEL)
    data = tmp_path / "data"
    data.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=700k", "tmpfs", str(data)], check=False)
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        ended = oint("refusals", "run", listed(tmp_path, orders), "--quiet", *YES)
        told_in_words(ended.code, ended.err)
        assert "Make room" in ended.err
        assert sent(box, orders) <= {0, 1}
        subprocess.run(["mount", "-o", "remount,size=50m", str(data)], check=True)
        resumed(oint, 200)
    finally:
        subprocess.run(["umount", str(data)], check=True)
    assert sent(box, orders) == {1}


def told_in_words(code, err):
    assert code not in {0, 8, 9}
    assert "ledger" in err
    assert "Traceback" not in err
