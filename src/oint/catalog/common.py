"""Common methods: token, receipts and payments of a day, offices, regions."""

from __future__ import annotations

from oint.catalog.fields import (
    DAY,
    LANGUAGE,
    TOKEN,
    body_parameter,
    drop_empty_fields,
    flag_parameter,
    host_parameter,
    optional_parameter,
)
from oint.catalog.model import Method, Parameter
from oint.i18n import Message

_DAY_RECEIPTS = Message("JSON СДЭК: check_info, чеки за день", "CDEK's JSON: check_info, the receipts of the day")
_OFFICES = Message("JSON СДЭК: массив офисов и постаматов", "CDEK's JSON: an array of offices and parcel lockers")

METHODS = (
    Method(
        Message("ПолучитьТокен", "GetToken"),
        "common",
        Message("Получает токен по идентификатору и паролю аккаунта", "Gets a token for an account and its password"),
        Message(
            "JSON СДЭК: access_token и срок его действия в секундах",
            "CDEK's JSON: access_token and its lifetime in seconds",
        ),
        "POST",
        "/oauth/token",
        (
            Parameter(
                Message("Аккаунт", "Account"),
                "account",
                "a",
                "string",
                Message("Идентификатор клиента (Account)", "The client's identifier (Account)"),
                role="account",
            ),
            Parameter(
                Message("Пароль", "Password"),
                "pass",
                "p",
                "string",
                Message("Пароль клиента (Secure password)", "The client's secret (Secure password)"),
                role="password",
            ),
            host_parameter("t"),
        ),
        "oint.cdek.api.oauth",
        lambda oauth, values: oauth.token(values["account"], values["pass"]),
    ),
    Method(
        Message("ПолучитьЧекиНаДату", "GetCashboxChecksByDate"),
        "common",
        Message("Получает чеки, пробитые за день", "Gets the receipts issued on a day"),
        _DAY_RECEIPTS,
        "GET",
        "/check",
        (TOKEN, DAY, host_parameter()),
        "oint.cdek.api.receipts",
        lambda checks, values: checks.get(date=values["date"]),
        list_field="check_info",
    ),
    Method(
        Message("ПолучитьРеестрыПлатежейНаДату", "GetDeliveryCashRegistry"),
        "common",
        Message(
            "Получает реестры наложенных платежей, выплаченных за день",
            "Gets the registries of cash on delivery paid out on a day",
        ),
        Message("JSON СДЭК: registries, реестры с заказами", "CDEK's JSON: registries with their orders"),
        "GET",
        "/registries",
        (TOKEN, DAY, host_parameter()),
        "oint.cdek.api.registries",
        lambda registries, values: registries.get(values["date"]),
        list_field="registries",
    ),
    Method(
        Message("ПолучитьПереводыПлатежейНаДату", "GetDeliveryCashTransfers"),
        "common",
        Message(
            "Возвращал заказы, по которым за день переведены платежи; СДЭК убрал этот метод (404), используйте реестры платежей",
            "Got the orders whose payments were transferred on a day; CDEK has removed it (404): use the registries",
        ),
        Message("JSON СДЭК: orders, заказы с суммами", "CDEK's JSON: orders with their sums"),
        "GET",
        "/payment",
        (TOKEN, DAY, host_parameter()),
        "oint.cdek.api.payments",
        lambda payments, values: payments.get(values["date"]),
        list_field="orders",
    ),
    Method(
        Message("ПолучитьСписокОфисов", "GetOfficeList"),
        "common",
        Message(
            "Получает действующие офисы и постаматы; без фильтра все",
            "Gets active offices and parcel lockers; without a filter, all of them",
        ),
        _OFFICES,
        "GET",
        "/deliverypoints",
        (
            TOKEN,
            Parameter(
                Message("Фильтр", "Filter"),
                "filter",
                "f",
                "object",
                Message(
                    "Поля отбора: JSON, путь к файлу JSON или его адрес http(s); пустые поля не учитываются",
                    "Fields to select by: JSON, a path to a JSON file or its http(s) address; empty fields are ignored",
                ),
                required=False,
                example="filter.json",
            ),
            host_parameter(),
        ),
        "oint.cdek.api.deliverypoints",
        lambda offices, values: offices.list(drop_empty_fields(values["filter"])),
        list_field="",
    ),
    Method(
        Message("ПолучитьСписокРегионов", "GetRegionsList"),
        "common",
        Message(
            "Получает регионы стран, в которых работает СДЭК", "Gets the regions of the countries that CDEK serves"
        ),
        Message("JSON СДЭК: массив регионов", "CDEK's JSON: an array of regions"),
        "GET",
        "/location/regions",
        (
            TOKEN,
            Parameter(
                Message("Страны", "Countries"),
                "countries",
                "c",
                "array of strings",
                Message(
                    "Коды стран из двух букв; без них все страны",
                    "Country codes of two letters; if absent, all countries",
                ),
                required=False,
                example="['RU','KZ']",
            ),
            optional_parameter(
                Message("Страница", "Page"), "page", "p", "number", Message("Номер страницы, с 0", "Page, from 0")
            ),
            Parameter(Message("Язык", "Lang"), "lang", "l", "string", LANGUAGE, required=False, default="rus"),
            host_parameter(),
        ),
        "oint.cdek.api.location",
        lambda location, values: location.regions(values["countries"] or None, values["page"], lang=values["lang"]),
        list_field="",
    ),
    Method(
        Message("ПолучитьОписаниеФильтраОфисов", "GetOfficeFilterDescription"),
        "common",
        Message(
            "Даёт шаблон фильтра для списка офисов: каждое поле с описанием",
            "Gives a template of the filter for the list of offices: every field described",
        ),
        Message("JSON: поля фильтра", "JSON: the filter's fields"),
        "",
        "",
        (
            flag_parameter(
                Message("Пустая", "Clear"),
                "empty",
                "e",
                Message(
                    "Истина: поля с пустыми значениями, Ложь: с описаниями", "True: empty values, False: descriptions"
                ),
            ),
        ),
        "oint.templates",
        lambda templates, values: templates.offices(empty=values["empty"]),
    ),
    Method(
        Message("ПолучитьОфисыВОбласти", "GetOfficesByPolygons"),
        "common",
        Message(
            "Получает офисы внутри области на карте; параметры СДЭК не описал, они отправляются без изменений",
            "Gets the offices within an area; CDEK has not documented the parameters, so they are sent unchanged",
        ),
        _OFFICES,
        "GET",
        "/deliverypoints/byPolygons",
        (
            TOKEN,
            body_parameter(
                Message("Фильтр", "Filter"),
                "filter",
                "f",
                Message("Параметры, по одному на ключ", "The parameters, one per key"),
            ),
            host_parameter(),
        ),
        "oint.cdek.api.deliverypoints",
        lambda offices, values: offices.by_polygons(drop_empty_fields(values["filter"])),
        list_field="",
    ),
    Method(
        Message("ПроверитьОграничения", "CheckInternationalRestrictions"),
        "common",
        Message(
            "Подсказывает, пройдут ли товары границу и с какими документами",
            "Checks which goods may cross the border, and with which documents",
        ),
        Message("JSON СДЭК: packages, подсказки по каждому товару", "CDEK's JSON: packages, with hints for every item"),
        "POST",
        "/international/package/restrictions",
        (
            TOKEN,
            body_parameter(
                Message("ОписаниеПосылки", "Parcel"),
                "parcel",
                "p",
                Message(
                    "Тариф, откуда, куда и места с товарами", "Tariff, origin, destination, and packages with items"
                ),
            ),
            host_parameter(),
        ),
        "oint.cdek.api.international",
        lambda international, values: international.restrictions(values["parcel"]),
        list_field="packages",
    ),
)
