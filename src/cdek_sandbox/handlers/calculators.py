"""The calculators: `POST /v2/calculator/tarifflist`, `/tariff`, `/tariffAndService`, `GET /v2/calculator/alltariffs`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import responses
from cdek_sandbox.core.entities import Problem
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.request_body import read_json
from cdek_sandbox.core.responses import Answer
from cdek_sandbox.core.schema import Form, integers, read_fields, strings
from cdek_sandbox.handlers.offices import offices
from cdek_sandbox.reference_data import quotes
from cdek_sandbox.reference_data.cities import City, find_city
from cdek_sandbox.reference_data.currencies import CURRENCIES, ROUBLE
from cdek_sandbox.reference_data.prices import build_route
from cdek_sandbox.reference_data.tariffs import LISTS, SERVICES, TARIFFS, list_modes
from cdek_sandbox.reference_data.transliteration import read_lang, translate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdek_sandbox.core.request import Call
    from cdek_sandbox.core.state import World
    from cdek_sandbox.reference_data.tariffs import Service
    from cdek_sandbox.reference_data.transliteration import Lang

_PLACE = {
    "code": Form("int"),
    **strings("postal_code", "country_code", "city", "fias_guid", "address", "contragent_type"),
    "longitude": Form("float"),
    "latitude": Form("float"),
}
LIST_FORM = {
    "date": Form("str"),
    **integers("type", "currency"),
    "lang": Form("str"),
    "from_location": Form("object", _PLACE),
    "to_location": Form("object", _PLACE),
    **strings("shipment_point", "delivery_point"),
    "packages": Form("object", integers("weight", "length", "width", "height"), many=True),
    "additional_order_types": Form("int", many=True),
}
SERVICES_FORM = {**LIST_FORM, "services": Form("object", strings("code", "parameter"), many=True)}
TARIFF_FORM = {**SERVICES_FORM, "tariff_code": Form("int")}
_HEAVIEST, _LONGEST = 100_000_000, 1_000_000  # grams, centimetres
_LAST_YEAR = 2100
_SIDES = ("length_max", "width_max", "height_max")


def list_tariffs(world: World, call: Call) -> Answer:
    """Every tariff for a parcel, as numbers."""
    question = _question(world, call, LIST_FORM)
    if isinstance(question, Answer):
        return question
    rows = [quotes.build_list_row(tariff, question) for tariff in quotes.list_tariffs(question)]
    return responses.plain(200, {"tariff_codes": rows}) if rows else _no_tariffs()


def price_tariffs(world: World, call: Call) -> Answer:
    """Every tariff with services: codes and statuses are strings, and each row has errors of its own."""
    if world.settings.tariff_and_service == "broken":
        broken = [Problem(code="v2_internal_error", message="500 Internal Error")]
        return responses.simple(broken, 500)
    question = _question(world, call, SERVICES_FORM)
    if isinstance(question, Answer):
        return question
    rows = []
    for tariff in quotes.list_tariffs(question):
        result = quotes.build_price(tariff, question)
        status = "false" if "errors" in result else "true"
        rows.append({"tariff_code": str(tariff.code), "status": status, "result": result})
    return responses.plain(200, {"tariff_codes": rows}) if rows else _no_tariffs()


def _no_tariffs() -> Answer:
    # The HTTP status of a list without tariffs is not recorded: 400 is a choice.
    return responses.simple([problem("err_result_servicelist_empty")])


def price_tariff(world: World, call: Call) -> Answer:
    """One tariff with services. Where it cannot be had, what CDEK answers is not recorded: 400 is a choice."""
    question = _question(world, call, TARIFF_FORM)
    if isinstance(question, Answer):
        return question
    code = question.tariff_code
    if code in world.settings.outdated_tariffs:
        return responses.simple([problem("v2_outdated_tariff", code)])
    if code not in TARIFFS:
        return responses.simple([problem("err_result_service_empty")])
    problems = quotes.check_tariff(TARIFFS[code], question)
    if problems:
        return responses.simple(problems)
    price = quotes.build_price(TARIFFS[code], question)
    if "errors" in price:
        return responses.simple(price["errors"])
    dates = price.pop("delivery_date_range")
    return responses.plain(200, price | {"delivery_date_range": dates})


def list_all_tariffs(_world: World, call: Call) -> Answer:
    """The tariffs of the contract with their limits and modes; modes with another limit make a row of their own, a choice."""
    lang = read_lang(call.header(b"x-user-lang"))
    rows = [_service_row(service, limit, lang) for service in SERVICES.values() for limit in _limits_of(service)]
    return responses.plain(200, {"tariff_codes": rows})


def _limits_of(service: Service) -> list[float | None]:
    return list(dict.fromkeys(TARIFFS[code].weight_max for code in list_modes(service).values()))


def _service_row(service: Service, heaviest: float | None, lang: Lang) -> dict[str, Any]:
    limit = {} if heaviest is None else {"weight_max": heaviest, "weight_calc_max": heaviest}
    sides = {} if service.side_max is None else dict.fromkeys(_SIDES, service.side_max)
    return {
        "tariff_name": translate(service.name, lang),
        "weight_min": service.weight_min,
        **limit,
        **sides,
        "order_types": ["1"] if service.group == "shop" else [],
        "payer_contragent_type": [],
        "sender_contragent_type": [],
        "recipient_contragent_type": [],
        "delivery_modes": [
            {
                "delivery_mode": str(mode),
                "delivery_mode_name": translate(LISTS.mode_names[mode], lang),
                "tariff_code": code,
            }
            for mode, code in list_modes(service).items()
            if TARIFFS[code].weight_max == heaviest
        ],
        "additional_order_types_param": {"without_additional_order_type": True, "additional_order_types": []},
    }


def _question(world: World, call: Call, form: Mapping[str, Form]) -> quotes.QuoteRequest | Answer:
    raw = read_json(call)
    if raw is None:
        return responses.simple([problem("v2_internal_error")])
    if not isinstance(raw, dict):
        return responses.simple([problem("v2_bad_request")])
    body, wrong = read_fields(form, raw)
    problems = [problem("v2_invalid_value_type", f"[{path}]") for path in wrong] or _check(body, form)
    if problems:
        return responses.simple(problems)
    ends = _ends(world, body)
    return responses.simple([ends]) if isinstance(ends, Problem) else _understood(world, body, *ends)


def _check(body: Mapping[str, Any], form: Mapping[str, Form]) -> list[Problem]:
    empty = [name for name in ("tariff_code", "packages") if name in form and not body.get(name)]
    for office, place in (("shipment_point", "from_location"), ("delivery_point", "to_location")):
        empty += [] if body.get(place) or body.get(office) else [place]
    packages = list(enumerate(body.get("packages", ())))
    empty += [f"packages[{index}].weight" for index, row in packages if not row.get("weight")]
    problems = [problem("v2_field_is_empty", f"[{path}]") for path in empty]
    for index, row in packages:
        limits = {name: _HEAVIEST if name == "weight" else _LONGEST for name in row}
        wrong = (name for name, limit in limits.items() if not 0 <= row[name] <= limit)
        problems += [problem("v2_invalid_format", row[name], f"packages[{index}].{name}") for name in wrong]
    if body.get("currency", ROUBLE) not in CURRENCIES:
        problems.append(problem("v2_invalid_format", body["currency"], "currency"))
    if "date" in body and _day(body["date"]) is None:
        problems.append(problem("v2_invalid_format", body["date"], "date"))
    return problems


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError:
        return None
    return day if day.year < _LAST_YEAR else None


def _ends(world: World, body: Mapping[str, Any]) -> tuple[City, City] | Problem:
    """The two cities; with both unknown only the sender's is told."""
    start = _end(world, body.get("shipment_point"), body.get("from_location", {}), "sender")
    if isinstance(start, Problem):
        return start
    end = _end(world, body.get("delivery_point"), body.get("to_location", {}), "recipient")
    return end if isinstance(end, Problem) else (start, end)


def _end(world: World, office_code: str | None, location: Mapping[str, Any], whose: str) -> City | Problem:
    if office_code:
        office = offices(world).find(office_code)
        return problem("code_invalid") if office is None else office.city
    return find_city(location) or problem(f"v2_{whose}_location_not_recognized")


def _understood(world: World, body: Mapping[str, Any], start: City, end: City) -> quotes.QuoteRequest:
    now = datetime.fromtimestamp(world.clock.now(), UTC).date()
    return quotes.QuoteRequest(
        route=build_route(start, end),
        type=body.get("type", 1),
        packages=body["packages"],
        services=body.get("services", []),
        currency=CURRENCIES[body.get("currency", ROUBLE)],
        lang=read_lang(body.get("lang")),
        day=(_day(body["date"]) if "date" in body else None) or now,
        vat_rate=world.settings.calculator_vat_rate,
        tariff_code=body.get("tariff_code", 0),
    )
