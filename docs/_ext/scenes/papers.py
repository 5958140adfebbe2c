"""Order management, the papers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docs._ext.scenes import Scene
from docs._ext.scenes.orders import SENT_FROM, client, ordered
from oint.i18n import Message

if TYPE_CHECKING:
    from cdek_sandbox import Sandbox

_WHEN = "2026-03-04T12:00:00+0300"
_PHOTOS = {"services": [{"code": "PHOTO_OF_DOCUMENTS", "parameter": "1"}]}


_READ = Message(
    "Форма делается в фоне, обычно около секунды: передайте её UUID из ответа методу `{}` и повторяйте вызов, пока статус не станет READY. "
    "В одном вызове не больше 100 заказов. В Python всё это делает `oint.cdek.print_forms.print_form`.",
    "The form is made in the background, mostly in a second: give its UUID to `{}`, and call that until the status is READY. "
    "100 orders a call at the most. In Python `oint.cdek.print_forms.print_form` does all of it.",
)
_FOR_AN_HOUR = Message(
    "Ссылка `url` появляется со статусом READY, живёт час и требует токена. Сам файл сохраняет `--getfile true --out {}`.",
    "The link in `url` comes with READY, lives for an hour and needs the token. `--getfile true --out {}` saves the file itself.",
)


def _two(box: Sandbox) -> list[str]:
    return [ordered(box), ordered(box, number="SHOP-1043")]


def _waybill(box: Sandbox) -> dict[str, Any]:
    with client(box) as cdek:
        uuid = cdek.print.create_waybill(ordered(box)).uuid
    box.pass_time(2)
    return {"uuid": uuid}


def _label(box: Sandbox) -> dict[str, Any]:
    with client(box) as cdek:
        uuid = cdek.print.create_barcode(ordered(box), format="A6").uuid
    box.pass_time(2)
    return {"uuid": uuid}


def _announced(box: Sandbox) -> dict[str, Any]:
    with client(box) as cdek:
        uuid = cdek.prealert.create(_two(box), _WHEN, SENT_FROM).uuid
    box.pass_time(2)
    return {"uuid": uuid}


SCENES = (
    Scene(
        "CreateReceipt",
        lambda box: {"uuids": _two(box)},
        "cdek.print.create_waybill({uuids})",
        note=Message(_READ.ru.format("ПолучитьКвитанцию"), _READ.en.format("GetReceipt")),
    ),
    Scene("GetReceipt", _waybill, "cdek.print.waybill({uuid})", note=_FOR_AN_HOUR.format("waybill.pdf")),
    Scene(
        "CreateBarcode",
        lambda box: {"uuids": ordered(box), "format": "A6"},
        "cdek.print.create_barcode({uuids}, format={format})",
        note=Message(_READ.ru.format("ПолучитьШтрихкод"), _READ.en.format("GetBarcode")),
    ),
    Scene("GetBarcode", _label, "cdek.print.barcode({uuid})", note=_FOR_AN_HOUR.format("labels.pdf")),
    Scene(
        "CreatePrealert",
        lambda box: {"uuids": _two(box), "date": _WHEN, "point": SENT_FROM},
        "cdek.prealert.create({uuids}, {date}, {point})",
        note=Message(
            "Услуга должна быть в договоре, иначе преалерт закончится ошибкой `PA_17`. До передачи должно оставаться не меньше времени, "
            "чем требует договор, обычно 24 часа, иначе `PA_02`.",
            "The contract must have this service, else the prealert ends with `PA_17`. The hand-over must be as far ahead as the "
            "contract wants, mostly 24 hours, else `PA_02`.",
        ),
    ),
    Scene("GetPrealert", _announced, "cdek.prealert.get({uuid})"),
    Scene(
        "FindDocumentPhotos",
        lambda box: {"request": {"orders": [{"order_uuid": ordered(box, "DELIVERED", **_PHOTOS)}]}},
        "cdek.photo_document.create({request})",
        note=Message(
            "Если даны и заказы, и период (`period_begin`, `period_end`), СДЭК смотрит только на заказы.",
            "Where both orders and a period (`period_begin`, `period_end`) are given, CDEK looks at the orders only.",
        ),
    ),
    Scene(
        "GetDocumentPhotos",
        lambda box: {"uuid": ordered(box, "DELIVERED", **_PHOTOS)},
        "cdek.photo_document.get({uuid})",
        note=Message(
            "Ответ СДЭК здесь не JSON, а архив: в командной строке ему нужен `--out`, в Python его байты в `answer.content`. "
            "Есть ли фото, узнаёт `НайтиФотоДокументов`; пока их нет, СДЭК отвечает 404.",
            "CDEK answers an archive here, no JSON: on the command line it needs `--out`, in Python its bytes are "
            "`answer.content`. `FindDocumentPhotos` tells whether there are photos; CDEK answers 404 until there are.",
        ),
        out="photos.zip",
    ),
)
