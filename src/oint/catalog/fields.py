"""Parameters that several methods share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oint.catalog.model import Parameter
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

UUID = "72753033-a2e0-43e3-95e5-57c4c2e9bf4a"

TOKEN = Parameter(
    Message("Токен", "Token"),
    "token",
    "t",
    "string",
    Message(
        "Токен доступа; если не задан, берётся из учётных данных", "Access token; if absent, taken from the credentials"
    ),
    role="token",
)


def host_parameter(short: str = "s") -> Parameter:
    """Make the parameter that chooses the host; its short option differs between methods."""
    return Parameter(
        Message("ТестовыйAPI", "TestAPI"),
        "testapi",
        short,
        "boolean",
        Message("Истина: тестовый контур СДЭК, Ложь: боевой", "True: CDEK's test host, False: the production one"),
        required=False,
        default=False,
        role="test",
        example="true",
    )


def uuid_parameter(entity: Message) -> Parameter:
    """Make the parameter of an entity's UUID; the Russian name of the entity is in the genitive."""
    return Parameter(
        Message("UUID", "UUID"),
        "uuid",
        "u",
        "string",
        Message(f"UUID {entity.ru}", f"UUID of the {entity.en}"),
        example=UUID,
    )


ORDER_UUID = Parameter(
    Message("UUID", "UUID"),
    "uuid",
    "u",
    "string",
    Message("UUID заказа в системе СДЭК", "The order's UUID in CDEK's system"),
    example=UUID,
)

ORDER_UUIDS = Parameter(
    Message("UUIDs", "UUIDs"),
    "uuids",
    "u",
    "string or array of strings",
    Message(
        "UUID заказа или массив UUID; годятся и номера СДЭК",
        "The order's UUID, or an array of them; CDEK numbers are accepted too",
    ),
    example=UUID,
)

DAY = Parameter(
    Message("Дата", "Date"),
    "date",
    "d",
    "date",
    Message("День в формате ISO 8601", "The day, ISO 8601"),
    example="2026-08-31",
)

GET_FILE = Parameter(
    Message("ПолучитьФайл", "GetFile"),
    "getfile",
    "g",
    "boolean",
    Message(
        "Истина: сам PDF (с опцией --out), Ложь: ответ СДЭК со ссылкой на него",
        "True: the PDF itself (with --out), False: CDEK's response with a link to it",
    ),
    required=False,
    default=False,
)

LANGUAGE = Message("Язык ответа: rus, eng или zho", "Language of the response: rus, eng or zho")

QUEUED = Message(
    "JSON СДЭК: uuid и запрос в состоянии ACCEPTED, то есть в очереди; результат виден при чтении",
    "CDEK's JSON: the uuid and a request in the state ACCEPTED, which means queued; read the entity for the result",
)


def body_parameter(name: Message, option: str, short: str, description: Message) -> Parameter:
    """Make the parameter of an object that is sent to CDEK unchanged."""
    help_text = Message(
        f"{description.ru}: JSON, путь к файлу JSON или его адрес http(s)",
        f"{description.en}: JSON, a path to a JSON file or its http(s) address",
    )
    return Parameter(name, option, short, "object", help_text, example=f"{option}.json")


def flag_parameter(name: Message, option: str, short: str, description: Message) -> Parameter:
    """Make a boolean parameter that is False by default."""
    return Parameter(name, option, short, "boolean", description, required=False, default=False)


def optional_parameter(name: Message, option: str, short: str, type: Any, description: Message) -> Parameter:  # noqa: A002 - the field's name
    """Make a parameter that is not sent where it is absent."""
    return Parameter(name, option, short, type, description, required=False)


def drop_empty_fields(filter: Mapping[str, Any] | None) -> dict[str, Any]:  # noqa: A002 - CDEK's own word
    """Return a filter without its empty fields, which a partly filled template has."""
    return {name: value for name, value in (filter or {}).items() if value not in ("", None)}
