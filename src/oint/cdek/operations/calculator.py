"""Calculators: what a delivery costs (/v2/calculator). All of them only read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oint.cdek.models.calculator import ContractTariffs, Tariff, TariffList, TariffsWithServices
from oint.cdek.operations.base import Request
from oint.cdek.operations.checked import header_word, whole
from oint.cdek.operations.order_shapes import number
from oint.cdek.operations.shapes import body, every, rows, shape, some_of, text

_PLACE = shape(postal_code=text(255), country_code=text(2), city=text(255), address=text(255))
_PACKAGE = shape("weight", weight=whole, length=number, width=number, height=number)
_ROUTE = every(
    some_of("from_location", "shipment_point"),
    some_of("to_location", "delivery_point"),
    shape(
        "packages",
        from_location=_PLACE,
        to_location=_PLACE,
        packages=rows(_PACKAGE),
        currency=whole,
        lang=text(3),
    ),
)
_TARIFF = every(shape("tariff_code", tariff_code=whole), _ROUTE)

Place = int | str | Mapping[str, Any]


def tariff_list(request: Mapping[str, Any]) -> Request[TariffList]:
    """Every tariff for a route, without VAT, services and insurance (POST calculator/tarifflist).

    Args:
        request: CDEK's CalculatorTariffListRequestDto: `from_location`, `to_location`, `packages` (weights in grams,
            sizes in centimetres), `type`, `currency` (CDEK's number, 1 for roubles), `lang`, `date`
    Raises:
        BadArgument: an end of the route or a package's weight is missing, or a value cannot be right; nothing was sent
    """
    document = body(_ROUTE, request, "request")
    return Request("tariffList", "POST", "/calculator/tarifflist", TariffList, changes=False, body=document)


def tariff(request: Mapping[str, Any]) -> Request[Tariff]:
    """The price by one tariff, with its services (POST calculator/tariff).

    Args:
        request: CDEK's CalculatorRequestDto: as of `tariff_list`, with `tariff_code` and `services`
    Raises:
        BadArgument: as `tariff_list`, or `tariff_code` is missing; nothing was sent
    """
    document = body(_TARIFF, request, "request")
    return Request("tariff", "POST", "/calculator/tariff", Tariff, changes=False, body=document)


def tariff_and_service(request: Mapping[str, Any]) -> Request[TariffsWithServices]:
    """Every tariff for a route, each with the services asked for (POST calculator/tariffAndService).

    Args:
        request: CDEK's CalculatorTariffWithServicesRequestDto: as of `tariff_list`, with `services`
    Raises:
        BadArgument: as `tariff_list`; nothing was sent
    """
    path, document = "/calculator/tariffAndService", body(_ROUTE, request, "request")
    return Request("tariffWithServices", "POST", path, TariffsWithServices, changes=False, body=document)


def all_tariffs(lang: str | None = None) -> Request[ContractTariffs]:
    """The tariffs of the contract with their limits and modes (GET calculator/alltariffs).

    Args:
        lang: language of the names: rus, eng or zho
    Raises:
        BadArgument: `lang` is not three letters; nothing was sent
    """
    headers = {} if lang is None else {"X-User-Lang": header_word(lang, "lang")}
    return Request("availableTariffs", "GET", "/calculator/alltariffs", ContractTariffs, changes=False, headers=headers)


def offers(
    from_place: Place,
    to_place: Place,
    weight: int,
    *,
    length: int | None = None,
    width: int | None = None,
    height: int | None = None,
    **more: Any,
) -> Request[TariffList]:
    """What a delivery of one package costs: `.offers` of the answer, the cheapest first (POST calculator/tarifflist).

    Args:
        from_place: CDEK's city code as a number, a postal code as text, a city's name, or CDEK's whole location
        to_place: the same for the other end
        weight: grams
        length: centimetres
        width: centimetres
        height: centimetres
        more: further fields of `tariff_list`: `type`, `currency`, `date`, `lang`
    Raises:
        BadArgument: as `tariff_list`; nothing was sent
    """
    sizes = {"weight": weight, "length": length, "width": width, "height": height}
    package = {name: size for name, size in sizes.items() if size is not None}
    ends = {"from_location": _location(from_place), "to_location": _location(to_place)}
    return tariff_list({**more, **ends, "packages": [package]})


def _location(place: Place) -> Mapping[str, Any]:
    """Where a place is, as the calculators take it. That digits are a postal code is a choice: a code is a number."""
    match place:
        case int():
            return {"code": place}
        case str():
            text = place.strip()
            return {"postal_code": text} if text.isascii() and text.isdigit() else {"city": text}
    return place
