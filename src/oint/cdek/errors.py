"""Errors of the client, as one tree.

    CdekError
    ├── InvalidArgument      an invalid argument, nothing was sent; also a ValueError
    ├── AuthenticationError  no credentials, or CDEK did not accept them
    ├── RequestRejected      CDEK rejected the request with a code; nothing was done
    ├── RateLimited          CDEK returned 429; nothing was done
    ├── ServiceUnavailable   CDEK is unreachable, or did not respond to a read; nothing was done
    ├── OutcomeUnknown       a change was sent without a usable response: it may or may not have been done
    ├── InvalidResponse      the response to a read is not a response of CDEK's API
    └── StillPending         CDEK accepted a request and has not finished it in time

Every error has a `text`, a stable `code`, `safe_to_repeat`, and a `hint`; `str()` is the text and the hint in the user's
language. No error shows a token, a password or personal data. `http` has the unchanged response of the server: it is not
part of the text, and it is copied and pickled with the error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from oint.errors import OintError
from oint.i18n import Message
from oint.redaction import redact

if TYPE_CHECKING:
    from oint.cdek._http import HttpResponse, Reason

_REASONS: dict[Reason, Message] = {
    "dns": Message("имя сервера не найдено", "the server's name was not found"),
    "refused": Message("соединение не установлено", "the connection was not established"),
    "tls": Message(
        "не удалось проверить сертификат или установить TLS", "TLS failed or the certificate is not trusted"
    ),
    "connect_timeout": Message("истекло время на соединение", "the connection timed out"),
    "timeout": Message("истекло время ожидания ответа", "the response timed out"),
    "reset": Message("соединение оборвано", "the connection was reset"),
    "cut": Message("ответ оборвался на середине", "the response was cut off"),
    "too_large": Message(
        "ответ слишком велик: больше 64 КБ заголовков или 256 МБ данных",
        "the response is too large: over 64 KB of headers or 256 MB of data",
    ),
    "no_memory": Message(
        "на чтение ответа не хватило памяти: выделите процессу больше",
        "memory ran out while the response was read: give the process more",
    ),
    "no_descriptors": Message(
        "у процесса не осталось файловых дескрипторов: поднимите ulimit -n или уменьшите --in-flight",
        "this process has no file descriptors left: raise ulimit -n or lower --in-flight",
    ),
    "status": Message("сервер ответил ошибкой", "the server responded with an error"),
    "foreign": Message("ответ не похож на ответ API СДЭК", "the response is not from CDEK's API"),
    "proxy": Message("прокси недоступен или отказал в соединении", "the proxy is unreachable or refused to connect"),
    "token": Message("другой вызов слишком долго получает токен", "another call takes too long to fetch a token"),
}

MAX_RETRY_AFTER_SECONDS = 86_400.0
"""A longer Retry-After is not shown as a number: CDEK cannot mean it."""

_NO_SUCH_ORDER = Message(
    "Проверьте номер и контур: заказы теста и боевого контура не видят друг друга (--testapi)",
    "Check the number and the host: test and production do not see each other's orders (--testapi)",
)
_NOT_YOURS = Message(
    "Возьмите учётные данные того договора, по которому сделан заказ",
    "Use the credentials of the contract that made the order",
)
_HINTS = {
    "http_404": Message(
        "По этому адресу у СДЭК ничего нет: такого файла (ещё) нет, метод убран (так с GET /v2/payment) или неверен адрес API",
        "CDEK has nothing at this address: the file does not exist (yet), the method was removed (as GET /v2/payment), or "
        "the address of the API is wrong",
    ),
    "v2_entity_not_found": _NO_SUCH_ORDER,
    "v2_entity_not_found_im_number": _NO_SUCH_ORDER,
    "v2_order_not_found": _NO_SUCH_ORDER,
    "v2_entity_forbidden": _NOT_YOURS,
    "v2_order_forbidden": _NOT_YOURS,
    "v2_entity_invalid": Message(
        "Этот заказ не был создан: посмотрите его ошибки (ПолучитьЗаказ)",
        "This order was not created: see its errors (GetOrder)",
    ),
    "v2_internal_error": Message(
        "Сбой на стороне СДЭК: повторите позже",
        "CDEK has an internal error: repeat later",
    ),
    "v2_similar_request_still_processed": Message(
        "Такой же запрос уже в работе: прочитайте заказ (ПолучитьЗаказ), не отправляя новый",
        "The same request is being processed: read the order (GetOrder) and do not send another",
    ),
}
_CORRECT_REQUEST = Message(
    "Исправьте запрос: повтор без изменений даст тот же ответ",
    "Correct the request: repeating it unchanged gets the same response",
)


def find_hint(code: str | None) -> Message:
    """Return what to do after CDEK has rejected a request with this code."""
    return _HINTS.get((code or "").casefold(), _CORRECT_REQUEST)


class ApiError(NamedTuple):
    """One error of CDEK: its `code`, its `message`, and `additional_code` for CDEK's support, if there is one."""

    code: str
    message: str
    additional_code: str | None = None


class CdekError(OintError):
    """Root of the tree: all errors that the client raises on purpose."""

    def __init__(self, text: Message, hint: Message, *, code: str = "", safe_to_repeat: bool = False) -> None:
        super().__init__(text, hint, code=code)
        self.safe_to_repeat = safe_to_repeat
        self.cause = text
        """The cause alone, without what was or was not done."""
        self.http: HttpResponse | None = None

    def with_response(self, http: HttpResponse) -> CdekError:
        """Attach the unchanged response of the server: it may have personal data, and is not part of the text."""
        self.http = http
        return self

    @property
    def status(self) -> int | None:
        """Return the HTTP status of the response, if there was one."""
        return self.http.status if self.http else None

    @property
    def body(self) -> bytes:
        """Return the unchanged body of the response; empty without a response."""
        return self.http.body if self.http else b""


class InvalidArgument(CdekError, ValueError):
    """An invalid argument; nothing was sent. `field` names it."""

    kind = "bad_argument"

    def __init__(self, field: str, text: Message, hint: Message) -> None:
        super().__init__(text, hint)
        self.field = field


class AuthenticationError(CdekError):
    """No credentials, or CDEK did not accept them; nothing was done."""

    kind = "authentication_failed"


class RequestRejected(CdekError):
    """CDEK rejected the request with a reason; nothing was done.

    `code`, `message` and `additional_code` are CDEK's, of the first error; `errors` has all of them. The text
    contains CDEK's message too, without anything that looks like a secret; it may name the order.
    """

    kind = "rejected"

    def __init__(self, errors: tuple[ApiError, ...], request_uuid: str | None = None) -> None:
        first = errors[0]
        reason = redact(f"{first.code}: {first.message}")
        super().__init__(
            Message(f"СДЭК отклонил запрос: {reason}", f"CDEK rejected the request: {reason}"),
            find_hint(first.code),
            code=first.code,
        )
        self.errors = errors
        self.message = first.message
        self.additional_code = first.additional_code
        self.request_uuid = request_uuid

    def has(self, code: str) -> bool:
        """Return whether CDEK gave this code; letter case varies between its documents and its responses."""
        return any(error.code.casefold() == code.casefold() for error in self.errors)


class RateLimited(CdekError):
    """CDEK returned 429; nothing was done. `retry_after`: seconds, if CDEK stated them."""

    kind = "rate_limited"

    def __init__(self, retry_after: float | None) -> None:
        wait = 60.0 if retry_after is None else retry_after
        later = Message(f"Повторите через {wait:.0f} с", f"Repeat in {wait:.0f} s")
        super().__init__(
            Message("СДЭК просит отправлять запросы реже (429)", "CDEK asks for fewer requests (429)"),
            later if 0 <= wait <= MAX_RETRY_AFTER_SECONDS else Message("Повторите позже", "Repeat later"),
            safe_to_repeat=True,
        )
        self.retry_after = retry_after


_CHECK_NETWORK = Message(
    "Проверьте сеть и адрес и повторите: это безопасно",
    "Check the network and the address and repeat: it is safe",
)
_CONNECTION_HINTS: dict[Reason, Message] = {
    "tls": Message(
        "Проверьте адрес и часы. Если TLS проверяет прокси компании, укажите её корневой сертификат в SSL_CERT_FILE; повторить безопасно",
        "Check the address and the clock. If a company's proxy inspects TLS, name its root certificate in SSL_CERT_FILE; "
        "repeating is safe",
    ),
    "proxy": Message(
        "Проверьте HTTPS_PROXY: адрес, логин и пароль прокси; повторить безопасно",
        "Check HTTPS_PROXY: the proxy's address, user and password; repeating is safe",
    ),
}


class ServiceUnavailable(CdekError):
    """CDEK is unreachable, or did not respond to a read; nothing was done. `reason` says why.

    `will_recur`: the same call would fail in the same way (a certificate that is not trusted), so the client does not repeat it.
    """

    kind = "unavailable"

    def __init__(self, reason: Reason, detail: str = "", *, will_recur: bool = False) -> None:
        super().__init__(
            _with_cause(
                Message("СДЭК недоступен, ничего не сделано", "CDEK is unavailable, nothing was done"), reason, detail
            ),
            _CONNECTION_HINTS.get(reason, _CHECK_NETWORK),
            safe_to_repeat=True,
        )
        self.reason = reason
        self.will_recur = will_recur
        self.cause = _describe_cause(reason, detail)


class OutcomeUnknown(CdekError):
    """A change was sent without a usable response: it may or may not have been done. `reason` says why."""

    kind = "outcome_unknown"

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(
            _with_cause(
                Message("Запрос отправлен, но исход неизвестен", "The request was sent, but its outcome is unknown"),
                reason,
                detail,
            ),
            Message(
                "Не повторяйте вслепую: сначала прочитайте заказ и посмотрите, есть ли там этот запрос",
                "Do not repeat blindly: first read the order and see whether the request is there",
            ),
        )
        self.reason = reason
        self.cause = _describe_cause(reason, detail)


class InvalidResponse(CdekError):
    """The response to a read is not a response of CDEK's API (HTML, an empty body, other JSON)."""

    kind = "unreadable_answer"

    def __init__(self, detail: str = "") -> None:
        super().__init__(
            _with_cause(Message("Не удалось разобрать ответ", "The response cannot be parsed"), "foreign", detail),
            Message(
                "Повторите позже; если ошибка останется, проверьте адрес и прокси",
                "Repeat later; if the error persists, check the address and the proxy",
            ),
            safe_to_repeat=True,
        )


class StillPending(CdekError):
    """CDEK accepted a request and has not finished it in time. `uuid` is the entity to read later."""

    kind = "still_pending"

    def __init__(self, uuid: str, state: str | None) -> None:
        shown_state = state or "?"
        super().__init__(
            Message(
                f"СДЭК ещё не закончил: {uuid}, {shown_state}", f"CDEK has not finished yet: {uuid}, {shown_state}"
            ),
            Message("Прочитайте его позже по этому UUID", "Read it later by this UUID"),
            safe_to_repeat=False,
        )
        self.uuid = uuid


def _with_cause(message: Message, reason: Reason, detail: str) -> Message:
    """Return a message with its cause appended."""
    cause = _describe_cause(reason, detail)
    return Message(f"{message.ru}: {cause.ru}", f"{message.en}: {cause.en}")


def _describe_cause(reason: Reason, detail: str) -> Message:
    """Return the reason, and a detail that is the same in both languages (an HTTP status, a host)."""
    cause = _REASONS[reason]
    suffix = f" ({detail})" if detail else ""
    return Message(f"{cause.ru}{suffix}", f"{cause.en}{suffix}")
