"""Show progress in one line that fits the terminal and says what is waited for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint.cli.progress import format_duration, format_local_time, format_reading, format_run, format_worker
from oint.cli.refusals._reading import CardReading
from oint.cli.refusals._worker import WorkerProgress
from oint.cli.text_width import measure_width
from oint.refusals.batch import Progress, ProgressSnapshot, Wait, WaitReason
from oint.refusals.preview import PreviewRow

NOW = 1_795_000_000.0
COUNTS = st.integers(0, 10**7)
SECONDS = st.none() | st.floats(0, 86_400)
SNAPSHOTS = st.builds(
    ProgressSnapshot,
    total=COUNTS, done=COUNTS, confirmed=COUNTS, rejected=COUNTS, advised=COUNTS, held=COUNTS, pending=COUNTS,
    rate=st.floats(0, 300).map(lambda rate: round(rate, 1)), left=SECONDS, waiting=SECONDS,
    waiting_for=st.none() | st.sampled_from([reason.value for reason in WaitReason]), verdicts_within=SECONDS,
)  # fmt: skip
WAITS = st.none() | st.builds(Wait, st.sampled_from(WaitReason), st.floats(0, 86_400))
LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])


def make_snapshot(**facts):
    return ProgressSnapshot(
        **{"total": 60, "done": 12, "confirmed": 10, "rejected": 1, "advised": 1, "held": 0, "pending": 20}
        | {"rate": 9.5, "left": 75.0, "waiting": None}
        | facts
    )


def use_language(language):
    patch = pytest.MonkeyPatch()
    patch.setenv("OINT_LANG", language)
    return patch


@LANGUAGES
@given(snapshot=SNAPSHOTS, width=st.integers(1, 200), rate=st.none() | st.floats(0.1, 1000))
def test_run_line_never_reaches_the_last_column(language, snapshot, width, rate):
    patch = use_language(language)
    try:
        line = format_run(snapshot, now=NOW, width=width, rate=rate)
    finally:
        patch.undo()
    assert 0 < measure_width(line) <= max(1, width - 1)
    assert line.isprintable()


@LANGUAGES
@given(done=COUNTS, total=COUNTS | st.none(), rate=st.floats(0, 300), wait=WAITS, width=st.integers(1, 200))
def test_lines_of_reading_and_worker_never_reach_the_last_column(language, *, done, total, rate, wait, width):
    patch = use_language(language)
    try:
        lines = [
            format_reading(done, total, rate, wait, now=NOW, width=width, unread=done),
            format_worker(done, done, done, wait, now=NOW, width=width),
        ]
    finally:
        patch.undo()
    assert all(0 < measure_width(line) <= max(1, width - 1) for line in lines)


@LANGUAGES
@pytest.mark.parametrize("width", range(20, 201, 20))
@pytest.mark.parametrize("reason", WaitReason)
def test_wait_and_its_end_are_shown_at_any_width(monkeypatch, language, width, reason):
    monkeypatch.setenv("OINT_LANG", language)
    line = format_run(make_snapshot(waiting=30.0, waiting_for=reason.value), now=NOW, width=width)
    assert line.startswith("12/60")
    assert format_local_time(NOW + 30) in line


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (WaitReason.PAUSE, "CDEK asked for a pause until"),
        (WaitReason.NO_ANSWER, "CDEK does not answer, next try at"),
        (WaitReason.LEDGER, "the ledger's database is away, next try at"),
    ],
)
def test_each_wait_has_its_own_words(monkeypatch, reason, text):
    monkeypatch.setenv("OINT_LANG", "en")
    assert text in format_run(make_snapshot(waiting=30.0, waiting_for=reason.value), now=NOW, width=160)
    assert text in format_reading(1, 9, 0.0, Wait(reason, 3.0), now=NOW, width=160)
    assert text in format_worker(1, 0, 0, Wait(reason, 3.0), now=NOW, width=160)


def test_run_that_waits_for_verdicts_alone_says_so_and_until_when(monkeypatch):
    monkeypatch.setenv("OINT_LANG", "en")
    pending = make_snapshot(done=40, pending=20, verdicts_within=600.0)
    line = format_run(pending, now=NOW, width=160, rate=200.0)
    assert f"waiting for CDEK's verdicts, until {format_local_time(NOW + 600)} at most" in line
    assert "verdicts" not in format_run(make_snapshot(verdicts_within=600.0), now=NOW, width=160)


def test_run_that_sends_names_the_rate_limit_and_the_time_left(monkeypatch):
    monkeypatch.setenv("OINT_LANG", "en")
    line = format_run(make_snapshot(), now=NOW, width=120, rate=200.0)
    assert line.endswith("9.5/s · 1:15 left · limit 200 requests/s")
    assert "left" not in format_run(make_snapshot(done=60, left=0.0), now=NOW, width=120, rate=200.0)


def test_worker_counts_ends_and_names_its_wait(monkeypatch):
    monkeypatch.setenv("OINT_LANG", "en")
    progress = WorkerProgress(None)
    assert progress.read_fields() == {"steps": {}, "waiting": False, "waiting_for": None}
    progress.on_rate_limited(60.0)
    assert progress.read_fields()["waiting_for"] == "pause"
    assert progress.format_text(120).startswith("confirmed 0 · rejected 0 · advised 0 · CDEK asked for a pause until ")


def test_shorter_words_make_room_for_rejected_refusals(monkeypatch):
    monkeypatch.setenv("OINT_LANG", "en")
    snapshot = make_snapshot(done=33, pending=27, verdicts_within=600.0)
    line = format_run(snapshot, now=NOW, width=100)
    assert "rejected 1" in line
    assert f"CDEK's verdicts by {format_local_time(NOW + 600)}" in line


def test_narrow_line_keeps_the_count_and_the_time_left(monkeypatch):
    monkeypatch.setenv("OINT_LANG", "ru")
    assert format_run(make_snapshot(), now=NOW, width=24, rate=200.0) == "12/60 · осталось 1:15"


def test_reading_counts_cards_and_those_without_an_answer(monkeypatch):
    monkeypatch.setenv("OINT_LANG", "ru")
    now = [100.0]
    reading = CardReading(1000, lambda: now[0])
    for action in ("refuse", "unread", "delete"):
        reading.add(PreviewRow(1, "IM-1", action))
    now[0] += 2
    assert reading.format_text(100) == "прочитано карточек 3/1000 · 1.5/с · без ответа 1 · осталось 11:05"
    assert reading.format_text(20) == "3/1000 · 1.5/с"
    assert CardReading(None, lambda: now[0]).format_text(100) == "прочитано карточек 0 · 0.0/с"


def test_duration_has_hours_from_an_hour_on():
    assert [format_duration(each) for each in (0, 75, 3599.4, 3600, 90_000)] == [
        "0:00", "1:15", "59:59", "1:00:00", "25:00:00",
    ]  # fmt: skip


def test_longest_wait_is_the_one_that_is_shown():
    now = [100.0]
    progress = Progress(3, {"planned": 3}, lambda: now[0], 600.0)
    progress.on_rate_limited(9.0)
    progress.on_circuit_open(5.0)
    assert (progress.snapshot().waiting_for, progress.snapshot().waiting) == ("pause", 9.0)
    progress.on_ledger_unavailable(20.0)
    assert progress.snapshot().waiting_for == "ledger"
    now[0] += 21
    assert (progress.snapshot().waiting_for, progress.snapshot().waiting) == (None, None)


def test_pending_refusals_are_followed_for_the_time_after_the_last_sending():
    now = [100.0]
    progress = Progress(3, {"accepted": 2, "confirmed": 1}, lambda: now[0], 600.0)
    now[0] += 50
    assert progress.snapshot().verdicts_within == 550.0
    assert Progress(3, {"confirmed": 3}, lambda: now[0], 600.0).snapshot().verdicts_within is None
