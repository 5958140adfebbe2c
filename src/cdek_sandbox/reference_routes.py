"""The operations that answer from reference data: places, offices and prices; and papers of orders."""

from __future__ import annotations

from cdek_sandbox.core.operation import Operation
from cdek_sandbox.handlers import calculators, locations, offices, papers, photos, restrictions

_PAGE = ("size", "page", "lang")
_CITY = (
    "region_code",
    "kladr_region_code",
    "fias_region_guid",
    "kladr_code",
    "fias_guid",
    "postal_code",
    "code",
    "city",
)
REFERENCE = (
    Operation(
        "region_list",
        ("GET",),
        "/v2/location/regions",
        locations.list_regions,
        query=("country_codes", "fias_region_guid", *_PAGE),
    ),
    Operation(
        "city_list",
        ("GET",),
        "/v2/location/cities",
        locations.list_cities,
        query=("country_codes", *_CITY, "payment_limit", *_PAGE),
    ),
    Operation(
        "postal_code_list",
        ("GET",),
        "/v2/location/postalcodes",
        locations.list_postal_codes,
        query=("city_code", "code"),
    ),
    Operation(
        "city_find",
        ("GET",),
        "/v2/location/coordinates",
        locations.find_by_point,
        query=("latitude", "longitude"),
    ),
    Operation(
        "city_suggest",
        ("GET",),
        "/v2/location/suggest/cities",
        locations.suggest_cities,
        query=("name", "country_code", "lang"),
    ),
    Operation(
        "office_list",
        ("GET",),
        "/v2/deliverypoints",
        offices.list_offices,
        query=(*offices.FILTERS, *_PAGE),
    ),
    Operation(
        "office_rectangle",
        ("GET",),
        "/v2/deliverypoints/byPolygons",
        offices.list_in_rectangle,
        query=(*offices.CORNERS, *offices.FILTERS, "lang"),
    ),
    Operation(
        "tariff_list",
        ("POST",),
        "/v2/calculator/tarifflist",
        calculators.list_tariffs,
        form=calculators.LIST_FORM,
    ),
    Operation(
        "tariff_price", ("POST",), "/v2/calculator/tariff", calculators.price_tariff, form=calculators.TARIFF_FORM
    ),
    Operation(
        "tariff_service_list",
        ("POST",),
        "/v2/calculator/tariffAndService",
        calculators.price_tariffs,
        form=calculators.SERVICES_FORM,
    ),
    Operation("tariff_all", ("GET",), "/v2/calculator/alltariffs", calculators.list_all_tariffs),
    Operation(
        "passport_get",
        ("GET",),
        "/v2/passport",
        papers.get_passport,
        query=("order_uuid", "cdek_number", "client"),
    ),
    Operation("check_list", ("GET",), "/v2/check", papers.list_checks, query=("order_uuid", "cdek_number", "date")),
    Operation("registry_list", ("GET",), "/v2/registries", papers.list_registries, query=("date",)),
    Operation(
        "payment_list",
        ("GET",),
        "/v2/payment",
        papers.list_payments,
        query=("date",),
        removed=lambda world: world.settings.payment_route == "gone",
    ),
    Operation("photo_list", ("POST",), "/v2/photoDocument", photos.list_photos, form=photos.PHOTO_FORM),
    Operation("photo_file", ("GET",), "/v2/photoDocument/{uuid}", photos.get_photos),
    Operation(
        "restriction_hints",
        ("POST",),
        "/v2/international/package/restrictions",
        restrictions.hint_restrictions,
        form=restrictions.RESTRICTIONS_FORM,
    ),
)
