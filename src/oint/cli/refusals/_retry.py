"""`oint refusals retry`: new attempts at rows that ended badly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.cli import codes, output
from oint.cli.refusals._batches import find_batch, format_ledger_option, open_ledger_for_user
from oint.cli.refusals._choice import parse_row_numbers
from oint.cli.usage_error import UsageError
from oint.i18n import Message
from oint.refusals.batch.planning import system_user
from oint.refusals.ledger.retries import retry
from oint.refusals.states import State

if TYPE_CHECKING:
    from oint.cli.refusals._commands import RetryOptions
    from oint.refusals.ledger import Batch
    from oint.refusals.ledger.retries import RetryResult


def plan_retry(options: RetryOptions) -> int:
    """Plan new attempts; `resume` or a worker sends them."""
    flags = {State.REJECTED: options.rejected, State.UNKNOWN: options.unknown, State.ADVISED: options.advised}
    states = [state for state, is_set in flags.items() if is_set]
    rows = parse_row_numbers("--row", options.rows)
    if not (states or rows or options.codes):
        raise UsageError(
            Message("не указано, какие строки повторить", "no rows to retry were selected"),
            Message(
                "Добавьте --row 3,7, --code КОД, --rejected, --unknown или --advised",
                "Add --row 3,7, --code CODE, --rejected, --unknown or --advised",
            ),
        )
    with open_ledger_for_user(options.ledger) as ledger:
        batch = find_batch(ledger, options.batch, required=True)
        result = retry(ledger, batch, states, rows=rows, codes=options.codes, by=system_user())
    _print_result(batch, result, options)
    return codes.OK


def _print_result(batch: Batch, result: RetryResult, options: RetryOptions) -> None:
    """Print the numbers of new and skipped rows, and the command that sends them."""
    resume = f"oint refusals resume {batch.id}{format_ledger_option(options.ledger)}"
    if options.as_json:
        next_command = resume if result.planned else None
        output.print_result(output.pretty({"batch": batch.id, **result._asdict(), "next_command": next_command}))
        return
    output.print_result(_RETRIED.format(batch=batch.id, rows=result.planned))
    for text, count in ((_DUPLICATES, result.duplicates), (_IN_WORK, result.in_work), (_INVALID, result.invalid)):
        if count:
            output.print_status(text.format(count))
    if result.planned:
        output.print_status(_NEXT.format(resume))


_RETRIED = Message("Пакет {batch}: новых попыток {rows}", "Batch {batch}: new attempts: {rows}")
_DUPLICATES = Message(
    "Строк, по заказам которых отказ уже есть в реестре: {}",
    "Rows whose orders already have a refusal in the ledger: {}",
)
_IN_WORK = Message(
    "Пропущено строк, над которыми работает другой процесс: {}; повторите, когда процесс завершится",
    "Rows skipped because another process is handling them: {}; retry when it has finished",
)
_INVALID = Message(
    "Строк с ошибками: {}; исправьте файл и запустите его снова", "Invalid rows: {}; correct the file and run it again"
)
_NEXT = Message("Дальше: {}", "Next: {}")
