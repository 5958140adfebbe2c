"""What the calculators answer. Sums are in the currency asked for, roubles unless told; periods are in days."""

from __future__ import annotations

from msgspec import field

from oint.cdek.models.base import Answer, Model
from oint.cdek.models.envelope import ErrorItem  # noqa: TC001 - msgspec reads the types of fields as it runs
from oint.cdek.models.reply import Reply


class DateRange(Model):
    """Days between which a parcel comes, ISO 8601."""

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


class TariffList(Reply):
    """All tariffs for a route, in CDEK's own order, which is none."""

    tariff_codes: list[Offer] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        """Offers count, whatever errors stand beside them."""
        return bool(self.tariff_codes) or super().usable

    @property
    def offers(self) -> list[Offer]:
        """The offers that name a price, the cheapest first, and among equals the fastest first."""
        priced = [offer for offer in self.tariff_codes if offer.delivery_sum is not None]
        return sorted(priced, key=lambda offer: (offer.delivery_sum or 0.0, offer.period_max or 0))


class ServicePrice(Model):
    """What an additional service costs; `vat_rate` and `discount_percent` in per cent."""

    code: str | None = None
    sum: float | None = None
    total_sum: float | None = None
    discount_percent: float | None = None
    discount_sum: float | None = None
    vat_rate: float | None = None
    vat_sum: float | None = None


class Price(Model):
    """What a parcel costs by one tariff; `weight_calc` in grams, `total_sum` with services."""

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


class Tariff(Price, Answer):
    """The answer about one tariff."""

    warnings: list[ErrorItem] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        """An answer about a price names one."""
        return self.delivery_sum is not None or self.total_sum is not None


class TariffWithServices(Model):
    """One tariff of the long list. `status` is CDEK's text: "true" where the tariff is to be had."""

    tariff_code: int | None = None
    status: str | None = None
    result: Price | None = None

    @property
    def is_available(self) -> bool:
        """Whether CDEK offers this tariff for the route."""
        return self.status == "true"


class TariffsWithServices(Reply):
    """All tariffs with the services asked for; errors of a single tariff stand in its `result`."""

    tariff_codes: list[TariffWithServices] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        """Rows count, whatever errors stand beside them."""
        return bool(self.tariff_codes) or super().usable


class DeliveryMode(Model):
    """A way of delivery within a tariff (1 door to door, 2 door to warehouse and so on), with its own code."""

    delivery_mode: int | None = None
    delivery_mode_name: str | None = None
    tariff_code: int | None = None


class OrderTypesAllowed(Model):
    """Which additional types of orders a tariff takes."""

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


class ContractTariffs(Reply):
    """The tariffs of the contract."""

    tariff_codes: list[ContractTariff] = field(default_factory=list)
