"""`POST /v2/reverse/availability`: can goods be taken back on the spot?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import responses
from cdek_sandbox.core.field_checks import address_problems, empty_fields
from cdek_sandbox.core.request_body import read_body
from cdek_sandbox.core.responses import Answer
from cdek_sandbox.world.checks.reverse import ways_closed
from cdek_sandbox.world.tariffs import TO_DOOR, delivery_mode
from cdek_sandbox.world.visit_forms import REVERSE

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.core.request import Call
    from cdek_sandbox.core.state import World

_FROM_DOOR = frozenset({"1", "2", "6"})


def check_reverse(world: World, call: Call) -> Answer:
    """200 without a body where it can; no failure of CDEK's was recorded, the codes are those that fit."""
    body = read_body(world, call, REVERSE, "GET")
    if isinstance(body, Answer):
        return body
    problems = _static(body) or list(ways_closed(world.settings.contract, body)) or _of_tariff(body)
    return responses.simple(problems) if problems else responses.nothing()


def _static(body: dict[str, Any]) -> list[Problem]:
    problems = empty_fields(body, "tariff_code", "sender", "recipient") + address_problems(body)
    for contact in ("sender", "recipient"):
        if contact in body:
            problems += empty_fields(body[contact], "phones", path=f"{contact}.")
        for index, phone in enumerate(body.get(contact, {}).get("phones", ())):
            problems += empty_fields(phone, "number", path=f"{contact}.phones[{index}].")
    return problems


def _of_tariff(body: dict[str, Any]) -> list[Problem]:
    mode = delivery_mode(body)
    start = "from_location" if mode in _FROM_DOOR else "shipment_point"
    end = "to_location" if mode in TO_DOOR else "delivery_point"
    problems = empty_fields(body, start, end)
    if mode in TO_DOOR and "to_location" in body:
        problems += empty_fields(body["to_location"], "address", path="to_location.")
    return problems
