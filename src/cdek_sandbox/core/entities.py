"""Entities that the sandbox stores. Moments are seconds of the sandbox's clock."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field


class Problem(Struct, kw_only=True, omit_defaults=True, gc=False):
    """One row of `errors`, written in CDEK's order of fields."""

    code: str
    additional_code: str | None = None
    message: str


class Status(Struct, gc=False):
    """One row of `statuses`."""

    code: str
    moment: float
    reason_code: str | None = None
    city: str = "Офис СДЭК"
    deleted: bool = False


class RequestEntry(Struct, gc=False):
    """A request entry: one row of `requests[]`."""

    request_uuid: str
    type: str
    moment: float
    state: str
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def is_pending(self) -> bool:
        """Return whether CDEK has not decided yet."""
        return self.state in {"ACCEPTED", "WAITING"}


class BackgroundJob(Struct):
    """A background job of an entity. Without a request entry it is not queued; `started` is None while it waits."""

    kind: str
    request_uuid: str | None = None
    started: float | None = None
    due: float | None = None
    reads: int | None = None
    reads_left: int | None = None
    details: dict[str, Any] = field(default_factory=dict)


class Related(Struct, omit_defaults=True, gc=False):
    """One row of `related_entities`, in CDEK's order of fields."""

    type: str
    uuid: str
    url: str | None = None
    cdek_number: str | None = None
    date: str | None = None
    time_from: str | None = None
    time_to: str | None = None


class RefusalAttempt(Struct):
    """A refusal request that reached the sandbox, whatever became of it."""

    received_at: float
    http_status: int | None = None
    request_uuid: str | None = None
    response_lost: bool = False
    code: str | None = None


class DeliveryProblem(Struct):
    """A delivery problem or a failed call, by its code."""

    code: str
    moment: float


class Entity(Struct, kw_only=True, tag_field="kind"):
    """What every entity of CDEK has; each kind is a subclass with a tag of its own, for the store."""

    uuid: str
    owner: str
    statuses: list[Status] = field(default_factory=list)
    entries: list[RequestEntry] = field(default_factory=list)
    jobs: tuple[BackgroundJob, ...] = ()
    related: tuple[Related, ...] = ()

    @property
    def status(self) -> Status:
        """Return the newest status that was not withdrawn, or the last one if all were."""
        for row in reversed(
            self.statuses
        ):  # a generator would cost 2.5 times as much, and a refusal reads it five times
            if not row.deleted:
                return row
        return self.statuses[-1]

    def find_entry(self, request_uuid: str) -> RequestEntry:
        """Find the request entry with this uuid."""
        return next(row for row in self.entries if row.request_uuid == request_uuid)

    def is_pending(self, entry_type: str) -> bool:
        """Return whether a request of this type is unfinished."""
        return any(row.is_pending for row in self.entries if row.type == entry_type)


class Order(Entity, kw_only=True, tag="order"):
    """An order: the request as CDEK understood it (`body`), and its state.

    `in_warehouse` (a warehouse has documents of it) and `claimed` (a claim is registered) prevent its deletion.
    """

    number: str
    body: dict[str, Any]
    cdek_number: str | None = None
    is_return: bool = False
    is_client_return: bool = False
    is_reverse: bool = False
    in_warehouse: bool = False
    claimed: bool = False
    hidden_reads: int = 0
    intakes: tuple[str, ...] = ()
    agreements: tuple[str, ...] = ()
    problems: tuple[DeliveryProblem, ...] = ()
    failed_calls: tuple[DeliveryProblem, ...] = ()
    refusal_attempts: tuple[RefusalAttempt, ...] = ()

    @property
    def creation_job(self) -> BackgroundJob | None:
        """Return the unfinished job of its creation."""
        return next((job for job in self.jobs if job.kind == "create"), None)


class Intake(Entity, kw_only=True, tag="intake"):
    """A courier pick-up: the request as CDEK understood it (`body`), and its order."""

    body: dict[str, Any]
    number: str | None = None
    order_uuid: str | None = None


class Agreement(Entity, kw_only=True, tag="agreement"):
    """A delivery agreed with the recipient: the request as CDEK understood it (`body`), and its order."""

    body: dict[str, Any]
    order_uuid: str


class PrintForm(Entity, kw_only=True, tag="print_form"):
    """A waybill or a label to print: the request as CDEK understood it (`body`), and its orders.

    `host` is the host by which the client reached the sandbox: the link in the webhook has it.
    """

    form: str
    body: dict[str, Any]
    order_uuids: list[str]
    host: str


class Prealert(Entity, kw_only=True, tag="prealert"):
    """An announced hand-over. `closed` and the status of its packages are set when the office receives them."""

    number: str
    planned: float
    body: dict[str, Any]
    order_uuids: list[str]
    closed: float | None = None
    fact_shipment_point: str | None = None
    packages: dict[str, str] = field(default_factory=dict)


class Subscription(Entity, kw_only=True, tag="webhook"):
    """A webhook of a client; `ended` says why it is no longer active.

    `host` is the host by which the client reached the sandbox: links in events have it.
    """

    type: str
    url: str
    host: str = ""
    ended: str | None = None


class Attempt(Struct):
    """One attempt to deliver an event: the HTTP status, or the failure."""

    moment: float
    status: int | None = None
    failure: str | None = None


class Delivery(Entity, kw_only=True, tag="webhook_event"):
    """An event on its way to a subscriber; `due` is None once nothing more will be tried."""

    subscription: str
    event: dict[str, Any]
    due: float | None
    state: str = "waiting"
    attempts: list[Attempt] = field(default_factory=list)


# The types that the store decodes: every kind of entity.
AnyEntity = Order | Intake | Agreement | PrintForm | Prealert | Subscription | Delivery
