"""Order management."""

from __future__ import annotations

from manual.scenes import Scene
from oint.language import Text

WAITING = "ACCEPTED_AT_PICK_UP_POINT"

SCENES = (
    Scene(
        "CreateRefusal",
        lambda box: {"uuid": box.order(status=WAITING)},
        "cdek.orders.refuse({uuid})",
        note=Text(
            "ACCEPTED значит только «в очереди»: СДЭК ещё может ответить INVALID. До решения доводит "
            "`oint refusals register` или `oint.refusals.register_refusal`.",
            "ACCEPTED means queued and nothing more: CDEK may still turn it INVALID. `oint refusals register` and "
            "`oint.refusals.register_refusal` follow a refusal to CDEK's verdict.",
        ),
    ),
)
