"""Common methods: tokens, receipts and payments of a day, offices, regions."""

from __future__ import annotations

from oint.catalog.fields import DAY, LANGUAGE, TOKEN, body, filled, flag, optional, which_host
from oint.catalog.model import Method, Parameter
from oint.i18n import Text

_DAY_RECEIPTS = Text("JSON СДЭК: check_info, чеки за день", "CDEK's JSON: check_info, the receipts of the day")
_OFFICES = Text("JSON СДЭК: массив офисов и постаматов", "CDEK's JSON: an array of offices and parcel lockers")

METHODS = (
    Method(
        Text("ПолучитьТокен", "GetToken"),
        "common",
        Text("Получает токен по идентификатору и паролю аккаунта", "Gets a token for an account and its password"),
        Text(
            "JSON СДЭК: access_token и срок его жизни в секундах", "CDEK's JSON: access_token and its life in seconds"
        ),
        "POST",
        "/oauth/token",
        (
            Parameter(
                Text("Аккаунт", "Account"),
                "account",
                "a",
                "string",
                Text("Идентификатор клиента (Account)", "The client's identifier (Account)"),
                role="account",
            ),
            Parameter(
                Text("Пароль", "Password"),
                "pass",
                "p",
                "string",
                Text("Пароль клиента (Secure password)", "The client's secret (Secure password)"),
                role="password",
            ),
            which_host("t"),
        ),
        "oint.cdek.operations.oauth",
        lambda oauth, values: oauth.token(values["account"], values["pass"]),
    ),
    Method(
        Text("ПолучитьЧекиНаДату", "GetCashboxChecksByDate"),
        "common",
        Text("Получает чеки, пробитые за день", "Gets the receipts issued on a day"),
        _DAY_RECEIPTS,
        "GET",
        "/check",
        (TOKEN, DAY, which_host()),
        "oint.cdek.operations.checks",
        lambda checks, values: checks.get(date=values["date"]),
        listed="check_info",
    ),
    Method(
        Text("ПолучитьРеестрыПлатежейНаДату", "GetDeliveryCashRegistry"),
        "common",
        Text(
            "Получает реестры наложенных платежей, выплаченных за день",
            "Gets the registries of cash on delivery paid out on a day",
        ),
        Text("JSON СДЭК: registries, реестры с заказами", "CDEK's JSON: registries with their orders"),
        "GET",
        "/registries",
        (TOKEN, DAY, which_host()),
        "oint.cdek.operations.registries",
        lambda registries, values: registries.get(values["date"]),
        listed="registries",
    ),
    Method(
        Text("ПолучитьПереводыПлатежейНаДату", "GetDeliveryCashTransfers"),
        "common",
        Text(
            "Возвращал заказы, по которым за день переведены платежи; СДЭК убрал этот метод (404), есть реестры платежей",
            "Got the orders whose money was transferred on a day; CDEK has removed it and answers 404: use the registries",
        ),
        Text("JSON СДЭК: orders, заказы с суммами", "CDEK's JSON: orders with their sums"),
        "GET",
        "/payment",
        (TOKEN, DAY, which_host()),
        "oint.cdek.operations.payments",
        lambda payments, values: payments.get(values["date"]),
        listed="orders",
    ),
    Method(
        Text("ПолучитьСписокОфисов", "GetOfficeList"),
        "common",
        Text(
            "Получает действующие офисы и постаматы; без фильтра все",
            "Gets the active offices and parcel lockers; all of them without a filter",
        ),
        _OFFICES,
        "GET",
        "/deliverypoints",
        (
            TOKEN,
            Parameter(
                Text("Фильтр", "Filter"),
                "filter",
                "f",
                "object",
                Text(
                    "Поля отбора: JSON, путь к файлу JSON или его адрес http(s); пустые поля не в счёт",
                    "Fields to select by: JSON, a path to a JSON file or its http(s) address; empty ones do not count",
                ),
                required=False,
                example="filter.json",
            ),
            which_host(),
        ),
        "oint.cdek.operations.deliverypoints",
        lambda offices, values: offices.list(filled(values["filter"])),
        listed="",
    ),
    Method(
        Text("ПолучитьСписокРегионов", "GetRegionsList"),
        "common",
        Text("Получает регионы стран, в которых работает СДЭК", "Gets the regions of the countries that CDEK serves"),
        Text("JSON СДЭК: массив регионов", "CDEK's JSON: an array of regions"),
        "GET",
        "/location/regions",
        (
            TOKEN,
            Parameter(
                Text("Страны", "Countries"),
                "countries",
                "c",
                "array of strings",
                Text("Коды стран из двух букв; без них все страны", "Country codes of two letters; all without them"),
                required=False,
                example="['RU','KZ']",
            ),
            optional(Text("Страница", "Page"), "page", "p", "number", Text("Номер страницы, с 0", "Page, from 0")),
            Parameter(Text("Язык", "Lang"), "lang", "l", "string", LANGUAGE, required=False, default="rus"),
            which_host(),
        ),
        "oint.cdek.operations.location",
        lambda location, values: location.regions(values["countries"] or None, values["page"], lang=values["lang"]),
        listed="",
    ),
    Method(
        Text("ПолучитьОписаниеФильтраОфисов", "GetOfficeFilterDescription"),
        "common",
        Text(
            "Даёт шаблон фильтра для списка офисов: каждое поле с описанием",
            "Gives a template of the filter for the list of offices: every field described",
        ),
        Text("JSON: поля фильтра", "JSON: the filter's fields"),
        "",
        "",
        (
            flag(
                Text("Пустая", "Clear"),
                "empty",
                "e",
                Text(
                    "Истина: поля с пустыми значениями, Ложь: с описаниями", "True: empty values, False: descriptions"
                ),
            ),
        ),
        "oint.templates",
        lambda templates, values: templates.offices(empty=values["empty"]),
    ),
    Method(
        Text("ПолучитьОфисыВОбласти", "GetOfficesByPolygons"),
        "common",
        Text(
            "Получает офисы внутри области на карте; параметров СДЭК не описал, они уходят как есть",
            "Gets the offices within an area; CDEK has not described what it takes, so that goes out as it is",
        ),
        _OFFICES,
        "GET",
        "/deliverypoints/byPolygons",
        (
            TOKEN,
            body(
                Text("Фильтр", "Filter"),
                "filter",
                "f",
                Text("Параметры, по одному на ключ", "The parameters, one a key"),
            ),
            which_host(),
        ),
        "oint.cdek.operations.deliverypoints",
        lambda offices, values: offices.by_polygons(filled(values["filter"])),
        listed="",
    ),
    Method(
        Text("ПроверитьОграничения", "CheckInternationalRestrictions"),
        "common",
        Text(
            "Подсказывает, пройдут ли товары границу и с какими документами",
            "Tells which goods may cross the border, and with what documents",
        ),
        Text("JSON СДЭК: packages, подсказки по каждому товару", "CDEK's JSON: packages, with hints for every item"),
        "POST",
        "/international/package/restrictions",
        (
            TOKEN,
            body(
                Text("ОписаниеПосылки", "Parcel"),
                "parcel",
                "p",
                Text("Тариф, откуда, куда и места с товарами", "The tariff, the two ends, and the packages with items"),
            ),
            which_host(),
        ),
        "oint.cdek.operations.international",
        lambda international, values: international.restrictions(values["parcel"]),
        listed="packages",
    ),
)
