"""Prices of an order: the same as the calculators give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.reference_data.cities import CITIES
from cdek_sandbox.reference_data.prices import (
    build_route,
    build_service_sums,
    calculate_price,
    calculate_total_weight,
    calculate_vat,
)
from cdek_sandbox.reference_data.services import calculate_service_price
from cdek_sandbox.reference_data.tariffs import PARCEL, TARIFFS, Tariff
from cdek_sandbox.resources.orders.order_body import get_delivery_mode
from cdek_sandbox.resources.orders.order_cities import find_city_of_end

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdek_sandbox.core.entities import Order
    from cdek_sandbox.core.state import SandboxState

_MOSCOW = 44


def calculate_delivery_sum(state: SandboxState, order: Order) -> float:
    """Calculate the price of the delivery alone, in roubles, without tax.

    The calculators know no price where they do not know a city or the tariff: as within Moscow, and as a parcel, are choices.
    """
    body = order.body
    code = body["tariff_code"]
    tariff = TARIFFS.get(code) or Tariff(code, int(get_delivery_mode(body)), PARCEL)
    start, end = (
        find_city_of_end(state, order, place) or CITIES[_MOSCOW] for place in ("from_location", "to_location")
    )
    return calculate_price(tariff, calculate_total_weight(body["packages"]), build_route(start, end))


def price_service(state: SandboxState, service: Mapping[str, Any]) -> dict[str, Any]:
    """Return a service of an order with its price."""
    return {**service, **build_service_sums(calculate_service_price(service), state.settings.calculator_vat_rate)}


def build_sums(state: SandboxState, order: Order, services: list[dict[str, Any]]) -> dict[str, Any]:
    """Build the prices of `delivery_detail`: the total is the delivery and the services, with their taxes."""
    price, rate = calculate_delivery_sum(state, order), state.settings.calculator_vat_rate
    vat = calculate_vat(price, rate)
    return {
        "delivery_sum": price,
        "total_sum": round(price + vat + sum(service["total_sum"] for service in services), 2),
        "payment_info": [],
        "delivery_vat_rate": rate,
        "delivery_vat_sum": vat,
        "delivery_discount_percent": 0,
        "delivery_discount_sum": 0,
    }
