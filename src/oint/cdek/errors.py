"""What can go wrong between a shop and CDEK, as one tree.

    CdekError
    ├── InvalidArgument      ours, before anything is sent; also a ValueError
    ├── AuthenticationError  no credentials, or CDEK did not take them
    ├── RequestRejected      CDEK said no, with a code of its own; nothing was done
    ├── RateLimited          CDEK said 429; nothing was done
    ├── ServiceUnavailable   CDEK could not be reached, or could not answer a read; nothing was done
    ├── OutcomeUnknown       a change was sent and no usable answer came: it may or may not have been done
    ├── InvalidResponse      a read was answered with something that is no answer of CDEK's API
    └── StillPending         CDEK took a request and has not finished it in the time given

Every error has a sentence, a stable `code`, `safe_to_repeat`, and a `next_step`; `str()` gives the sentence and the
next step in the user's language. None shows a token, a password or personal data. What the server answered is kept as it
came in `http`: it never shows in the text, and goes along where an error is copied or pickled.
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
    "refused": Message("соединение не установлено", "no connection was made"),
    "tls": Message(
        "не удалось проверить сертификат или установить TLS", "TLS failed or the certificate is not trusted"
    ),
    "connect_timeout": Message("время на соединение вышло", "the time to connect ran out"),
    "timeout": Message("время ожидания ответа вышло", "the time to answer ran out"),
    "reset": Message("соединение оборвано", "the connection was broken off"),
    "cut": Message("ответ оборвался на середине", "the answer broke off in the middle"),
    "too_large": Message(
        "ответ слишком велик: больше 64 КБ заголовков или 256 МБ данных",
        "the answer is too large: over 64 KB of headers or 256 MB of data",
    ),
    "no_memory": Message(
        "на чтение ответа не хватило памяти: дайте процессу больше",
        "memory ran out while the answer was read: give the process more",
    ),
    "no_descriptors": Message(
        "у процесса не осталось файловых дескрипторов: поднимите ulimit -n или уменьшите --in-flight",
        "this process has no file descriptors left: raise ulimit -n or lower --in-flight",
    ),
    "status": Message("сервер ответил ошибкой", "the server answered with an error"),
    "foreign": Message("ответ не похож на ответ API СДЭК", "the answer is not one of CDEK's API"),
    "proxy": Message("прокси недоступен или не пропускает", "the proxy cannot be reached, or lets nothing through"),
    "token": Message("другой вызов слишком долго получает токен", "another call takes too long to get a token"),
}

MAX_RETRY_AFTER_SECONDS = 86_400.0
"""Seconds; CDEK cannot mean a longer wait before a call is repeated, and it is not told as a number."""

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
        "CDEK has nothing at this address: no such file (yet), a method that is gone (as GET /v2/payment is), or a wrong "
        "address of the API",
    ),
    "v2_entity_not_found": _NO_SUCH_ORDER,
    "v2_entity_not_found_im_number": _NO_SUCH_ORDER,
    "v2_order_not_found": _NO_SUCH_ORDER,
    "v2_entity_forbidden": _NOT_YOURS,
    "v2_order_forbidden": _NOT_YOURS,
    "v2_entity_invalid": Message(
        "Этот заказ не был создан: посмотрите его ошибки (ПолучитьЗаказ)",
        "This order was never made: see its errors (GetOrder)",
    ),
    "v2_internal_error": Message(
        "Сбой на стороне СДЭК: повторите позже",
        "CDEK has an internal error: repeat later",
    ),
    "v2_similar_request_still_processed": Message(
        "Такой же запрос уже в работе: прочитайте заказ (ПолучитьЗаказ), не отправляя новый",
        "A like request is being processed: read the order (GetOrder) and send no other",
    ),
}
_CORRECT_REQUEST = Message(
    "Исправьте запрос: повтор без изменений даст тот же ответ",
    "Mend the request: repeating it as it is gets the same answer",
)


def find_hint(code: str | None) -> Message:
    """Return what to do after CDEK has rejected a request with this code."""
    return _HINTS.get((code or "").casefold(), _CORRECT_REQUEST)


class ApiError(NamedTuple):
    """One error as CDEK gave it: its `code`, its `message`, and `additional_code` for CDEK's support where there is one."""

    code: str
    message: str
    additional_code: str | None = None


class CdekError(OintError):
    """Root of the tree: catch it to catch everything that this client raises on purpose."""

    def __init__(self, text: Message, hint: Message, *, code: str = "", safe_to_repeat: bool = False) -> None:
        super().__init__(text, hint, code=code)
        self.safe_to_repeat = safe_to_repeat
        self.cause = text
        """The cause alone, for a story that tells by itself what was or was not done."""
        self.http: HttpResponse | None = None

    def with_response(self, http: HttpResponse) -> CdekError:
        """Keep what the server answered, as it came: it may hold personal data, and never shows in the text."""
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
    """An argument that cannot be right; nothing was sent. `field` names it."""

    kind = "bad_argument"

    def __init__(self, field: str, text: Message, hint: Message) -> None:
        super().__init__(text, hint)
        self.field = field


class AuthenticationError(CdekError):
    """No credentials, or CDEK did not take them; nothing was done."""

    kind = "authentication_failed"


class RequestRejected(CdekError):
    """CDEK refused the request and said why; nothing was done.

    `code`, `message` and `additional_code` are those of the first problem, as CDEK gave them; `problems` has all. The text
    has CDEK's words too, without what looks like a secret; they may name the order that was asked for.
    """

    kind = "rejected"

    def __init__(self, problems: tuple[ApiError, ...], request_uuid: str | None = None) -> None:
        first = problems[0]
        said = redact(f"{first.code}: {first.message}")
        super().__init__(
            Message(f"СДЭК отклонил запрос: {said}", f"CDEK said no: {said}"),
            find_hint(first.code),
            code=first.code,
        )
        self.errors = problems
        self.message = first.message
        self.additional_code = first.additional_code
        self.request_uuid = request_uuid

    def has(self, code: str) -> bool:
        """Return whether CDEK gave this code; letter case varies between its documents and its responses."""
        return any(problem.code.casefold() == code.casefold() for problem in self.errors)


class RateLimited(CdekError):
    """CDEK asked to slow down; nothing was done. `retry_after`: seconds, where CDEK named them."""

    kind = "rate_limited"

    def __init__(self, retry_after: float | None) -> None:
        wait = 60.0 if retry_after is None else retry_after
        later = Message(f"Повторите через {wait:.0f} с", f"Repeat in {wait:.0f} s")
        super().__init__(
            Message("СДЭК просит реже присылать запросы (429)", "CDEK asks for fewer requests (429)"),
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
    """CDEK could not be reached, or could not answer a read; nothing was done. `reason` says how it failed.

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
    """A change was sent and no usable answer came: it may or may not have been done. `reason` says how it failed."""

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
    """A read was answered with something that is no answer of CDEK's API (HTML, an empty body, foreign JSON)."""

    kind = "unreadable_answer"

    def __init__(self, detail: str = "") -> None:
        super().__init__(
            _with_cause(Message("Ответ не разобрать", "The answer cannot be read"), "foreign", detail),
            Message(
                "Повторите позже; если не проходит, проверьте адрес и прокси",
                "Repeat later; if it stays, check the address and the proxy",
            ),
            safe_to_repeat=True,
        )


class StillPending(CdekError):
    """CDEK took a request and has not finished it in the time given. `uuid` names what to ask for later."""

    kind = "still_pending"

    def __init__(self, uuid: str, state: str | None) -> None:
        shown = state or "?"
        super().__init__(
            Message(f"СДЭК ещё не закончил: {uuid}, {shown}", f"CDEK has not finished yet: {uuid}, {shown}"),
            Message("Прочитайте его позже по этому UUID", "Read it later by this UUID"),
            safe_to_repeat=False,
        )
        self.uuid = uuid


def _with_cause(sentence: Message, reason: Reason, detail: str) -> Message:
    """Return a message with its cause appended."""
    why = _describe_cause(reason, detail)
    return Message(f"{sentence.ru}: {why.ru}", f"{sentence.en}: {why.en}")


def _describe_cause(reason: Reason, detail: str) -> Message:
    """Return the reason, and a detail that is the same in both languages (an HTTP status, a host)."""
    why = _REASONS[reason]
    tail = f" ({detail})" if detail else ""
    return Message(f"{why.ru}{tail}", f"{why.en}{tail}")
