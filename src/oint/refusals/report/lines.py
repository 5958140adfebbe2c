"""A row of the ledger as a line of the report: facts as they are, codes in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from oint.cdek.errors import next_step_after
from oint.language import Text
from oint.refusals.case import SENDINGS
from oint.refusals.ledger.reading import rows_of
from oint.refusals.ledger.rows import case_of, parts
from oint.refusals.life import State
from oint.refusals.report.words import GIVEN_UP, TROUBLES
from oint.refusals.sources import TROUBLES as BROKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from oint.refusals.ledger import Batch, Ledger
    from oint.refusals.ledger.reading import Found
    from oint.refusals.outcome import Outcome

DOUBLE = "double"
"""The code of a row whose order has a refusal by another row."""


class Line(msgspec.Struct, frozen=True):
    """What became of one row of a source.

    Args:
        row: its number, as the source counts
        uuid, cdek_number, im_number: the order's names, as far as they are known
        verdict: a state of `oint.refusals.life`; a double's is that of the refusal that it doubles
        code: CDEK's, an advice's, an error's kind, `double`, or what is wrong with the source's row
        message: what the code means; CDEK's text where it is CDEK's
        sentence, next_step: what happened and what to do, in the user's language
        request_uuid: CDEK's uuid of the refusal
        return_number, return_uuid: the order that brings the parcel back
        status: code of the order's status when last read
        sent: how many times a refusal was sent
        planned_at, sent_at, decided_at: moments, ISO 8601 in UTC
    """

    row: int
    uuid: str | None
    cdek_number: str | None
    im_number: str | None
    verdict: str
    code: str | None
    message: str | None
    sentence: str
    next_step: str
    request_uuid: str | None
    return_number: str | None
    return_uuid: str | None
    status: str | None
    sent: int
    planned_at: str
    sent_at: str | None
    decided_at: str | None


class Words(msgspec.Struct, frozen=True):
    """A row's code and what it means."""

    code: str | None
    message: Text | str | None
    sentence: Text
    next_step: Text


def lines(
    ledger: Ledger, batch: Batch, *, failures: bool = False, clean: Callable[[str], str] = str
) -> Generator[Line]:
    """The report of a batch, line by line, from one state of the ledger, in bounded memory.

    Args:
        ledger: where the batch is; used for nothing else meanwhile
        batch: see `Batch`
        failures: only the lines that somebody must look at: rejected, advised against, unknown or given up
        clean: takes what must not be shown out of CDEK's texts
    Raises:
        LedgerError: the ledger cannot be read
    """
    with ledger.database.reading() as cursor:
        for found in rows_of(cursor, batch, failures=failures):
            yield line_of(found, batch, clean)


def line_of(found: Found, batch: Batch, clean: Callable[[str], str] = str) -> Line:
    """A row in words."""
    outcome = case_of(found.facts).outcome
    words = words_of(found, outcome, batch)
    return Line(
        row=found.number,
        uuid=found.uuid,
        cdek_number=found.cdek_number,
        im_number=found.im_number,
        verdict=outcome.verdict,
        code=words.code,
        message=None if words.message is None else clean(str(words.message)),
        sentence=clean(str(words.sentence)),
        next_step=str(words.next_step),
        request_uuid=outcome.request_uuid,
        return_number=outcome.return_number,
        return_uuid=outcome.return_uuid,
        status=outcome.status,
        sent=outcome.sent,
        planned_at=iso(batch.planned_at) or "",
        sent_at=iso(found.sent_at),
        decided_at=iso(found.ended_at) or (iso(batch.planned_at) if found.broken else None),
    )


def words_of(found: Found, outcome: Outcome, batch: Batch) -> Words:
    """What became of a row, in words."""
    if found.double_of is not None:
        same = _same(found.double_of, batch)
        sentence = _join(outcome.sentence, same)
        return Words(DOUBLE, same, sentence, _next_step(found, outcome))
    if found.broken:
        return _broken(outcome)
    return Words(*_reason(found, outcome), next_step=_next_step(found, outcome))


def _broken(outcome: Outcome) -> Words:
    said, step = BROKEN.get(outcome.code or "", (Text("Строка не читается", "The row cannot be read"), _MEND_ROW))
    detail = f" ({outcome.message})" if outcome.message else ""
    told = Text(f"{said.ru}{detail}", f"{said.en}{detail}")
    return Words(outcome.code, told, told, step)


def _reason(found: Found, outcome: Outcome) -> tuple[str | None, Text | str | None, Text]:
    """Code, message and sentence: of an advice, of CDEK's no, of what went wrong last."""
    if outcome.advice is not None:
        return outcome.advice.code, outcome.advice.text, outcome.advice.text
    if outcome.state is State.REJECTED:
        return outcome.code, outcome.message, outcome.sentence
    sentence = GIVEN_UP if _given_up(outcome) else outcome.sentence
    if found.trouble is None or outcome.state is State.CONFIRMED:
        return outcome.code, outcome.message, sentence
    why = TROUBLES.get(found.trouble, Text(f"СДЭК ответил {found.trouble}", f"CDEK answered {found.trouble}"))
    return found.trouble, why, _join(sentence, why)


def _next_step(found: Found, outcome: Outcome) -> Text:
    if found.trouble == "authentication_failed" and outcome.state is not State.CONFIRMED:
        return _LOG_IN
    if outcome.state is State.REJECTED:
        return next_step_after(outcome.code)
    if _given_up(outcome):
        return _RETRY
    if outcome.advice is not None and outcome.advice.may_insist:
        step, number = outcome.advice.next_step, found.batch if found.double_of is None else parts(found.double_of)[0]
        return Text(f"{step.ru}. {_INSIST.ru.format(number)}", f"{step.en}. {_INSIST.en.format(number)}")
    return _STEPS.get(outcome.state, outcome.next_step)


def _given_up(outcome: Outcome) -> bool:
    return outcome.state is State.PLANNED and outcome.sent >= SENDINGS


def is_failure(line: Line) -> bool:
    """Whether somebody must look at it; the ledger chooses by the same rule."""
    given_up = line.verdict == State.PLANNED and line.sent >= SENDINGS
    return given_up or line.verdict in {State.REJECTED, State.ADVISED, State.UNKNOWN}


def _same(double_of: int, batch: Batch) -> Text:
    other, number, _ = parts(double_of)
    if other == batch.id:
        return Text(f"тот же заказ, что в строке {number}", f"same order as row {number}")
    return Text(f"тот же заказ, что в строке {number} пакета {other}", f"same order as row {number} of batch {other}")


def _join(sentence: Text, why: Text) -> Text:
    return Text(f"{sentence.ru} ({why.ru})", f"{sentence.en} ({why.en})")


def iso(moment: float | None) -> str | None:
    """A Unix time as ISO 8601 in UTC, to the second."""
    return None if moment is None else datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")


_MEND_ROW = Text("Исправьте строку и повторите", "Mend the row and run again")
_LOG_IN = Text(
    "Проверьте учётные данные и продолжите: oint refusals resume",
    "Check the credentials and go on: oint refusals resume",
)
_RETRY = Text(
    "Посмотрите заказ и попробуйте снова: oint refusals retry --unknown",
    "Look at the order and try again: oint refusals retry --unknown",
)
_INSIST = Text(
    "Всё же отправить отказ: oint refusals retry {0} --advised, затем oint refusals resume {0} --even-if-billed",
    "To refuse all the same: oint refusals retry {0} --advised, then oint refusals resume {0} --even-if-billed",
)
_GO_ON = Text("Продолжите: oint refusals resume", "Go on: oint refusals resume")
_STEPS = {
    State.PLANNED: _GO_ON,
    State.SENDING: _GO_ON,
    State.ACCEPTED: _GO_ON,
    State.UNKNOWN: Text(
        "Продолжите: oint refusals resume; сначала читается заказ, дважды отказ не уйдёт",
        "Go on: oint refusals resume; the order is read first, no refusal is sent twice",
    ),
}
