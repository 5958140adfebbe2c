"""Rows of `GET /v2/deliverypoints`: keys in CDEK's order; what an office does not have has no key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.random_source import format_uuid, hash_text
from cdek_sandbox.reference_data.transliteration import Lang, name_country, translate

if TYPE_CHECKING:
    from cdek_sandbox.reference_data.office import Office

_SITE = "https://www.cdek.ru/contacts/"
_IMAGES = "https://gateway.edu.cdek.ru/file-storage/web/object/office-photo/"
_FLAGS = (
    *("take_only", "is_handout", "is_reception", "is_dressing_room", "is_marketplace", "is_ltl"),
    *("have_cashless", "have_cash", "have_fast_payment_system", "allowed_cod"),
)
_LAST_FLAGS = ("ltl_acceptance_partners", "ltl_issuance_partners", "fulfillment")
_SATURDAY, _SUNDAY = 6, 7


def build_row(office: Office, lang: Lang) -> dict[str, Any]:
    """Build the row of an office."""
    row = {
        "code": office.code,
        "name": _translate(f"{office.code}, {office.city.name}, {office.street.partition(',')[0]}", lang),
        "uuid": office.uuid,
        "address_comment": _translate(office.comment, lang),
        "nearest_station": _translate(office.metro and f"М. {office.metro}", lang),
        "nearest_metro_station": _translate(office.metro, lang),
        "work_time": _translate(office.hours.text, lang),
        "phones": [{"number": number} for number in office.phones],
        "email": f"{office.code.lower()}@sandbox.invalid",
        "note": _translate(office.comment, lang),
        "type": office.type,
        "owner_code": office.owner_code,
        **{name: getattr(office, name) for name in _FLAGS},
        "site": f"{_SITE}{office.code.lower()}.html" if office.site else None,
        "office_image_list": _build_images(office) or None,
        "work_time_list": _build_days(office),
        "work_time_exception_list": [],
        **_build_limits(office),
        "status": "ACTIVE" if office.status else None,
        "location": _build_location(office, lang),
        **{name: getattr(office, name) for name in _LAST_FLAGS},
    }
    return {name: value for name, value in row.items() if value is not None}


def _translate(text: str | None, lang: Lang) -> str | None:
    return None if text is None else translate(text, lang)


def _build_images(office: Office) -> list[dict[str, str]]:
    return [{"url": f"{_IMAGES}{format_uuid(hash_text(f'{office.uuid}:{place}'))}"} for place in range(office.images)]


def _build_days(office: Office) -> list[dict[str, Any]]:
    hours = office.hours
    days = [
        *((day, hours.weekday) for day in range(1, _SATURDAY)),
        (_SATURDAY, hours.saturday),
        (_SUNDAY, hours.sunday),
    ]
    return [{"day": day, "time": time} for day, time in days if time is not None]


def _build_limits(office: Office) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    if office.weight_max is not None:
        limits |= {"weight_min": office.weight_min, "weight_max": office.weight_max}
    if office.cells:
        limits["dimensions"] = [
            {"width": cell.width, "height": cell.height, "depth": cell.depth} for cell in office.cells
        ]
    return limits


def _build_location(office: Office, lang: Lang) -> dict[str, Any]:
    city = office.city
    region = city.region
    place = name_country(city.country_code, lang)
    names = (place, region and translate(region.name, lang), translate(city.name, lang))
    street = translate(office.street, lang)
    row = {
        "country_code": city.country_code,
        "region_code": region and region.code,
        "region": names[1],
        "city_code": city.code,
        "city": names[2],
        "fias_guid": city.fias_guid,
        "postal_code": office.postal_code,
        "longitude": office.longitude,
        "latitude": office.latitude,
        "address": street,
        "address_full": ", ".join(part for part in (office.postal_code, *names, street) if part),
        "city_uuid": city.uuid,
    }
    return {name: value for name, value in row.items() if value is not None}
