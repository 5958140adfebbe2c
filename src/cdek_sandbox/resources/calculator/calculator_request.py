"""Schemas, checks and reading of the requests of the calculators."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import responses
from cdek_sandbox.core.entities import Problem
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.request_body import read_bare_body
from cdek_sandbox.core.responses import Response
from cdek_sandbox.core.schema import Field, define_integers, define_strings
from cdek_sandbox.reference_data.cities import City, find_city
from cdek_sandbox.reference_data.currencies import CURRENCIES, ROUBLE
from cdek_sandbox.reference_data.prices import build_route
from cdek_sandbox.reference_data.transliteration import read_lang
from cdek_sandbox.resources.calculator import quotes
from cdek_sandbox.resources.offices import get_offices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdek_sandbox.core.request import Request
    from cdek_sandbox.core.state import SandboxState

_PLACE = {
    "code": Field("int"),
    **define_strings("postal_code", "country_code", "city", "fias_guid", "address", "contragent_type"),
    "longitude": Field("float"),
    "latitude": Field("float"),
}
LIST_SCHEMA = {
    "date": Field("str"),
    **define_integers("type", "currency"),
    "lang": Field("str"),
    "from_location": Field("object", _PLACE),
    "to_location": Field("object", _PLACE),
    **define_strings("shipment_point", "delivery_point"),
    "packages": Field("object", define_integers("weight", "length", "width", "height"), many=True),
    "additional_order_types": Field("int", many=True),
}
SERVICES_SCHEMA = {**LIST_SCHEMA, "services": Field("object", define_strings("code", "parameter"), many=True)}
TARIFF_SCHEMA = {**SERVICES_SCHEMA, "tariff_code": Field("int")}
_MAX_GRAMS, _MAX_CENTIMETRES = 100_000_000, 1_000_000  # grams, centimetres
_END_YEAR = 2100


def read_quote_request(
    state: SandboxState, request: Request, schema: Mapping[str, Field]
) -> quotes.QuoteRequest | Response:
    """Read a request by its schema, or return the response that refuses it."""
    body = read_bare_body(request, schema)
    if isinstance(body, Response):
        return body
    problems = _check_fields(body, schema)
    if problems:
        return responses.build_error_list(problems)
    ends = _find_cities(state, body)
    return responses.build_error_list([ends]) if isinstance(ends, Problem) else _build_quote_request(state, body, *ends)


def _check_fields(body: Mapping[str, Any], form: Mapping[str, Field]) -> list[Problem]:
    empty = [name for name in ("tariff_code", "packages") if name in form and not body.get(name)]
    for office, place in (("shipment_point", "from_location"), ("delivery_point", "to_location")):
        empty += [] if body.get(place) or body.get(office) else [place]
    packages = list(enumerate(body.get("packages", ())))
    empty += [f"packages[{index}].weight" for index, row in packages if not row.get("weight")]
    problems = [problem("v2_field_is_empty", f"[{path}]") for path in empty]
    for index, row in packages:
        limits = {name: _MAX_GRAMS if name == "weight" else _MAX_CENTIMETRES for name in row}
        invalid_names = (name for name, limit in limits.items() if not 0 <= row[name] <= limit)
        problems += [problem("v2_invalid_format", row[name], f"packages[{index}].{name}") for name in invalid_names]
    if body.get("currency", ROUBLE) not in CURRENCIES:
        problems.append(problem("v2_invalid_format", body["currency"], "currency"))
    if "date" in body and _parse_day(body["date"]) is None:
        problems.append(problem("v2_invalid_format", body["date"], "date"))
    return problems


def _parse_day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError:
        return None
    return day if day.year < _END_YEAR else None


def _find_cities(state: SandboxState, body: Mapping[str, Any]) -> tuple[City, City] | Problem:
    """Find both cities; if both are unknown, only the sender's is reported."""
    start = _find_city(state, body.get("shipment_point"), body.get("from_location", {}), "sender")
    if isinstance(start, Problem):
        return start
    end = _find_city(state, body.get("delivery_point"), body.get("to_location", {}), "recipient")
    return end if isinstance(end, Problem) else (start, end)


def _find_city(state: SandboxState, office_code: str | None, location: Mapping[str, Any], whose: str) -> City | Problem:
    if office_code:
        office = get_offices(state).find(office_code)
        return problem("code_invalid") if office is None else office.city
    return find_city(location) or problem(f"v2_{whose}_location_not_recognized")


def _build_quote_request(state: SandboxState, body: Mapping[str, Any], start: City, end: City) -> quotes.QuoteRequest:
    now = datetime.fromtimestamp(state.clock.now(), UTC).date()
    return quotes.QuoteRequest(
        route=build_route(start, end),
        type=body.get("type", 1),
        packages=body["packages"],
        services=body.get("services", []),
        currency=CURRENCIES[body.get("currency", ROUBLE)],
        lang=read_lang(body.get("lang")),
        day=(_parse_day(body["date"]) if "date" in body else None) or now,
        vat_rate=state.settings.calculator_vat_rate,
        tariff_code=body.get("tariff_code", 0),
        forbidden_services=state.settings.contract.forbidden_services,
    )
