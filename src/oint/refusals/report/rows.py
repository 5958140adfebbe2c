"""A row of the ledger as a line of the report: facts as they are, codes in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from oint.cdek.hosts import TEST
from oint.i18n import Message
from oint.refusals.input import ROW_ERRORS as BROKEN
from oint.refusals.ledger.queries import read_rows
from oint.refusals.ledger.rows import from_columns, split_row_id
from oint.refusals.report.messages import ERROR_MESSAGES, EXHAUSTED
from oint.refusals.state_machine import MAX_SENDS
from oint.refusals.states import State
from oint.refusals.verdicts import Retry, explain_rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from oint.refusals.ledger import Batch, Ledger
    from oint.refusals.ledger.queries import StoredRefusal
    from oint.refusals.outcome import Outcome

DUPLICATE = "duplicate"
"""The code of a row whose order has a refusal by another row."""


class ReportRow(msgspec.Struct, frozen=True):
    """What became of one row of a source.

    Args:
        row: its number, as the source counts
        order: the order as the user named it
        uuid, cdek_number, im_number: the order's names: the file's own, otherwise the card's
        verdict: a state of `oint.refusals.states`; a double's is that of the refusal that it doubles
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
    text: str
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


class RowMessages(msgspec.Struct, frozen=True):
    """A row's code and what it means."""

    code: str | None
    message: Message | str | None
    text: Message
    hint: Message
    step: str
    retry: Retry = Retry.NEVER


def read_report_rows(
    ledger: Ledger, batch: Batch, *, failures: bool = False, clean: Callable[[str], str] = str, options: str = ""
) -> Generator[ReportRow]:
    """The report of a batch, line by line, from one state of the ledger, in bounded memory.

    Args:
        ledger: where the batch is; used for nothing else meanwhile
        batch: see `Batch`
        failures: only the lines that somebody must look at: rejected, advised against, unknown or given up
        clean: takes what must not be shown out of CDEK's texts
        options: what the commands of a next step need to mean this ledger
    Raises:
        LedgerError: the ledger cannot be read
    """
    with ledger.database.read_transaction() as cursor:
        for found in read_rows(cursor, batch, failures=failures):
            yield build_row(found, batch, clean, options)


def build_row(found: StoredRefusal, batch: Batch, clean: Callable[[str], str] = str, options: str = "") -> ReportRow:
    """Put a row into words; for the arguments see `lines`."""
    case = from_columns(found.values)
    outcome = case.outcome
    words = _words_of(found, outcome, batch, options)
    return ReportRow(
        row=found.number,
        order=str(found.names) or outcome.order,
        uuid=found.uuid,
        cdek_number=found.cdek_number,
        im_number=found.im_number,
        verdict=outcome.verdict,
        code=words.code,
        message=None if words.message is None else clean(str(words.message)),
        text=clean(str(words.text)),
        next_step=str(words.hint),
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
        sent=outcome.send_count,
        planned_at=format_utc(batch.planned_at) or "",
        sent_at=format_utc(case.sent_at),
        decided_at=format_utc(found.ended_at) or (format_utc(batch.planned_at) if found.broken else None),
    )


def _words_of(found: StoredRefusal, outcome: Outcome, batch: Batch, options: str) -> RowMessages:
    """Put what became of a row into words."""
    if found.broken:
        return _invalid(outcome)
    if found.double_of is None:
        return _words(found, outcome, _Commands(batch, found.batch, found.number, options))
    same = _same(found.double_of, batch)
    decides = found.id if outcome.state is State.WITHDRAWN else found.double_of  # one that is cancelled decides nothing
    words = _words(found, outcome, _Commands(batch, *split_row_id(decides)[:2], options))
    return msgspec.structs.replace(words, code=DUPLICATE, message=same, text=_join(outcome.text, same))


def _invalid(outcome: Outcome) -> RowMessages:
    text, step = BROKEN.get(outcome.code or "", (Message("Строка не читается", "The row cannot be read"), _FIX_ROW))
    detail = f" ({outcome.message})" if outcome.message else ""
    message = Message(f"{text.ru}{detail}", f"{text.en}{detail}")
    return RowMessages(outcome.code, message, message, step, "fix_row", Retry.AFTER_FIX)


class _Commands:
    """The commands of a next step, as they are typed.

    Args:
        of: a batch of the same account and host
        batch, row: the row that decides what becomes of this one: its own, or the one that it is a duplicate of
        options: see `lines`
    """

    def __init__(self, of: Batch, batch: int, row: int, options: str) -> None:
        account = " --testapi" if of.url == TEST else ""
        self.retry = f"oint refusals retry {batch} --row {row}{options}"
        self.resume = f"oint refusals resume {batch}{account}{options}"
        self.approve = f"oint refusals approve {batch}{account}{options}"
        self.cancel = f"oint refusals cancel {batch}{options}"
        self.refresh = f"oint refusals report {batch} --refresh{account}{options}"

    def try_again(self, step: Message) -> Message:
        """Write a step after which the row may be sent again."""
        return self._retry(step, Message("Повторить", "To retry"))

    def insist(self, step: Message) -> Message:
        """Write a step instead of which the row may be refused all the same."""
        return self._retry(step, Message("Всё же отправить отказ", "To refuse all the same"))

    def _retry(self, step: Message, purpose: Message) -> Message:
        return Message(
            f"{step.ru}. {purpose.ru}: {self.retry}, затем {self.resume}",
            f"{step.en}. {purpose.en}: {self.retry}, then {self.resume}",
        )


def _words(found: StoredRefusal, outcome: Outcome, commands: _Commands) -> RowMessages:
    """Choose code, message, sentence and next step: of an advice, of CDEK's rejection, of what went wrong last."""
    if outcome.advice is not None:
        advice = outcome.advice
        step = commands.insist(advice.hint) if advice.may_insist else advice.hint
        return RowMessages(
            advice.code, advice.text, advice.text, step, advice.code, Retry.INSIST if advice.may_insist else Retry.NEVER
        )
    if outcome.state is State.REJECTED:
        meaning = explain_rejection(outcome.code)
        step = commands.try_again(meaning.hint) if meaning.retry is Retry.LATER else meaning.hint
        return RowMessages(outcome.code, outcome.message, outcome.text, step, meaning.step, meaning.retry)
    sentence = EXHAUSTED if _given_up(outcome) else outcome.text
    step, name = _next_step(found, outcome, commands)
    if found.trouble is None or outcome.state in {State.CONFIRMED, State.HELD, State.WITHDRAWN}:
        return RowMessages(outcome.code, outcome.message, sentence, step, name)
    cause = ERROR_MESSAGES.get(
        found.trouble, Message(f"СДЭК ответил {found.trouble}", f"CDEK answered {found.trouble}")
    )
    code = outcome.code if outcome.state is State.ADVISED else found.trouble
    return RowMessages(code, cause, _join(sentence, cause), step, name)


def _next_step(found: StoredRefusal, outcome: Outcome, commands: _Commands) -> tuple[Message, str]:
    """Find the next step of a row that CDEK has not rejected, and its name."""
    if found.trouble == "authentication_failed" and outcome.state is not State.CONFIRMED:
        return _LOG_IN.format(commands.resume), "log_in"
    if _given_up(outcome):
        return commands.try_again(_LOST_TWICE), "look"
    if outcome.state is State.WITHDRAWN:
        return commands.try_again(outcome.hint), "withdrawn"
    if outcome.state is State.HELD:
        return _APPROVE.format(commands.approve, commands.cancel), "approve"
    if outcome.state is State.CONFIRMED:
        if outcome.return_number is not None:
            return outcome.hint, "done"
        return _LINK.format(commands.refresh), "link_return"
    return _STEPS.get(outcome.state, outcome.hint).format(commands.resume), outcome.state.value


def _given_up(outcome: Outcome) -> bool:
    return outcome.state is State.PLANNED and outcome.send_count >= MAX_SENDS


def is_failure(line: ReportRow) -> bool:
    """Whether somebody must look at it; the ledger chooses by the same rule."""
    given_up = line.verdict == State.PLANNED and line.sent >= MAX_SENDS
    held_back = line.verdict == State.HELD and line.code is not None
    return given_up or held_back or line.verdict in {State.REJECTED, State.ADVISED, State.UNKNOWN}


def _same(double_of: int, batch: Batch) -> Message:
    other, number, _ = split_row_id(double_of)
    if other == batch.id:
        return Message(f"тот же заказ, что в строке {number}", f"same order as row {number}")
    return Message(
        f"тот же заказ, что в строке {number} пакета {other}", f"same order as row {number} of batch {other}"
    )


def _join(sentence: Message, why: Message) -> Message:
    return Message(f"{sentence.ru} ({why.ru})", f"{sentence.en} ({why.en})")


def format_utc(moment: float | None) -> str | None:
    """A Unix time as ISO 8601 in UTC, to the second."""
    return None if moment is None else datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")


_FIX_ROW = Message("Исправьте строку и повторите", "Correct the row and run again")
_LOG_IN = Message(
    "Проверьте учётные данные и продолжите: {0}",
    "Check the credentials and continue: {0}",
)
_LOST_TWICE = Message("Посмотрите заказ (ПолучитьЗаказ)", "Look at the order (GetOrder)")
_APPROVE = Message(
    "Посмотрите и подтвердите: {0}; отменить: {1}",
    "Look and approve: {0}; to cancel: {1}",
)
_LINK = Message(
    "СДЭК ещё не связал возвратный заказ; узнать его номер позже: {0}",
    "CDEK has not linked the return order yet; to find out its number later: {0}",
)
_CONTINUE = Message("Продолжите: {0}", "Continue: {0}")
_STEPS = {
    State.PLANNED: _CONTINUE,
    State.SENDING: _CONTINUE,
    State.ACCEPTED: _CONTINUE,
    State.UNKNOWN: Message(
        "Продолжите: {0}; сначала читается заказ, дважды отказ не уйдёт",
        "Continue: {0}; the order is read first, no refusal is sent twice",
    ),
}
