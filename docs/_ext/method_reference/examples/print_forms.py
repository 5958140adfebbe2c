"""Examples of print forms, prealerts and photos of documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docs._ext.method_reference.examples import MethodExample
from docs._ext.method_reference.examples.orders import FROM_OFFICE, create_order, open_client
from oint.i18n import Message

if TYPE_CHECKING:
    from cdek_sandbox import Sandbox

_HANDOVER_AT = "2026-03-04T12:00:00+0300"
_PHOTOS = {"services": [{"code": "PHOTO_OF_DOCUMENTS", "parameter": "1"}]}


_HOW_TO_READ = Message(
    "Форма делается в фоне, обычно около секунды: передайте её UUID из ответа методу `{}` и повторяйте вызов, пока статус не станет READY. "
    "В одном вызове не больше 100 заказов. В Python всё это делает `oint.cdek.print_forms.print_form`.",
    "The form is created in the background, usually within a second. Pass its UUID to `{}` and call it until the status is READY. "
    "At most 100 orders a call. In Python `oint.cdek.print_forms.print_form` does all of it.",
)
_LINK_EXPIRES = Message(
    "Ссылка `url` появляется со статусом READY, живёт час и требует токена. Сам файл сохраняет `--getfile true --out {}`.",
    "The link in `url` appears with the status READY, is valid for an hour and needs the token. `--getfile true --out {}` saves the file itself.",
)


def _create_two_orders(box: Sandbox) -> list[str]:
    return [create_order(box), create_order(box, number="SHOP-1043")]


def _create_waybill(box: Sandbox) -> dict[str, Any]:
    with open_client(box) as cdek:
        uuid = cdek.print.create_waybill(create_order(box)).uuid
    box.pass_time(2)
    return {"uuid": uuid}


def _create_label(box: Sandbox) -> dict[str, Any]:
    with open_client(box) as cdek:
        uuid = cdek.print.create_barcode(create_order(box), format="A6").uuid
    box.pass_time(2)
    return {"uuid": uuid}


def _create_prealert(box: Sandbox) -> dict[str, Any]:
    with open_client(box) as cdek:
        uuid = cdek.prealert.create(_create_two_orders(box), _HANDOVER_AT, FROM_OFFICE).uuid
    box.pass_time(2)
    return {"uuid": uuid}


EXAMPLES = (
    MethodExample(
        "CreateReceipt",
        lambda box: {"uuids": _create_two_orders(box)},
        "cdek.print.create_waybill({uuids})",
        note=Message(_HOW_TO_READ.ru.format("ПолучитьКвитанцию"), _HOW_TO_READ.en.format("GetReceipt")),
    ),
    MethodExample(
        "GetReceipt", _create_waybill, "cdek.print.waybill({uuid})", note=_LINK_EXPIRES.format("waybill.pdf")
    ),
    MethodExample(
        "CreateBarcode",
        lambda box: {"uuids": create_order(box), "format": "A6"},
        "cdek.print.create_barcode({uuids}, format={format})",
        note=Message(_HOW_TO_READ.ru.format("ПолучитьШтрихкод"), _HOW_TO_READ.en.format("GetBarcode")),
    ),
    MethodExample("GetBarcode", _create_label, "cdek.print.barcode({uuid})", note=_LINK_EXPIRES.format("labels.pdf")),
    MethodExample(
        "CreatePrealert",
        lambda box: {"uuids": _create_two_orders(box), "date": _HANDOVER_AT, "point": FROM_OFFICE},
        "cdek.prealert.create({uuids}, {date}, {point})",
        note=Message(
            "Услуга должна быть в договоре, иначе преалерт закончится ошибкой `PA_17`. До передачи должно оставаться не меньше времени, "
            "чем требует договор, обычно 24 часа, иначе `PA_02`.",
            "The contract must include this service, otherwise the prealert ends with `PA_17`. The hand-over must be as far ahead as the "
            "contract requires, usually 24 hours, otherwise it ends with `PA_02`.",
        ),
    ),
    MethodExample("GetPrealert", _create_prealert, "cdek.prealert.get({uuid})"),
    MethodExample(
        "FindDocumentPhotos",
        lambda box: {"request": {"orders": [{"order_uuid": create_order(box, "DELIVERED", **_PHOTOS)}]}},
        "cdek.photo_document.create({request})",
        note=Message(
            "Если даны и заказы, и период (`period_begin`, `period_end`), СДЭК смотрит только на заказы.",
            "If both orders and a period (`period_begin`, `period_end`) are given, CDEK uses the orders only.",
        ),
    ),
    MethodExample(
        "GetDocumentPhotos",
        lambda box: {"uuid": create_order(box, "DELIVERED", **_PHOTOS)},
        "cdek.photo_document.get({uuid})",
        note=Message(
            "Ответ СДЭК здесь не JSON, а архив: в командной строке ему нужен `--out`, в Python его байты в `answer.content`. "
            "Есть ли фото, узнаёт `НайтиФотоДокументов`; пока их нет, СДЭК отвечает 404.",
            "CDEK returns an archive here, not JSON: on the command line it needs `--out`, in Python its bytes are "
            "`answer.content`. `FindDocumentPhotos` finds out whether there are photos. Until there are, CDEK returns 404.",
        ),
        out="photos.zip",
    ),
)
