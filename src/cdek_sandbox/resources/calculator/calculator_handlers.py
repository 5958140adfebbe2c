"""The calculators: `POST /v2/calculator/tarifflist`, `/tariff`, `/tariffAndService`, `GET /v2/calculator/alltariffs`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import responses
from cdek_sandbox.core.entities import Problem
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.responses import Response
from cdek_sandbox.reference_data.tariffs import LISTS, SERVICES, TARIFFS, list_modes
from cdek_sandbox.reference_data.transliteration import read_lang, translate
from cdek_sandbox.resources.calculator import quotes
from cdek_sandbox.resources.calculator.calculator_request import (
    LIST_SCHEMA,
    SERVICES_SCHEMA,
    TARIFF_SCHEMA,
    read_quote_request,
)

if TYPE_CHECKING:
    from cdek_sandbox.core.request import Request
    from cdek_sandbox.core.state import SandboxState
    from cdek_sandbox.reference_data.tariffs import Service
    from cdek_sandbox.reference_data.transliteration import Lang

_SIDES = ("length_max", "width_max", "height_max")


def list_tariffs(state: SandboxState, request: Request) -> Response:
    """Return all tariffs for a parcel, with numbers as numbers."""
    question = read_quote_request(state, request, LIST_SCHEMA)
    if isinstance(question, Response):
        return question
    rows = [quotes.build_list_row(tariff, question) for tariff in quotes.list_tariffs(question)]
    return responses.build_json(200, {"tariff_codes": rows}) if rows else _refuse_without_tariffs()


def list_tariffs_with_services(state: SandboxState, request: Request) -> Response:
    """Return all tariffs with services: codes and statuses are strings, each row has its own errors."""
    if state.settings.tariff_and_service == "broken":
        broken = [Problem(code="v2_internal_error", message="500 Internal Error")]
        return responses.build_error_list(broken, 500)
    question = read_quote_request(state, request, SERVICES_SCHEMA)
    if isinstance(question, Response):
        return question
    rows = []
    for tariff in quotes.list_tariffs(question):
        result = quotes.build_price(tariff, question)
        status = "false" if "errors" in result else "true"
        rows.append({"tariff_code": str(tariff.code), "status": status, "result": result})
    return responses.build_json(200, {"tariff_codes": rows}) if rows else _refuse_without_tariffs()


def _refuse_without_tariffs() -> Response:
    # The HTTP status of a list without tariffs is not recorded: 400 is a choice.
    return responses.build_error_list([problem("err_result_servicelist_empty")])


def price_tariff(state: SandboxState, request: Request) -> Response:
    """Return one tariff with services. CDEK's response for an unavailable one is not recorded: 400 is a choice."""
    question = read_quote_request(state, request, TARIFF_SCHEMA)
    if isinstance(question, Response):
        return question
    code = question.tariff_code
    if code in state.settings.outdated_tariffs:
        return responses.build_error_list([problem("v2_outdated_tariff", code)])
    if code not in TARIFFS:
        return responses.build_error_list([problem("err_result_service_empty")])
    problems = quotes.check_tariff(TARIFFS[code], question)
    if problems:
        return responses.build_error_list(problems)
    price = quotes.build_price(TARIFFS[code], question)
    if "errors" in price:
        return responses.build_error_list(price["errors"])
    dates = price.pop("delivery_date_range")
    return responses.build_json(200, price | {"delivery_date_range": dates})


def list_all_tariffs(_state: SandboxState, request: Request) -> Response:
    """Return the tariffs of the contract. Modes with another weight limit have their own row, which is a choice."""
    lang = read_lang(request.get_header(b"x-user-lang"))
    rows = [
        _describe_service(service, limit, lang)
        for service in SERVICES.values()
        for limit in _list_weight_limits(service)
    ]
    return responses.build_json(200, {"tariff_codes": rows})


def _list_weight_limits(service: Service) -> list[float | None]:
    return list(dict.fromkeys(TARIFFS[code].weight_max for code in list_modes(service).values()))


def _describe_service(service: Service, heaviest: float | None, lang: Lang) -> dict[str, Any]:
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


OPERATIONS = (
    Operation("tariff_list", ("POST",), "/v2/calculator/tarifflist", list_tariffs, schema=LIST_SCHEMA),
    Operation("tariff_price", ("POST",), "/v2/calculator/tariff", price_tariff, schema=TARIFF_SCHEMA),
    Operation(
        "tariff_service_list",
        ("POST",),
        "/v2/calculator/tariffAndService",
        list_tariffs_with_services,
        schema=SERVICES_SCHEMA,
    ),
    Operation("tariff_all", ("GET",), "/v2/calculator/alltariffs", list_all_tariffs),
)
