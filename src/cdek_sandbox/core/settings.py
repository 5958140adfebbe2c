"""Settings of the sandbox: how fast and how CDEK decides, and the choices that a client's test can notice.

Other choices where CDEK's behaviour is not known are constants beside their use.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field

from cdek_sandbox.core.clock import DateForm  # noqa: TC001 - msgspec reads the annotations at run time

SIGNED = "Подписан"
MAX_SECONDS = 100 * 365 * 86_400.0
MAX_COUNT = 10**9
Share = Annotated[float, Meta(ge=0, le=1)]
Seconds = Annotated[float, Meta(ge=0, le=MAX_SECONDS)]
Count = Annotated[int, Meta(ge=0, le=MAX_COUNT)]


class Contract(Struct, forbid_unknown_fields=True):
    """The permissions of the payer's contract: by default everything. They are known from CDEK's error messages only.

    `named`: orders are paid by the contract, otherwise by the payer without one. `reverse_to`: the destination of a
    reverse order; "sender" needs the sender's address.
    """

    status: str = SIGNED
    named: bool = True
    currency: str = "RUB"
    forbidden_services: list[str] = field(default_factory=list)
    partial_delivery: bool = True
    reverse: Literal["anywhere", "to_door", "forbidden"] = "anywhere"
    reverse_to: Literal["office", "sender"] = "office"


class Transition(Struct, forbid_unknown_fields=True):
    """The time and the verdict of background jobs of one kind.

    `at_once`: before the next request is processed; `after_seconds`: after `value` seconds of the sandbox's clock;
    `after_reads`: after `value` reads of the entity; `never`. Of the jobs that take seconds, the share `slow` takes
    `slow_from` to `slow_to` seconds, and the share `stuck` never ends.
    """

    mode: Literal["at_once", "after_seconds", "after_reads", "never"] = "after_seconds"
    value: Seconds = 0.2
    slow: Share = 0.0
    slow_from: Seconds = 30.0
    slow_to: Seconds = 60.0
    stuck: Share = 0.0
    verdict: Literal["by_rules", "invalid"] = "by_rules"
    code: str = "v2_internal_error"
    message: str = "Internal error"


class RateLimit(Struct, forbid_unknown_fields=True):
    """Requests a second of the real clock. `rate` null: no limit. `burst` null: the requests of one second.

    CDEK promises 200 a second. Its response above that is not recorded, so `body` is a choice.
    """

    rate: Annotated[float, Meta(ge=0, le=MAX_COUNT)] | None = None
    burst: Count | None = None
    retry_after: Count | None = None
    body: Literal["spring", "html", "empty"] = "spring"


class Webhooks(Struct, forbid_unknown_fields=True):
    """The delivery of events. `limit` to `window` are CDEK's documented figures, the next three are faults on demand.

    The rest are choices: CDEK documents neither the pauses between attempts, nor the response to a third subscription,
    nor the payload of a RECEIPT. `kept` is the number of finished events that stay in the sandbox's log.
    """

    limit: Count = 2
    timeout: Annotated[float, Meta(gt=0, le=3600)] = 15.0
    tries: Annotated[int, Meta(ge=1, le=1000)] = 12
    window: Seconds = 4500.0
    delay: Seconds = 0.0
    duplicated: Share = 0.0
    reordered: Share = 0.0
    held: Seconds = 5.0
    state: Literal["ACCEPTED", "SUCCESSFUL"] = "SUCCESSFUL"
    same_type: Literal["added", "replaced"] = "added"
    forgiven: bool = False
    unnumbered: bool = True
    receipts: bool = True
    transport: Literal["flight", "vehicle"] = "flight"
    kept: Count = 5000


class Settings(Struct, forbid_unknown_fields=True):
    """Each field below `date_form` is a choice: CDEK's behaviour is not recorded."""

    create: Transition = field(default_factory=Transition)
    delete: Transition = field(default_factory=Transition)
    refusal: Transition = field(default_factory=Transition)
    client_return: Transition = field(default_factory=Transition)
    order_update: Transition = field(default_factory=Transition)
    intake_create: Transition = field(default_factory=Transition)
    intake_update: Transition = field(default_factory=Transition)
    intake_delete: Transition = field(default_factory=Transition)
    agreement: Transition = field(default_factory=Transition)
    return_order: Transition = field(default_factory=lambda: Transition(mode="at_once"))
    reverse_order: Transition = field(default_factory=lambda: Transition(mode="at_once"))
    print: Transition = field(default_factory=Transition)
    print_removal: Transition = field(default_factory=lambda: Transition(value=3600))
    prealert: Transition = field(default_factory=Transition)
    webhook_removal: Transition = field(default_factory=lambda: Transition(value=86_400))
    contract: Contract = field(default_factory=Contract)
    webhooks: Webhooks = field(default_factory=Webhooks)
    rate_limit: RateLimit = field(default_factory=RateLimit)
    token_life: Count = 3599
    newest_first: bool = True
    hidden_reads: Count = 0
    date_form: DateForm = "+0000"
    unknown_uuid_status: Literal[400, 404] = 400
    forbidden_status: Literal[400, 403] = 400
    similar_status: Literal[400, 409] = 400
    bad_credentials_status: Literal[401, 400] = 401
    anonymous_body: Literal["envelope", "spring"] = "envelope"
    refusal_of_accepted: Literal["waiting", "not_ready"] = "waiting"
    refusal_of_invalid: Literal["at_once", "later"] = "at_once"
    refusal_of_removed: Literal["at_once", "later"] = "at_once"
    refusal_of_finished: Literal["at_once", "later"] = "later"
    second_refusal: Literal["similar", "queued"] = "similar"
    reverse_of_removed: Literal["removed", "kept"] = "removed"
    update_of_moving: Literal["at_once", "later"] = "at_once"
    free_storage_days: Annotated[int, Meta(ge=0, le=3650)] = 7
    field_lengths: Literal["2026-02", "2026-01"] = "2026-02"
    sizes: Literal["all_or_none", "by_the_text"] = "all_or_none"
    phone_check: Literal["on", "off"] = "on"
    vat_of_goods: Literal["optional", "required"] = "optional"
    same_ware_key: Literal["renamed", "refused_in_package", "refused_in_order"] = "renamed"
    marked_amount: Literal["at_once", "later"] = "at_once"
    recipient_cost_of_delivery: Literal["ignored", "refused"] = "ignored"
    intake_today_until: Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = None
    print_file_early: Literal["not_ready", "not_found"] = "not_ready"
    prealert_contract: bool = True
    offices: Annotated[int, Meta(ge=0, le=50_000)] = 5000
    office_check: Literal["on", "strict", "off"] = "on"
    offices_page: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    calculator_vat_rate: Literal[0, 5, 7, 10, 16, 20, 22] = 20
    tariff_and_service: Literal["works", "broken"] = "works"
    registries: Literal["empty", "filled", "broken"] = "empty"
    payment_route: Literal["gone", "present"] = "gone"
    related_entities: Literal["always", "never"] = "always"
    outdated_tariffs: list[int] = field(default_factory=lambda: [1, 5, 10, 11, 12, 15, 16, 17, 18])


def apply_change(settings: Settings, change: dict[str, Any]) -> Settings:
    """Return new settings with the change merged into the old ones, one level deep.

    Raises:
        msgspec.ValidationError: an unknown name, or an invalid value.
    """
    values = msgspec.to_builtins(settings)
    for name, value in change.items():
        old = values.get(name)
        values[name] = {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value
    return msgspec.convert(values, Settings)
