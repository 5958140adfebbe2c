"""A row of the ledger as a line of the report: facts as they are, codes in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from oint.language import Text
from oint.refusals.case import SENDINGS
from oint.refusals.ledger.reading import rows_of
from oint.refusals.ledger.rows import from_columns, parts
from oint.refusals.life import State
from oint.refusals.report.words import GIVEN_UP, TROUBLES
from oint.refusals.sources import TROUBLES as BROKEN
from oint.refusals.verdicts import Retry, explain_rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from oint.refusals.ledger import Batch, Ledger
    from oint.refusals.ledger.reading import Found
    from oint.refusals.outcome import Outcome
    from oint.refusals.verdicts import Advice

DOUBLE = "double"
"""The code of a row whose order has a refusal by another row."""


class Line(msgspec.Struct, frozen=True):
    """What became of one row of a source.

    Args:
        row: its number, as the source counts
        order: the order as the user named it
        uuid, cdek_number, im_number: the order's names: the file's own, otherwise the card's
        verdict: a state of `oint.refusals.life`; a double's is that of the refusal that it doubles
        code: CDEK's, an advice's, an error's kind, `double`, or what is wrong with the source's row
        message: what the code means; CDEK's text where it is CDEK's
        sentence, next_step: what happened and what to do, in the user's language
        request_uuid: CDEK's uuid of the refusal
        return_number, return_uuid: the order that brings the parcel back
        status, reason: code of the order's status when last read, and of its additional status
        card_uuid, card_cdek_number, card_im_number: the names on CDEK's card
        step: name of the next step: rows with the same one stand together
        retry: whether sending again makes sense
        sent: how many times a refusal was sent
        planned_at, sent_at, decided_at: moments, ISO 8601 in UTC
    """

    row: int
    order: str
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
    reason: str | None
    card_uuid: str | None
    card_cdek_number: str | None
    card_im_number: str | None
    step: str
    retry: str
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
    step: str
    retry: Retry = Retry.NEVER


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
    case = from_columns(found.values)
    outcome = case.outcome
    words = words_of(found, outcome, batch)
    return Line(
        row=found.number,
        order=str(found.names) or outcome.order,
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
        reason=outcome.reason,
        card_uuid=outcome.uuid,
        card_cdek_number=outcome.cdek_number,
        card_im_number=outcome.im_number,
        step=words.step,
        retry=words.retry.value,
        sent=outcome.sent,
        planned_at=iso(batch.planned_at) or "",
        sent_at=iso(case.sent_at),
        decided_at=iso(found.ended_at) or (iso(batch.planned_at) if found.broken else None),
    )


def words_of(found: Found, outcome: Outcome, batch: Batch) -> Words:
    """Put what became of a row into words."""
    if found.double_of is not None:
        same = _same(found.double_of, batch)
        words = _words(found, outcome)
        return msgspec.structs.replace(words, code=DOUBLE, message=same, sentence=_join(outcome.sentence, same))
    return _invalid(outcome) if found.broken else _words(found, outcome)


def _invalid(outcome: Outcome) -> Words:
    text, step = BROKEN.get(outcome.code or "", (Text("Строка не читается", "The row cannot be read"), _FIX_ROW))
    detail = f" ({outcome.message})" if outcome.message else ""
    message = Text(f"{text.ru}{detail}", f"{text.en}{detail}")
    return Words(outcome.code, message, message, step, "fix_row", Retry.AFTER_FIX)


def _words(found: Found, outcome: Outcome) -> Words:
    """Choose code, message, sentence and next step: of an advice, of CDEK's rejection, of what went wrong last."""
    batch, row = (found.batch, found.number) if found.double_of is None else parts(found.double_of)[:2]
    if outcome.advice is not None:
        advice = outcome.advice
        step = _insist(advice, batch, row) if advice.may_insist else advice.next_step
        return Words(
            advice.code, advice.text, advice.text, step, advice.code, Retry.INSIST if advice.may_insist else Retry.NEVER
        )
    if outcome.state is State.REJECTED:
        meaning = explain_rejection(outcome.code)
        step = _retry_row(meaning.next_step, batch, row) if meaning.retry is Retry.LATER else meaning.next_step
        return Words(outcome.code, outcome.message, outcome.sentence, step, meaning.step, meaning.retry)
    sentence = GIVEN_UP if _given_up(outcome) else outcome.sentence
    step, name = _next_step(found, outcome, batch, row)
    if found.trouble is None or outcome.state in {State.CONFIRMED, State.HELD, State.WITHDRAWN}:
        return Words(outcome.code, outcome.message, sentence, step, name)
    cause = TROUBLES.get(found.trouble, Text(f"СДЭК ответил {found.trouble}", f"CDEK answered {found.trouble}"))
    code = outcome.code if outcome.state is State.ADVISED else found.trouble
    return Words(code, cause, _join(sentence, cause), step, name)


def _next_step(found: Found, outcome: Outcome, batch: int, row: int) -> tuple[Text, str]:
    """Find the next step of a row that CDEK has not rejected, and its name."""
    if found.trouble == "authentication_failed" and outcome.state is not State.CONFIRMED:
        return _LOG_IN, "log_in"
    if _given_up(outcome):
        return _retry_row(_LOST_TWICE, batch, row), "look"
    if outcome.state is State.WITHDRAWN:  # this row is the one to retry, also where another batch's was withdrawn
        return _retry_row(outcome.next_step, found.batch, found.number), "withdrawn"
    if outcome.state is State.HELD:
        return _APPROVE.format(batch), "approve"
    if outcome.state is State.CONFIRMED:
        if outcome.return_number is not None:
            return outcome.next_step, "done"
        return _LINK.format(batch), "link_return"
    return _STEPS.get(outcome.state, outcome.next_step).format(batch), outcome.state.value


def _retry_row(step: Text, batch: int, row: int) -> Text:
    command = f"oint refusals retry {batch} --row {row}"
    return Text(
        f"{step.ru}. Повторить: {command}, затем oint refusals resume {batch}",
        f"{step.en}. To retry: {command}, then oint refusals resume {batch}",
    )


def _insist(advice: Advice, batch: int, row: int) -> Text:
    step = advice.next_step
    command = f"oint refusals retry {batch} --row {row}"
    return Text(
        f"{step.ru}. Всё же отправить отказ: {command}, затем oint refusals resume {batch}",
        f"{step.en}. To refuse all the same: {command}, then oint refusals resume {batch}",
    )


def _given_up(outcome: Outcome) -> bool:
    return outcome.state is State.PLANNED and outcome.sent >= SENDINGS


def is_failure(line: Line) -> bool:
    """Whether somebody must look at it; the ledger chooses by the same rule."""
    given_up = line.verdict == State.PLANNED and line.sent >= SENDINGS
    held_back = line.verdict == State.HELD and line.code is not None
    return given_up or held_back or line.verdict in {State.REJECTED, State.ADVISED, State.UNKNOWN}


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


_FIX_ROW = Text("Исправьте строку и повторите", "Correct the row and run again")
_LOG_IN = Text(
    "Проверьте учётные данные и продолжите: oint refusals resume",
    "Check the credentials and continue: oint refusals resume",
)
_LOST_TWICE = Text("Посмотрите заказ (ПолучитьЗаказ)", "Look at the order (GetOrder)")
_APPROVE = Text(
    "Посмотрите и подтвердите: oint refusals approve {0}; отменить: oint refusals cancel {0}",
    "Look and approve: oint refusals approve {0}; to cancel: oint refusals cancel {0}",
)
_LINK = Text(
    "СДЭК ещё не связал возвратный заказ; узнать его номер позже: oint refusals resume {0}",
    "CDEK has not linked the return order yet; to find out its number later: oint refusals resume {0}",
)
_CONTINUE = Text("Продолжите: oint refusals resume {0}", "Continue: oint refusals resume {0}")
_STEPS = {
    State.PLANNED: _CONTINUE,
    State.SENDING: _CONTINUE,
    State.ACCEPTED: _CONTINUE,
    State.UNKNOWN: Text(
        "Продолжите: oint refusals resume {0}; сначала читается заказ, дважды отказ не уйдёт",
        "Continue: oint refusals resume {0}; the order is read first, no refusal is sent twice",
    ),
}
