"""Methods for documents of orders: waybills, labels, prealerts, photos."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from oint.catalog.fields import (
    GET_FILE,
    ORDER_UUID,
    ORDER_UUIDS,
    QUEUED,
    TOKEN,
    body_parameter,
    host_parameter,
    uuid_parameter,
)
from oint.catalog.model import Method, Parameter
from oint.i18n import Message

if TYPE_CHECKING:
    from datetime import date

_PRINTING = "oint.cdek.api.print_forms"
_FORM = Message("JSON СДЭК со ссылкой на файл в entity.url, или сам PDF", "CDEK's JSON with a link, or the PDF itself")
_COPIES = Message("Число копий на листе", "Copies on a sheet")


def _to_datetime(day: date) -> Any:
    """Return a datetime with a zone: the local one where none is given (our choice), midnight for a date."""
    when = day if isinstance(day, datetime) else datetime.combine(day, time.min)
    return when if when.tzinfo else when.astimezone()


METHODS = (
    Method(
        Message("СформироватьКвитанцию", "CreateReceipt"),
        "orders",
        Message("Заказывает квитанцию (накладную) к заказам", "Requests a waybill for orders"),
        QUEUED,
        "POST",
        "/print/orders",
        (
            TOKEN,
            ORDER_UUIDS,
            Parameter(
                Message("Тип", "Type"),
                "type",
                "p",
                "string",
                Message(
                    "Форма: tpl_russia, tpl_english, tpl_china и другие", "The form: tpl_russia, tpl_english, and so on"
                ),
                required=False,
                default="tpl_russia",
            ),
            Parameter(Message("Копии", "Count"), "count", "c", "number", _COPIES, required=False, default=2),
            host_parameter(),
        ),
        _PRINTING,
        lambda printing, values: printing.create_waybill(values["uuids"], values["type"], values["count"]),
        "write",
    ),
    Method(
        Message("ПолучитьКвитанцию", "GetReceipt"),
        "orders",
        Message("Получает готовую квитанцию или её состояние", "Gets a waybill, or its state until it is ready"),
        _FORM,
        "GET",
        "/print/orders/{uuid}",
        (TOKEN, uuid_parameter(Message("квитанции", "waybill")), GET_FILE, host_parameter()),
        _PRINTING,
        lambda printing, values: (printing.waybill_pdf if values["getfile"] else printing.waybill)(values["uuid"]),
    ),
    Method(
        Message("СформироватьШтрихкод", "CreateBarcode"),
        "orders",
        Message("Заказывает штрихкоды мест к заказам", "Requests barcode labels for orders"),
        QUEUED,
        "POST",
        "/print/barcodes",
        (
            TOKEN,
            ORDER_UUIDS,
            Parameter(Message("Копии", "Count"), "count", "c", "number", _COPIES, required=False, default=1),
            Parameter(
                Message("Формат", "Format"),
                "format",
                "f",
                "string",
                Message("Формат листа: A4, A5, A6 или A7", "Paper size: A4, A5, A6 or A7"),
                required=False,
                default="A4",
            ),
            Parameter(
                Message("Язык", "Lang"),
                "lang",
                "l",
                "string",
                Message("Язык формы: RUS или ENG", "Language of the form: RUS or ENG"),
                required=False,
                default="RUS",
            ),
            host_parameter(),
        ),
        _PRINTING,
        lambda printing, values: printing.create_barcode(
            values["uuids"], values["count"], values["format"], values["lang"]
        ),
        "write",
    ),
    Method(
        Message("ПолучитьШтрихкод", "GetBarcode"),
        "orders",
        Message("Получает готовые штрихкоды или их состояние", "Gets labels, or their state until they are ready"),
        _FORM,
        "GET",
        "/print/barcodes/{uuid}",
        (TOKEN, uuid_parameter(Message("штрихкода", "label")), GET_FILE, host_parameter()),
        _PRINTING,
        lambda printing, values: (printing.barcode_pdf if values["getfile"] else printing.barcode)(values["uuid"]),
    ),
    Method(
        Message("СоздатьПреалерт", "CreatePrealert"),
        "orders",
        Message("Предупреждает офис о передаче заказов", "Announces orders to the office that will receive them"),
        QUEUED,
        "POST",
        "/prealert",
        (
            TOKEN,
            ORDER_UUIDS,
            Parameter(
                Message("ДатаПередачи", "TransferDate"),
                "date",
                "d",
                "date",
                Message(
                    "Когда привезут, ISO 8601; без пояса: время этого компьютера",
                    "When they are handed over, ISO 8601; without a zone: local time",
                ),
                example="2026-08-31T10:00:00+03:00",
            ),
            Parameter(
                Message("ПунктПередачи", "TransferPoint"),
                "point",
                "p",
                "string",
                Message("Код офиса СДЭК", "Code of a CDEK office"),
                example="NSK27",
            ),
            host_parameter(),
        ),
        "oint.cdek.api.prealerts",
        lambda prealert, values: prealert.create(values["uuids"], _to_datetime(values["date"]), values["point"]),
        "write",
    ),
    Method(
        Message("ПолучитьПреалерт", "GetPrealert"),
        "orders",
        Message("Получает преалерт", "Gets a prealert"),
        Message("JSON СДЭК: преалерт и запросы к нему", "CDEK's JSON: the prealert and the history of its requests"),
        "GET",
        "/prealert/{uuid}",
        (TOKEN, uuid_parameter(Message("преалерта", "prealert")), host_parameter()),
        "oint.cdek.api.prealerts",
        lambda prealert, values: prealert.get(values["uuid"]),
    ),
    Method(
        Message("НайтиФотоДокументов", "FindDocumentPhotos"),
        "orders",
        Message("Находит заказы, по которым готовы фото документов", "Finds orders whose document photos are ready"),
        Message("JSON СДЭК: orders, заказы со ссылками", "CDEK's JSON: orders with their links"),
        "POST",
        "/photoDocument",
        (
            TOKEN,
            body_parameter(
                Message("Запрос", "Request"),
                "request",
                "r",
                Message("Заказы (orders) или период", "The orders, or a period"),
            ),
            host_parameter(),
        ),
        "oint.cdek.api.photos",
        lambda photos, values: photos.create(values["request"]),
        list_field="orders",
    ),
    Method(
        Message("ПолучитьФотоДокументов", "GetDocumentPhotos"),
        "orders",
        Message("Получает архив с фото документов заказа", "Gets an archive of an order's document photos"),
        Message("архив zip; с опцией --out", "a zip archive; with --out"),
        "GET",
        "/photoDocument/{uuid}",
        (TOKEN, ORDER_UUID, host_parameter()),
        "oint.cdek.api.photos",
        lambda photos, values: photos.get(values["uuid"]),
    ),
)
