"""Prealerts in the control API: the office receives the parcels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from cdek_sandbox.core.entities import Prealert
from cdek_sandbox.errors import ControlError
from cdek_sandbox.resources.prealerts.prealert_card import build_prealert_card
from cdek_sandbox.resources.prealerts.prealert_jobs import receive_parcels
from oint.i18n import Message

if TYPE_CHECKING:
    from cdek_sandbox.control_api.endpoint import ControlRequest
    from cdek_sandbox.runtime import Runtime

_NO_PREALERT = Message("Преалерта {0} в песочнице нет.", "The sandbox has no prealert {0}.")
_NOT_OPEN = Message(
    "Преалерт {0} закрыть нельзя: он не зарегистрирован или уже закрыт.",
    "The prealert {0} cannot be closed: it is not registered, or closed already.",
)


class ClosingOptions(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/prealerts/{uuid}/close`: the office that received the parcels, and the ids of the missing packages."""

    fact_shipment_point: str | None = None
    not_accepted: list[str] = []


def close_prealert(runtime: Runtime, request: ControlRequest[ClosingOptions]) -> Any:
    """Let the office receive the parcels of a prealert; packages are named by their `package_id`.

    Raises:
        ControlError: there is no such prealert, or it is not open.
    """
    state, options = runtime.state, request.body
    prealert = state.find(Prealert, request.params["uuid"].lower())
    if prealert is None:
        raise ControlError(_NO_PREALERT.format(request.params["uuid"]))
    if prealert.status.code != "CREATED":
        raise ControlError(_NOT_OPEN.format(prealert.uuid))
    point = options.fact_shipment_point or prealert.body["shipment_point"]
    receive_parcels(state, prealert, point, frozenset(options.not_accepted))
    return build_prealert_card(state, prealert)
