"""Calculators: what a delivery costs (/v2/calculator). All of them only read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oint.cdek.errors import BadArgument
from oint.cdek.models.calculator import ContractTariffs, Tariff, TariffList, TariffsWithServices
from oint.cdek.operations.base import Request, json_body
from oint.cdek.operations.checked import header_word, whole
from oint.language import Text

ENDS = (("from_location", "shipment_point"), ("to_location", "delivery_point"))

Place = int | str | Mapping[str, Any]


def tariff_list(request: Mapping[str, Any]) -> Request[TariffList]:
    """Every tariff for a route, without VAT, services and insurance (POST calculator/tarifflist).

    Args:
        request: CDEK's CalculatorTariffListRequestDto: `from_location`, `to_location`, `packages` (weights in grams,
            sizes in centimetres), `type`, `currency` (CDEK's number, 1 for roubles), `lang`, `date`
    Raises:
        BadArgument: an end of the route or a package's weight is missing, or a number is none; nothing was sent
    """
    return Request("tariffList", "POST", "/calculator/tarifflist", TariffList, changes=False, body=_body(request))


def tariff(request: Mapping[str, Any]) -> Request[Tariff]:
    """The price by one tariff, with its services (POST calculator/tariff).

    Args:
        request: CDEK's CalculatorRequestDto: as of `tariff_list`, with `tariff_code` and `services`
    Raises:
        BadArgument: as `tariff_list`, or `tariff_code` is missing; nothing was sent
    """
    whole(request.get("tariff_code"), "tariff_code")
    return Request("tariff", "POST", "/calculator/tariff", Tariff, changes=False, body=_body(request))


def tariff_and_service(request: Mapping[str, Any]) -> Request[TariffsWithServices]:
    """Every tariff for a route, each with the services asked for (POST calculator/tariffAndService).

    Args:
        request: CDEK's CalculatorTariffWithServicesRequestDto: as of `tariff_list`, with `services`
    Raises:
        BadArgument: as `tariff_list`; nothing was sent
    """
    path = "/calculator/tariffAndService"
    return Request("tariffWithServices", "POST", path, TariffsWithServices, changes=False, body=_body(request))


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


def _body(request: Mapping[str, Any]) -> bytes:
    """The body, after a look at what is certain: both ends, the weights, and that numbers are numbers."""
    for location, office in ENDS:
        if not request.get(location) and not request.get(office):
            raise BadArgument(
                location,
                Text(f"{location}: не сказано, где это", f"{location}: where that is is not said"),
                Text(
                    f'Укажите {location}, например {{"code": 44}}, или офис в {office}',
                    f'Give {location}, {{"code": 44}} for example, or an office in {office}',
                ),
            )
    packages = request.get("packages")
    rows = [packages] if isinstance(packages, Mapping) else packages  # CDEK takes one object for a list of one
    if not isinstance(rows, (list, tuple)) or not rows:
        raise BadArgument(
            "packages",
            Text("packages: нет ни одного места", "packages: there is no package"),
            Text('Укажите packages: [{"weight": 1000}], вес в граммах', 'Give packages: [{"weight": 1000}], in grams'),
        )
    for index, row in enumerate(rows):
        _check_package(row, f"packages[{index}]")
    if request.get("currency") is not None:
        whole(request["currency"], "currency")
    return json_body(request, "request")


def _check_package(row: Any, path: str) -> None:
    sizes = row if isinstance(row, Mapping) else {}
    whole(sizes.get("weight"), f"{path}.weight")
    for name in ("length", "width", "height"):
        if sizes.get(name) is not None:
            whole(sizes[name], f"{path}.{name}", least=0)
