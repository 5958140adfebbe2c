"""Settings of the sandbox: how fast and how CDEK decides, and every choice where CDEK's behaviour is not known."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct, field

from oint.sandbox.world.clock import DateForm  # noqa: TC001 - msgspec reads the annotations at run time

INVENTED_FINAL = "sandbox_invented_order_is_final"
INVENTED_CLIENT_RETURN = "sandbox_invented_order_is_not_delivered"


class Transition(Struct, forbid_unknown_fields=True):
    """When the background work of one kind ends, and how.

    `at_once`: before the next call is looked at; `after_seconds`: so many seconds of the sandbox's clock;
    `after_reads`: the first `value` reads of the entity still show it unfinished; `never`.
    """

    mode: Literal["at_once", "after_seconds", "after_reads", "never"] = "after_seconds"
    value: float = 0.2
    verdict: Literal["by_rules", "invalid"] = "by_rules"
    code: str = "v2_internal_error"
    message: str = "Internal error"


class Settings(Struct, forbid_unknown_fields=True):
    """Each field below `date_form` is a choice: no record of CDEK's answer exists."""

    create: Transition = field(default_factory=Transition)
    delete: Transition = field(default_factory=Transition)
    refusal: Transition = field(default_factory=Transition)
    client_return: Transition = field(default_factory=Transition)
    order_update: Transition = field(default_factory=Transition)
    intake_create: Transition = field(default_factory=Transition)
    intake_delete: Transition = field(default_factory=Transition)
    agreement: Transition = field(default_factory=Transition)
    return_order: Transition = field(default_factory=lambda: Transition(mode="at_once"))
    token_life: int = 3599
    newest_first: bool = True
    hidden_reads: int = 0
    date_form: DateForm = "+0000"
    unknown_uuid_status: Literal[400, 404] = 400
    forbidden_status: Literal[400, 403] = 400
    similar_status: Literal[400, 409] = 400
    null_body_status: Literal[400, 500] = 400
    bad_credentials_status: Literal[401, 400] = 401
    anonymous_body: Literal["envelope", "spring"] = "envelope"
    malformed_refusal_type: Literal["CREATE_REFUSAL", "GET"] = "CREATE_REFUSAL"
    refusal_of_accepted: Literal["waiting", "not_ready"] = "waiting"
    refusal_of_invalid: Literal["at_once", "later"] = "at_once"
    refusal_of_removed: Literal["at_once", "later"] = "at_once"
    refusal_of_finished: Literal["at_once", "later"] = "later"
    second_refusal: Literal["similar", "queued"] = "similar"
    finished_code: str = INVENTED_FINAL
    finished_message: str = "Invented by the sandbox: an order in status {0} cannot be refused"
    client_return_code: str = INVENTED_CLIENT_RETURN
    client_return_message: str = "Invented by the sandbox: a client return needs DELIVERED, the order is {0}"


def changed(settings: Settings, change: dict[str, Any]) -> Settings:
    """New settings with the change laid over the old ones, one level deep.

    Raises:
        msgspec.ValidationError: an unknown name, or a value that the name does not take.
    """
    values = msgspec.to_builtins(settings)
    for name, value in change.items():
        old = values.get(name)
        values[name] = {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value
    return msgspec.convert(values, Settings)
