"""A row of a report: the facts of a ledger's row, its codes explained in the user's language."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from oint.cdek._urls import TEST
from oint.i18n import Message
from oint.refusals.input.errors import ROW_ERRORS, ErrorMessage
from oint.refusals.ledger.queries import read_rows
from oint.refusals.ledger.rows import split_row_id
from oint.refusals.report.messages import (
    APPROVE_OR_CANCEL,
    CHECK_CREDENTIALS,
    ERROR_MESSAGES,
    EXHAUSTED,
    LOOK_AT_ORDER,
    REFRESH_LATER,
    STATE_HINTS,
    UNKNOWN_ROW_ERROR,
)
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
    """The result of one row of an input file. The fields are the keys of the JSON report.

    Args:
        row: its number in the file
        order: the order as the user named it
        uuid, cdek_number, im_number: identifiers of the order: those of the file, otherwise those of its card
        verdict: a state of `oint.refusals.states`; a duplicate has the one of the refusal that decides
        code: CDEK's, an advice's, a kind of error, `duplicate`, or a key of `ROW_ERRORS`
        message: what the code means; CDEK's text where the code is CDEK's
        text, next_step: what happened and what to do, in the user's language
        request_uuid: CDEK's UUID of the refusal
        return_number, return_uuid: the order that brings the parcel back
        status, reason: code of the order's status when it was last read, and of its additional status
        card_uuid, card_cdek_number, card_im_number: identifiers on CDEK's order card
        step: name of the next step, by which rows are grouped
        retry: whether it makes sense to send again, a value of `Retry`
        sent: how many times a refusal was sent
        planned_at, sent_at, decided_at: ISO 8601 in UTC
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


class Explanation(msgspec.Struct, frozen=True):
    """What became of a row, for a person; for the fields see `ReportRow`, `hint` is its `next_step`."""

    code: str | None
    message: Message | str | None
    text: Message
    hint: Message
    step: str
    retry: Retry = Retry.NEVER


def read_report_rows(
    ledger: Ledger, batch: Batch, *, failures: bool = False, clean: Callable[[str], str] = str, options: str = ""
) -> Generator[ReportRow]:
    """Read the report of a batch row by row, from one state of the ledger, in bounded memory.

    Args:
        ledger: where the batch is; it cannot be used for anything else meanwhile
        batch: whose rows are read
        failures: only rows that need attention, see `is_failure`
        clean: removes what must not be shown from CDEK's texts
        options: options that the commands of a next step need to use the same ledger
    Raises:
        LedgerError: the ledger cannot be read
    """
    with ledger.database.read_transaction() as cursor:
        for stored in read_rows(cursor, batch, failures=failures):
            yield make_report_row(stored, batch, clean, options)


def make_report_row(
    stored: StoredRefusal, batch: Batch, clean: Callable[[str], str] = str, options: str = ""
) -> ReportRow:
    """Make the report's row of a stored refusal; for the arguments see `read_report_rows`."""
    case = stored.record.to_case()
    outcome = case.outcome
    explanation = _explain(stored, outcome, batch, options)
    return ReportRow(
        row=stored.number,
        order=str(stored.names) or outcome.order,
        uuid=stored.uuid,
        cdek_number=stored.cdek_number,
        im_number=stored.im_number,
        verdict=outcome.verdict,
        code=explanation.code,
        message=None if explanation.message is None else clean(str(explanation.message)),
        text=clean(str(explanation.text)),
        next_step=str(explanation.hint),
        request_uuid=outcome.request_uuid,
        return_number=outcome.return_number,
        return_uuid=outcome.return_uuid,
        status=outcome.status,
        reason=outcome.reason,
        card_uuid=outcome.uuid,
        card_cdek_number=outcome.cdek_number,
        card_im_number=outcome.im_number,
        step=explanation.step,
        retry=explanation.retry.value,
        sent=outcome.send_count,
        planned_at=format_utc(batch.planned_at) or "",
        sent_at=format_utc(case.sent_at),
        decided_at=format_utc(stored.ended_at) or (format_utc(batch.planned_at) if stored.is_invalid else None),
    )


def is_failure(row: ReportRow) -> bool:
    """Return whether a row needs attention; the ledger selects by the same rule."""
    is_exhausted = row.verdict == State.PLANNED and row.sent >= MAX_SENDS
    is_held_back = row.verdict == State.HELD and row.code is not None
    return is_exhausted or is_held_back or row.verdict in {State.REJECTED, State.ADVISED, State.UNKNOWN}


def format_utc(moment: float | None) -> str | None:
    """Format a Unix time as ISO 8601 in UTC, to the second."""
    return None if moment is None else datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")


class _NextStep(NamedTuple):
    """What to do about a row, and the name by which rows with the same step are grouped."""

    hint: Message
    name: str


class _Commands:
    """Commands of a next step, ready to be typed.

    Args:
        of: a batch of the same account and host
        batch, row: the row that decides: the row itself, or the one that it is a duplicate of
        options: see `read_report_rows`
    """

    def __init__(self, of: Batch, batch: int, row: int, options: str) -> None:
        account = " --testapi" if of.url == TEST else ""
        self.retry = f"oint refusals retry {batch} --row {row}{options}"
        self.resume = f"oint refusals resume {batch}{account}{options}"
        self.approve = f"oint refusals approve {batch}{account}{options}"
        self.cancel = f"oint refusals cancel {batch}{options}"
        self.refresh = f"oint refusals report {batch} --refresh{account}{options}"

    def add_retry(self, hint: Message) -> Message:
        """Add the commands that send the row again, after what the hint says."""
        return self._add(hint, Message("Повторить", "To retry"))

    def add_force(self, hint: Message) -> Message:
        """Add the commands that refuse the order nevertheless, instead of what the hint says."""
        return self._add(hint, Message("Всё же отправить отказ", "To refuse anyway"))

    def _add(self, hint: Message, purpose: Message) -> Message:
        return Message(
            f"{hint.ru}. {purpose.ru}: {self.retry}, затем {self.resume}",
            f"{hint.en}. {purpose.en}: {self.retry}, then {self.resume}",
        )


def _explain(stored: StoredRefusal, outcome: Outcome, batch: Batch, options: str) -> Explanation:
    if stored.is_invalid:
        return _explain_invalid_row(outcome)
    if stored.duplicate_of is None:
        return _explain_outcome(stored, outcome, _Commands(batch, stored.batch, stored.number, options))
    duplicate = _format_duplicate(stored.duplicate_of, batch)
    decisive = stored.id if outcome.state is State.WITHDRAWN else stored.duplicate_of  # a cancelled row decides nothing
    explanation = _explain_outcome(stored, outcome, _Commands(batch, *split_row_id(decisive)[:2], options))
    return msgspec.structs.replace(
        explanation, code=DUPLICATE, message=duplicate, text=_add_cause(outcome.text, duplicate)
    )


def _explain_invalid_row(outcome: Outcome) -> Explanation:
    error: ErrorMessage = ROW_ERRORS.get(outcome.code or "", UNKNOWN_ROW_ERROR)
    detail = f" ({outcome.message})" if outcome.message else ""
    message = Message(f"{error.text.ru}{detail}", f"{error.text.en}{detail}")
    return Explanation(outcome.code, message, message, error.hint, "fix_row", Retry.AFTER_FIX)


def _explain_outcome(stored: StoredRefusal, outcome: Outcome, commands: _Commands) -> Explanation:
    """Explain, in this order: an advice, CDEK's rejection, the last error, the state."""
    if outcome.advice is not None:
        advice = outcome.advice
        hint = commands.add_force(advice.hint) if advice.may_insist else advice.hint
        return Explanation(
            advice.code, advice.text, advice.text, hint, advice.code, Retry.INSIST if advice.may_insist else Retry.NEVER
        )
    if outcome.state is State.REJECTED:
        meaning = explain_rejection(outcome.code)
        hint = commands.add_retry(meaning.hint) if meaning.retry is Retry.LATER else meaning.hint
        return Explanation(outcome.code, outcome.message, outcome.text, hint, meaning.step, meaning.retry)
    text = EXHAUSTED if _is_exhausted(outcome) else outcome.text
    next_step = _choose_next_step(stored, outcome, commands)
    if stored.error is None or outcome.state in {State.CONFIRMED, State.HELD, State.WITHDRAWN}:
        return Explanation(outcome.code, outcome.message, text, next_step.hint, next_step.name)
    cause = ERROR_MESSAGES.get(stored.error, Message(f"СДЭК ответил {stored.error}", f"CDEK answered {stored.error}"))
    code = outcome.code if outcome.state is State.ADVISED else stored.error
    return Explanation(code, cause, _add_cause(text, cause), next_step.hint, next_step.name)


def _choose_next_step(stored: StoredRefusal, outcome: Outcome, commands: _Commands) -> _NextStep:
    """Choose the next step of a row that CDEK has not rejected."""
    if stored.error == "authentication_failed" and outcome.state is not State.CONFIRMED:
        return _NextStep(CHECK_CREDENTIALS.format(commands.resume), "log_in")
    if _is_exhausted(outcome):
        return _NextStep(commands.add_retry(LOOK_AT_ORDER), "look")
    if outcome.state is State.WITHDRAWN:
        return _NextStep(commands.add_retry(outcome.hint), "withdrawn")
    if outcome.state is State.HELD:
        return _NextStep(APPROVE_OR_CANCEL.format(commands.approve, commands.cancel), "approve")
    if outcome.state is State.CONFIRMED:
        if outcome.return_number is not None:
            return _NextStep(outcome.hint, "done")
        return _NextStep(REFRESH_LATER.format(commands.refresh), "link_return")
    return _NextStep(STATE_HINTS.get(outcome.state, outcome.hint).format(commands.resume), outcome.state.value)


def _is_exhausted(outcome: Outcome) -> bool:
    return outcome.state is State.PLANNED and outcome.send_count >= MAX_SENDS


def _format_duplicate(row_id: int, batch: Batch) -> Message:
    other, number, _ = split_row_id(row_id)
    if other == batch.id:
        return Message(f"тот же заказ, что в строке {number}", f"same order as row {number}")
    return Message(
        f"тот же заказ, что в строке {number} пакета {other}", f"same order as row {number} of batch {other}"
    )


def _add_cause(text: Message, cause: Message) -> Message:
    return Message(f"{text.ru} ({cause.ru})", f"{text.en} ({cause.en})")
