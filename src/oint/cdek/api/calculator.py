"""Calculators: prices of a delivery (/v2/calculator). All of them only read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import field

from oint.cdek.api._common import ErrorItem, SimpleResponse
from oint.cdek.api._request import Request
from oint.cdek.api._response import ApiResponse, Model
from oint.cdek.api._schema import (
    all_of,
    any_of,
    encode_body,
    list_of,
    max_length,
    non_negative,
    object_schema,
    parse_int,
    parse_language,
)


class DateRange(Model):
    """The first and the last possible day of delivery, ISO 8601."""

    min: str | None = None
    max: str | None = None


class Offer(Model):
    """A tariff for the route and its price, without VAT, services and insurance."""

    tariff_code: int | None = None
    tariff_name: str | None = None
    tariff_description: str | None = None
    delivery_mode: int | None = None
    delivery_sum: float | None = None
    period_min: int | None = None
    period_max: int | None = None
    calendar_min: int | None = None
    calendar_max: int | None = None
    delivery_date_range: DateRange | None = None


class TariffList(SimpleResponse):
    """All tariffs for a route, unsorted."""

    tariff_codes: list[Offer] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Return whether there are offers; errors beside them do not matter."""
        return bool(self.tariff_codes) or super().is_complete

    @property
    def offers(self) -> list[Offer]:
        """Return the offers with a price, the cheapest first, and among equals the fastest first."""
        offers = [offer for offer in self.tariff_codes if offer.delivery_sum is not None]
        return sorted(offers, key=lambda offer: (offer.delivery_sum or 0.0, offer.period_max or 0))


class ServicePrice(Model):
    """The price of an additional service; `vat_rate` and `discount_percent` in per cent."""

    code: str | None = None
    sum: float | None = None
    total_sum: float | None = None
    discount_percent: float | None = None
    discount_sum: float | None = None
    vat_rate: float | None = None
    vat_sum: float | None = None


class Price(Model):
    """The price of a parcel by one tariff; `weight_calc` in grams, `total_sum` with services."""

    delivery_sum: float | None = None
    period_min: int | None = None
    period_max: int | None = None
    calendar_min: int | None = None
    calendar_max: int | None = None
    weight_calc: int | None = None
    services: list[ServicePrice] = field(default_factory=list)
    total_sum: float | None = None
    currency: str | None = None
    delivery_date_range: DateRange | None = None
    errors: list[ErrorItem] = field(default_factory=list)


class Tariff(Price, ApiResponse):
    """The response about one tariff."""

    warnings: list[ErrorItem] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Return whether the response has a price."""
        return self.delivery_sum is not None or self.total_sum is not None


class TariffWithServices(Model):
    """One tariff of the list with services. `status` is CDEK's text: "true" where the tariff is available."""

    tariff_code: int | None = None
    status: str | None = None
    result: Price | None = None

    @property
    def is_available(self) -> bool:
        """Return whether CDEK offers this tariff for the route."""
        return self.status == "true"


class TariffsWithServices(SimpleResponse):
    """All tariffs with the requested services; errors of one tariff are in its `result`."""

    tariff_codes: list[TariffWithServices] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Return whether there are rows; errors beside them do not matter."""
        return bool(self.tariff_codes) or super().is_complete


class DeliveryMode(Model):
    """A delivery mode of a tariff (1 door to door, 2 door to warehouse and so on), with its own code."""

    delivery_mode: int | None = None
    delivery_mode_name: str | None = None
    tariff_code: int | None = None


class OrderTypesAllowed(Model):
    """The additional order types that a tariff accepts."""

    without_additional_order_type: bool | None = None
    additional_order_types: list[str] = field(default_factory=list)


class ContractTariff(Model):
    """A tariff of the contract and its limits: weights in kilograms, sizes in centimetres; no `order_types` means all."""

    tariff_name: str | None = None
    weight_min: float | None = None
    weight_max: float | None = None
    weight_calc_max: float | None = None
    length_min: int | None = None
    length_max: int | None = None
    width_min: int | None = None
    width_max: int | None = None
    height_min: int | None = None
    height_max: int | None = None
    order_types: list[str] = field(default_factory=list)
    payer_contragent_type: list[str] = field(default_factory=list)
    sender_contragent_type: list[str] = field(default_factory=list)
    recipient_contragent_type: list[str] = field(default_factory=list)
    delivery_modes: list[DeliveryMode] = field(default_factory=list)
    additional_order_types_param: OrderTypesAllowed | None = None


class ContractTariffs(SimpleResponse):
    """The tariffs of the contract."""

    tariff_codes: list[ContractTariff] = field(default_factory=list)


_PLACE = object_schema(
    postal_code=max_length(255), country_code=max_length(2), city=max_length(255), address=max_length(255)
)
_PACKAGE = object_schema("weight", weight=parse_int, length=non_negative, width=non_negative, height=non_negative)
_ROUTE = all_of(
    any_of("from_location", "shipment_point"),
    any_of("to_location", "delivery_point"),
    object_schema(
        "packages",
        from_location=_PLACE,
        to_location=_PLACE,
        packages=list_of(_PACKAGE),
        currency=parse_int,
        lang=max_length(3),
    ),
)
_TARIFF = all_of(object_schema("tariff_code", tariff_code=parse_int), _ROUTE)

Place = int | str | Mapping[str, Any]


def tariff_list(request: Mapping[str, Any]) -> Request[TariffList]:
    """Calculate all tariffs for a route, without VAT, services and insurance (POST calculator/tarifflist).

    Args:
        request: CDEK's CalculatorTariffListRequestDto: `from_location`, `to_location`, `packages` (weights in grams,
            sizes in centimetres), `type`, `currency` (CDEK's number, 1 for roubles), `lang`, `date`
    Raises:
        InvalidArgument: an end of the route or a package's weight is missing, or a value is invalid; nothing was sent
    """
    document = encode_body(_ROUTE, request, "request")
    return Request("tariffList", "POST", "/calculator/tarifflist", TariffList, changes=False, body=document)


def tariff(request: Mapping[str, Any]) -> Request[Tariff]:
    """Calculate the price by one tariff, with its services (POST calculator/tariff).

    Args:
        request: CDEK's CalculatorRequestDto: as of `tariff_list`, with `tariff_code` and `services`
    Raises:
        InvalidArgument: as `tariff_list`, or `tariff_code` is missing; nothing was sent
    """
    document = encode_body(_TARIFF, request, "request")
    return Request("tariff", "POST", "/calculator/tariff", Tariff, changes=False, body=document)


def tariff_and_service(request: Mapping[str, Any]) -> Request[TariffsWithServices]:
    """Calculate all tariffs for a route, each with the requested services (POST calculator/tariffAndService).

    Args:
        request: CDEK's CalculatorTariffWithServicesRequestDto: as of `tariff_list`, with `services`
    Raises:
        InvalidArgument: as `tariff_list`; nothing was sent
    """
    path, document = "/calculator/tariffAndService", encode_body(_ROUTE, request, "request")
    return Request("tariffWithServices", "POST", path, TariffsWithServices, changes=False, body=document)


def all_tariffs(lang: str | None = None) -> Request[ContractTariffs]:
    """Read the tariffs of the contract with their limits and modes (GET calculator/alltariffs).

    Args:
        lang: language of the names: rus, eng or zho
    Raises:
        InvalidArgument: `lang` is not three letters; nothing was sent
    """
    headers = {} if lang is None else {"X-User-Lang": parse_language(lang, "lang")}
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
    """Calculate the delivery of one package: `.offers` of the response, the cheapest first (POST calculator/tarifflist).

    Args:
        from_place: CDEK's city code as a number, a postal code as text, a city's name, or CDEK's whole location
        to_place: the same for the other end
        weight: grams
        length: centimetres
        width: centimetres
        height: centimetres
        more: further fields of `tariff_list`: `type`, `currency`, `date`, `lang`
    Raises:
        InvalidArgument: as `tariff_list`; nothing was sent
    """
    sizes = {"weight": weight, "length": length, "width": width, "height": height}
    package = {name: size for name, size in sizes.items() if size is not None}
    ends = {"from_location": _to_location(from_place), "to_location": _to_location(to_place)}
    return tariff_list({**more, **ends, "packages": [package]})


def _to_location(place: Place) -> Mapping[str, Any]:
    """Return a place as the calculators expect it. Digits are a postal code, which is our choice; a city code is an int."""
    match place:
        case int():
            return {"code": place}
        case str():
            text = place.strip()
            return {"postal_code": text} if text.isascii() and text.isdigit() else {"city": text}
    return place
