"""The progress line: what is done, what is waited for, and how long that can take. It never wraps."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from oint.cli import output
from oint.cli.terminal import find_width, is_terminal
from oint.cli.text_width import cut_text, measure_width
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from oint.refusals.batch import ProgressSnapshot, Wait

_SEPARATOR = " · "
MAX_NEEDED_PRIORITY = 1
"""Parts up to this priority are shown in the fewest words rather than left out."""

MIN_RATE = 0.001
"""Cards a second, below which nobody knows how long the rest takes."""

_HOUR_SECONDS = 3600
_MINUTE_SECONDS = 60


class Part(NamedTuple):
    """A part of the line.

    Args:
        priority: parts with the lowest number find room first
        texts: the same in ever fewer columns
    """

    priority: int
    texts: Sequence[str]


def join_parts(parts: Sequence[Part], width: int) -> str:
    """Join the parts that fit, in their own order: fewer words where that leaves room for more parts.

    Args:
        parts: the one with the lowest priority is cut where even it does not fit
        width: of the terminal in columns; the last one stays free, some terminals wrap there
    """
    room = max(1, width - 1)
    texts = max((_choose_parts(parts, room, brevity) for brevity in (0, 1)), key=len)
    if any(part.priority <= MAX_NEEDED_PRIORITY and index not in texts for index, part in enumerate(parts)):
        texts = _choose_parts(parts, room, 2)
    return _SEPARATOR.join(texts[index] for index in sorted(texts))


def _choose_parts(parts: Sequence[Part], room: int, brevity: int) -> dict[int, str]:
    """Choose the parts that fit by priority, each in its text of some brevity; return them by their places."""
    texts: dict[int, str] = {}
    used = 0
    for index in sorted(range(len(parts)), key=lambda index: parts[index].priority):
        text = parts[index].texts[min(brevity, len(parts[index].texts) - 1)]
        if not texts:
            text = cut_text(text, room)
        need = measure_width(text) + (measure_width(_SEPARATOR) if texts else 0)
        if used + need <= room:
            texts[index] = text
            used += need
    return texts


def format_run(snapshot: ProgressSnapshot, *, now: float, width: int, rate: float | None = None) -> str:
    """Format the progress of a run.

    Args:
        snapshot: see `ProgressSnapshot`
        now: Unix time
        width: of the terminal, in columns
        rate: requests a second that the account may send
    """
    parts = [
        Part(0, [f"{snapshot.done}/{snapshot.total}"]),
        Part(3, [str(_CONFIRMED.format(snapshot.confirmed))]),
        Part(4 if snapshot.rejected else 9, [str(_REJECTED.format(snapshot.rejected))]),
        Part(6 if snapshot.advised else 10, [str(_ADVISED.format(snapshot.advised))]),
        Part(5, [str(_PENDING.format(snapshot.pending))]),
        Part(7, [str(_RATE.format(snapshot.rate))]),
    ]
    if snapshot.left is not None and snapshot.done < snapshot.total:
        parts.append(Part(2, [str(_LEFT.format(format_duration(snapshot.left)))]))
    if snapshot.waiting is not None:
        parts.append(_wait_part(snapshot.waiting_for or "", now + snapshot.waiting))
    elif snapshot.verdicts_within is not None and snapshot.pending >= snapshot.total - snapshot.done:
        moment = format_local_time(now + snapshot.verdicts_within)
        parts.append(Part(1, [str(text.format(moment)) for text in _VERDICTS]))
    elif rate is not None and snapshot.done < snapshot.total:
        parts.append(Part(8, [str(_LIMIT.format(f"{rate:g}"))]))
    return join_parts(parts, width)


def format_reading(
    done: int, total: int | None, rate: float, wait: Wait | None, *, now: float, width: int, unread: int = 0
) -> str:
    """Format how far the cards of a preview are read.

    Args:
        done: cards that were read
        total: cards that there are; None: nobody knows before the end
        rate: cards that were read a second
        wait: see `Wait`
        now: Unix time
        width: of the terminal, in columns
        unread: cards that CDEK did not answer for
    """
    count = str(done) if total is None else f"{done}/{total}"
    parts = [
        Part(0, [str(_CARDS.format(count)), count]),
        Part(4, [str(_RATE.format(round(rate, 1)))]),
    ]
    if unread:
        parts.append(Part(3, [str(_UNREAD.format(unread))]))
    if total is not None and rate >= MIN_RATE and done < total:
        parts.append(Part(2, [str(_LEFT.format(format_duration((total - done) / rate)))]))
    if wait is not None:
        parts.append(_wait_part(wait.reason, now + wait.seconds))
    return join_parts(parts, width)


def format_worker(confirmed: int, rejected: int, advised: int, wait: Wait | None, *, now: float, width: int) -> str:
    """Format what a worker has done since it began; for the arguments see `format_reading`."""
    parts = [
        Part(0, [str(_CONFIRMED.format(confirmed))]),
        Part(2, [str(_REJECTED.format(rejected))]),
        Part(3, [str(_ADVISED.format(advised))]),
    ]
    if wait is not None:
        parts.append(_wait_part(wait.reason, now + wait.seconds))
    return join_parts(parts, width)


def format_duration(seconds: float) -> str:
    """Format seconds as minutes and seconds, from an hour on with hours."""
    total = round(seconds)
    minutes, rest = divmod(total, _MINUTE_SECONDS)
    if total < _HOUR_SECONDS:
        return f"{minutes}:{rest:02}"
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def format_local_time(moment: float) -> str:
    """Format the time of day of a Unix time, in the machine's time zone."""
    return f"{datetime.fromtimestamp(moment).astimezone():%H:%M:%S}"


def _wait_part(reason: str, until: float) -> Part:
    moment = format_local_time(until)
    return Part(1, [str(text.format(moment)) for text in _WAITS.get(reason, _WAITS["no_answer"])])


class ProgressLine:
    """The line of stderr that shows progress: overwritten on a terminal, one JSON object a line elsewhere."""

    def __init__(self) -> None:
        self._is_open = False

    def show(self, fields: object, format_text: Callable[[int], str]) -> None:
        """Show the progress.

        Args:
            fields: of the JSON object
            format_text: formats the line for a width in columns
        """
        if is_terminal(sys.stderr):
            self._write(f"\r\x1b[K{format_text(find_width(sys.stderr))}")
            self._is_open = True
        else:
            import msgspec  # noqa: PLC0415 - a terminal gets no JSON

            output.print_status(msgspec.json.encode(fields).decode())

    def print_remark(self, text: object) -> None:
        """Print a remark on a line of its own; the progress continues below it."""
        self.clear()
        output.print_status(text)

    def clear(self) -> None:
        """Take the line away."""
        if self._is_open:
            self._write("\r\x1b[K")
            self._is_open = False

    def finish(self) -> None:
        """Leave the line as it stands: what follows begins on the next one."""
        if self._is_open:
            self._write("\n")
            self._is_open = False

    def _write(self, text: str) -> None:
        with suppress(OSError):  # the terminal has gone
            sys.stderr.write(text)
            sys.stderr.flush()


_CONFIRMED = Message("подтверждено {}", "confirmed {}")
_REJECTED = Message("отклонено {}", "rejected {}")
_ADVISED = Message("советов {}", "advised {}")
_PENDING = Message("в работе {}", "pending {}")
_RATE = Message("{}/с", "{}/s")
_LEFT = Message("осталось {}", "{} left")
_LIMIT = Message("лимит {} запросов/с", "limit {} requests/s")
_CARDS = Message("прочитано карточек {}", "order cards read {}")
_UNREAD = Message("без ответа {}", "no answer {}")
_VERDICTS = (
    Message("ждём решений СДЭК, не дольше чем до {}", "waiting for CDEK's verdicts, until {} at most"),
    Message("решения СДЭК до {}", "CDEK's verdicts by {}"),
    Message("до {}", "by {}"),
)
_WAITS = {
    "pause": (
        Message("СДЭК просит паузу до {}", "CDEK asked for a pause until {}"),
        Message("пауза до {}", "pause until {}"),
        Message("до {}", "by {}"),
    ),
    "no_answer": (
        Message("СДЭК не отвечает, следующая попытка в {}", "CDEK does not answer, next try at {}"),
        Message("нет ответа до {}", "no answer, {}"),
        Message("до {}", "by {}"),
    ),
    "ledger": (
        Message("база реестра недоступна, следующая попытка в {}", "the ledger's database is away, next try at {}"),
        Message("нет базы до {}", "no database, {}"),
        Message("до {}", "by {}"),
    ),
}
"""What is waited for, in ever fewer words, by the values of `WaitReason`."""
