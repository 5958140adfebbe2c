"""The recorded responses of CDEK, and the request of each."""

import json
from pathlib import Path
from typing import Any

from oint.cdek.api import (
    calculator,
    delivery,
    deliverypoints,
    intakes,
    location,
    oauth,
    orders,
    passport,
    payments,
    prealerts,
    print_forms,
    receipts,
    registries,
)
from tests.support.fake_session import ORDER, UUID
from tests.support.paths import SAMPLES

FILES = sorted(path for path in SAMPLES.glob("*.json") if path.name != "index.json")

ROUTE = {"from_location": {"code": 44}, "to_location": {"code": 44}, "packages": [{"weight": 1}]}
DAY = "2026-08-31"
VISIT = {"order_uuid": UUID, "intake_date": DAY, "intake_time_from": "09:00", "intake_time_to": "18:00"}
REQUESTS = {
    "DELETE_intakes": intakes.delete(UUID),
    "DELETE_orders": orders.delete(UUID),
    "GET_check": receipts.get(date=DAY),
    "GET_delivery_intervals": delivery.intervals(UUID),
    "GET_delivery_uuid": delivery.get(UUID),
    "GET_deliverypoints": deliverypoints.list(),
    "GET_intakes": intakes.get(UUID),
    "GET_location_cities": location.cities(),
    "GET_location_postalcodes": location.postal_codes(5),
    "GET_location_regions": location.regions(),
    "GET_orders": orders.get(UUID),
    "GET_passport": passport.get(UUID),
    "GET_payment": payments.get(DAY),
    "GET_prealert": prealerts.get(UUID),
    "GET_print_barcodes": print_forms.barcode(UUID),
    "GET_print_orders": print_forms.waybill(UUID),
    "GET_registries": registries.get(DAY),
    "PATCH_orders": orders.update({"uuid": UUID}),
    "POST_calculator_tariffAndService": calculator.tariff_and_service(ROUTE),
    "POST_calculator_tarifflist": calculator.tariff_list(ROUTE),
    "POST_delivery": delivery.create({"order_uuid": UUID, "date": DAY}),
    "POST_intakes": intakes.create(VISIT),
    "POST_oauth_token": oauth.token("a", "p"),
    "POST_orders_accepted": orders.create(ORDER),
    "POST_orders_uuid_clientReturn": orders.client_return(UUID, 139),
    "POST_orders_uuid_refusal": orders.refuse(UUID),
    "POST_prealert": prealerts.create(UUID, DAY, "NSK27"),
    "POST_print_barcodes": print_forms.create_barcode(UUID),
    "POST_print_orders": print_forms.create_waybill(UUID),
}
STATUSES = {
    row["file"]: row["http_status"]
    for row in (json.loads((SAMPLES / "index.json").read_bytes())["samples"] if SAMPLES.is_dir() else [])
}


def find_request(name: str) -> Any:
    """Return the request of a recorded response."""
    return next(request for start, request in REQUESTS.items() if name.startswith(start))


def list_responses(*, successful: bool) -> list[Path]:
    """Return the files with successful responses, or those with errors."""
    paths = [path for path in FILES if path.name.startswith(("GET_", "POST_", "PATCH_", "DELETE_"))]
    paths = [path for path in paths if not path.name.endswith(".request.json")]
    return [path for path in paths if is_successful(path) == successful]


def is_successful(path: Path) -> bool:
    """Return whether a file has a response without an error."""
    raw = json.loads(path.read_bytes())
    return isinstance(raw, list) or ("entity" in raw or not {"errors", "error", "requests"} & raw.keys())
