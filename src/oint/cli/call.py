"""One call of a method: values in, request out, CDEK's answer shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from oint import redaction
from oint.auth import credentials
from oint.cdek.client import Client
from oint.cdek.errors import AuthenticationFailed, CdekError, Rejected
from oint.cdek.wire import Timeouts
from oint.cli import codes, output
from oint.cli.errors import UsageError
from oint.cli.formatting import check_place, read_view
from oint.cli.grammar import check_required
from oint.cli.settings import Settings, read_settings
from oint.i18n import Message
from oint.parsing.values import parse_option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oint.auth.credentials import ResolvedCredentials
    from oint.catalog.model import Method
    from oint.cdek.flow import Trace
    from oint.cdek.models.base import Answer
    from oint.cdek.wire import HttpResponse
    from oint.cli.grammar import Invocation


def run(method: Method, invocation: Invocation) -> int:
    """Carry out a command line.

    Returns:
        the exit code
    Raises:
        UsageError: the command line cannot be carried out; nothing was sent
        CdekError: it failed, and CDEK gave no answer that is worth showing
    """
    _remember(method, invocation.given)
    check_required(method, invocation.given)
    settings = read_settings(invocation.config)
    values = _values(method, invocation.given)
    view = read_view(method, invocation)
    if "test" in invocation.flags:
        from oint.cli.preview import preview  # noqa: PLC0415 - few calls are only shown

        output.print_result(output.pretty(preview(method, values)))
        return codes.OK
    if invocation.out is not None:
        from oint.cli import atomic_write  # noqa: PLC0415 - few calls write a file

        atomic_write.check(invocation.out)
    if method.offline:
        return _write_output(view.text(method.request(values)), invocation.out)
    with _client(method, values, settings, debug="debug" in invocation.flags) as client:
        return _perform(client, method, values, settings, invocation)


def _client(method: Method, values: dict[str, Any], settings: Settings, *, debug: bool) -> Client:
    """Make a client with the credentials in force; a token call gets them as values, and calls without a token."""
    if method.authorized:
        found = report_credentials(credentials.resolve(values.get("token"), test=values["testapi"]), debug=debug)
        holder, test = found.credentials, found.test
    else:
        holder, test = None, _fill_token_credentials(values, debug=debug)
    return Client(holder, test=test, timeouts=_timeouts(settings), trace=trace if debug else None)


def _values(method: Method, given: Mapping[str, str]) -> dict[str, Any]:
    """Read the value of every parameter that is given or has a default; `testapi` is None where it is not given.

    An empty text says nothing, which is no answer to whose order, or at which host: a script's variable is unset.
    """
    values: dict[str, Any] = {}
    for parameter in method.parameters:
        text = given.get(parameter.option, "")
        if text.strip():
            values[parameter.option] = parse_option(parameter, text)
        elif parameter.option in given and (parameter.secret or parameter.type == "boolean"):
            raise _empty(parameter.option)
        elif not parameter.required:
            values[parameter.option] = None if parameter.role == "test" else parameter.default
    return values


def _remember(method: Method, given: Mapping[str, str]) -> None:
    for parameter in method.parameters:
        if parameter.secret:
            redaction.add_secret(given.get(parameter.option))


def _fill_token_credentials(values: dict[str, Any], *, debug: bool) -> bool:
    """Fill a token call's account and password: both as given or both from the saved credentials.

    Returns:
        whether the test host is meant
    """
    absent = {"account", "pass"} - values.keys()
    if len(absent) == 1:
        raise _half(absent.pop())
    if not absent:
        return values["testapi"] is True
    found = report_credentials(credentials.find_account(test=values["testapi"]), debug=debug)
    values["account"], values["pass"] = credentials.account_and_password(found)
    return found.test


def _empty(option: str) -> UsageError:
    return UsageError(
        Message(f"у опции --{option} пустое значение", f"the value of --{option} is empty"),
        Message(
            "Проверьте переменную в сценарии; если опция не нужна, уберите её",
            "Look at the script's variable; leave the option away where it is not meant",
        ),
    )


def _half(absent: str) -> UsageError:
    return UsageError(
        Message(f"не хватает обязательной опции --{absent}", f"the required option --{absent} is missing"),
        Message("Задайте --account и --pass вместе или ни одной из них", "Give --account and --pass both, or neither"),
    )


def report_credentials(found: ResolvedCredentials, *, debug: bool) -> ResolvedCredentials:
    """Mask the credentials from now on, and report what the user should know of them."""
    redaction.add_secret(found.secret)
    if found.warning is not None:
        output.print_status(f"oint: {found.warning}")
    if debug:
        output.print_status(f"{Message('учётные данные', 'credentials')}: {found.source}")
    return found


def _perform(
    client: Client, method: Method, values: Mapping[str, Any], settings: Settings, invocation: Invocation
) -> int:
    try:
        request = method.request(values)
        check_place(request, invocation.out)
        answer = client.call(request)
    except (Rejected, AuthenticationFailed) as error:
        return _report_error(error, settings, debug="debug" in invocation.flags)
    return _show(answer, method, settings, invocation)


def trace(exchange: Trace) -> None:
    """Print an HTTP exchange, as --debug shows it."""
    end = exchange.status if exchange.status is not None else exchange.failure
    output.print_status(f"{exchange.method} {exchange.url} -> {end}, {exchange.seconds:.3f} s")


def _timeouts(settings: Settings) -> Timeouts:
    if settings.timeout is None:
        return Timeouts()
    return Timeouts(connect=min(Timeouts().connect, settings.timeout), read=settings.timeout, total=settings.timeout)


def _show(answer: Answer, method: Method, settings: Settings, invocation: Invocation) -> int:
    """Print CDEK's response, or write it to the file of --out."""
    raw = answer.raw
    if isinstance(raw, bytes):
        return _write_output(raw, invocation.out)
    text = (
        output.pretty(_add_http_fields(answer.http, raw))
        if settings.adv_response
        else read_view(method, invocation).text(raw)
    )
    if method.authorized:
        text = redaction.mask_known_secrets(text)
    return _write_output(text, invocation.out)


def _add_http_fields(http: HttpResponse, body: Any) -> dict[str, Any]:
    """Add status and headers, as `adv_response` asks for them."""
    return {"status": http.status, "headers": dict(http.headers), "body": body}


def _write_output(text: str | bytes, path: str | None) -> int:
    if path is None:
        _print_text(text)
        return codes.OK
    from oint.cli import atomic_write  # noqa: PLC0415 - few calls write a file

    try:
        output.print_result(output.pretty(atomic_write.save(path, text)))
    except OSError as error:
        if isinstance(text, str):
            output.print_result(text)
        output.print_error(
            Message(
                f"запрос выполнен, но файл не записан: {error.strerror}",
                f"the request was done, but the file was not written: {error.strerror}",
            ),
            Message("Ответ СДЭК выведен вместо файла", "CDEK's answer is printed instead")
            if isinstance(text, str)
            else Message("Повторите с другим --out", "Call again with another --out"),
        )
        return codes.INTERNAL_ERROR
    return codes.OK


def _print_text(text: str | bytes) -> None:
    if isinstance(text, str):
        output.print_result(text)
        return
    with output.binary() as sink:
        sink.write(text)


def _report_error(error: CdekError, settings: Settings, *, debug: bool) -> int:
    """Report an error: CDEK's own words to stdout, ours to stderr."""
    try:
        value = msgspec.json.decode(error.body)
    except msgspec.DecodeError:
        raise error from None
    if settings.adv_response and error.http is not None:
        value = _add_http_fields(error.http, value)
    output.print_result(redaction.redact(output.pretty(value)))
    output.print_error(error.text, error.hint)
    if debug:
        output.traceback_of(error)
    return codes.BY_KIND[error.kind]
