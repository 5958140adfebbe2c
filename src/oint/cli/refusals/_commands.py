"""Typed options of the commands that plan, preview, approve and send: what the parse half hands to the run half."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oint.refusals.settings import By, HiddenPolicy


@dataclass(frozen=True, kw_only=True)
class AccountOptions:
    """Credentials and host of the account. Fields are named after the options of the command line."""

    testapi: bool
    profile: str | None
    debug: bool


@dataclass(frozen=True, kw_only=True)
class BatchOptions(AccountOptions):
    """What another command needs to find the same batch: the account and the ledger."""

    ledger: str | None


@dataclass(frozen=True, kw_only=True)
class SourceOptions:
    """A file of orders and how to read it."""

    file: str
    columns: tuple[str, ...]
    sheet: str | None
    hidden: HiddenPolicy
    encoding: str | None
    delimiter: str | None
    by: By
    even_if_billed: bool


@dataclass(frozen=True, kw_only=True)
class GateOptions:
    """Options of the question before a batch is approved.

    Args:
        exceptions: paths of files with orders that must not be refused
    """

    yes: bool
    expect: int | None
    limit: int | None
    exceptions: tuple[str, ...]
    no_cards: bool
    only_status: tuple[str, ...]
    min_days: int | None


@dataclass(frozen=True, kw_only=True)
class PollingOptions:
    """How long to follow a refusal: durations as typed."""

    wait: str
    poll: str
    settle: str | None


@dataclass(frozen=True, kw_only=True)
class RequestOptions(BatchOptions):
    """Options of a command that sends requests for a batch.

    Args:
        rate: requests per second
    """

    rate: float


@dataclass(frozen=True, kw_only=True)
class PlanOptions(SourceOptions, RequestOptions):
    """Options of `plan`."""

    no_cards: bool
    as_json: bool
    quiet: bool


@dataclass(frozen=True, kw_only=True)
class PreviewOptions(SourceOptions, RequestOptions):
    """Options of `preview`."""

    no_cards: bool
    only_status: tuple[str, ...]
    min_days: int | None
    as_json: bool
    csv: str | None = None
    xlsx: str | None = None
    quiet: bool


@dataclass(frozen=True, kw_only=True)
class ApproveOptions(GateOptions, RequestOptions):
    """Options of `approve`: row lists as typed."""

    batch: str | None
    rows: tuple[str, ...]
    without: tuple[str, ...]
    as_json: bool
    quiet: bool


@dataclass(frozen=True, kw_only=True)
class SendOptions(PollingOptions, RequestOptions):
    """Options of a command that sends the approved rows of a batch.

    Args:
        in_flight: maximum number of concurrent requests
    """

    in_flight: int
    as_json: bool
    quiet: bool


@dataclass(frozen=True, kw_only=True)
class ResumeOptions(SendOptions):
    """Options of `resume`."""

    batch: str | None


@dataclass(frozen=True, kw_only=True)
class RunFileOptions(SourceOptions, GateOptions, SendOptions):
    """Options of `run`."""

    dry_run: bool

    def as_preview(self) -> PreviewOptions:
        """Return the options of the preview that `--dry-run` shows."""
        return PreviewOptions(
            file=self.file,
            columns=self.columns,
            sheet=self.sheet,
            hidden=self.hidden,
            encoding=self.encoding,
            delimiter=self.delimiter,
            by=self.by,
            even_if_billed=self.even_if_billed,
            testapi=self.testapi,
            profile=self.profile,
            debug=self.debug,
            ledger=self.ledger,
            rate=self.rate,
            no_cards=self.no_cards,
            only_status=self.only_status,
            min_days=self.min_days,
            as_json=self.as_json,
            quiet=self.quiet,
        )


@dataclass(frozen=True, kw_only=True)
class RegisterOptions(PollingOptions, BatchOptions):
    """Options of `register`."""

    orders: tuple[str, ...]
    by: By
    even_if_billed: bool
    yes: bool
    as_json: bool


@dataclass(frozen=True, kw_only=True)
class ReportOptions(BatchOptions):
    """Options of `report`.

    Args:
        failures: only the rows that need attention
        refresh: first read the orders whose return order was not linked
    """

    batch: str | None
    as_csv: bool
    as_json: bool
    xlsx: str | None
    out: str | None
    encoding: str
    failures: bool
    refresh: bool


@dataclass(frozen=True, kw_only=True)
class RetryOptions:
    """Options of `retry`: row lists as typed."""

    batch: str | None
    rejected: bool
    unknown: bool
    advised: bool
    rows: tuple[str, ...]
    codes: tuple[str, ...]
    ledger: str | None
    as_json: bool


@dataclass(frozen=True, kw_only=True)
class WorkerOptions(PollingOptions, RequestOptions):
    """Options of `worker`.

    Args:
        concurrency: chunks of rows at once
        lease: time without a heartbeat after which a machine is considered dead, as typed
    """

    concurrency: int
    until_empty: bool
    lease: str
    quiet: bool
