"""Prealerts under the hand of a test: the office takes the parcels in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from cdek_sandbox.errors import ControlError
from cdek_sandbox.world.entities import Prealert
from cdek_sandbox.world.prealert_work import close, prealert_card
from oint.i18n import Message

if TYPE_CHECKING:
    from cdek_sandbox.control_api.endpoint import Asked
    from cdek_sandbox.runtime import Runtime

_NO_PREALERT = Message("Преалерта {0} в песочнице нет.", "The sandbox has no prealert {0}.")
_NOT_OPEN = Message(
    "Преалерт {0} закрыть нельзя: он не зарегистрирован или уже закрыт.",
    "The prealert {0} cannot be closed: it is not registered, or closed already.",
)


class Closing(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/prealerts/{uuid}/close`: where the parcels really came in, and the packages that did not."""

    fact_shipment_point: str | None = None
    not_accepted: list[str] = []


def close_prealert(runtime: Runtime, asked: Asked) -> Any:
    """The office takes the parcels of a prealert in; packages are named by their `package_id`."""
    world, wanted = runtime.world, msgspec.convert(asked.body, Closing)
    prealert = world.find(Prealert, asked.params["uuid"].lower())
    if prealert is None:
        raise ControlError(_NO_PREALERT.format(asked.params["uuid"]))
    if prealert.status.code != "CREATED":
        raise ControlError(_NOT_OPEN.format(prealert.uuid))
    point = wanted.fact_shipment_point or prealert.body["shipment_point"]
    close(world, prealert, point, frozenset(wanted.not_accepted))
    return prealert_card(world, prealert)
