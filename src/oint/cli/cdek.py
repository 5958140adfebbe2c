"""`oint cdek METHOD …`: the command line is resolved once into a call, and the call is executed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from oint import redaction
from oint.auth import credentials
from oint.cdek._http import Timeouts
from oint.cdek.client import Client
from oint.cdek.errors import AuthenticationError, CdekError, RequestRejected
from oint.cli import codes, output
from oint.cli.formatting import View, check_output_path, read_view
from oint.cli.reporting import report_credentials, report_exchange
from oint.cli.settings import Settings, read_settings
from oint.cli.usage_error import UsageError
from oint.i18n import Message
from oint.parsing.values import parse_option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oint.catalog.model import Method
    from oint.cdek._http import HttpRequest, HttpResponse
    from oint.cdek.api._request import Request
    from oint.cdek.api._response import ApiResponse
    from oint.cdek.auth import Account, StaticToken
    from oint.cli.grammar import Invocation


class CallOutput(NamedTuple):
    """Where a result goes and in which form.

    Args:
        view: its form
        path: the file of --out; None: stdout
        with_http: with the HTTP status and headers (`adv_response`)
    """

    view: View
    path: str | None
    with_http: bool


class ResolvedCall(NamedTuple):
    """A command line, ready to be executed.

    Args:
        request: what is sent
        credentials: whose call it is; None: the request obtains a token with the account that it names
        test: CDEK's test host
        timeouts: of the connection, in seconds
        output: where the result goes
        debug: report each HTTP exchange
    """

    request: Request[Any]
    credentials: StaticToken | Account | None
    test: bool
    timeouts: Timeouts
    output: CallOutput
    debug: bool


def run(method: Method, invocation: Invocation) -> int:
    """Execute a command line.

    Returns:
        the exit code
    Raises:
        UsageError: the command line cannot be carried out; nothing was sent
        CdekError: it failed, and CDEK gave no response worth showing
    """
    for parameter in method.parameters:
        if parameter.secret:
            redaction.add_secret(invocation.values.get(parameter.option))
    check_required(method, invocation.values)
    settings = read_settings(invocation.config)
    values = _read_values(method, invocation.values)
    target = CallOutput(read_view(method, invocation), invocation.out, settings.adv_response)
    if "test" in invocation.flags:
        output.print_result(output.pretty(_describe(method, values)))
        return codes.OK
    if target.path is not None:
        from oint.cli import atomic_write  # noqa: PLC0415 - few calls write a file

        atomic_write.check(target.path)
    if method.offline:
        return _write_output(target.view.text(method.request(values)), target.path)
    return _execute(_resolve(method, values, settings, target, debug="debug" in invocation.flags))


def _resolve(
    method: Method, values: dict[str, Any], settings: Settings, target: CallOutput, *, debug: bool
) -> ResolvedCall:
    """Resolve the credentials and build the request; a token call gets its account as values, and needs no token.

    Raises:
        UsageError: the response cannot go where it is meant to
        CdekError: there are no credentials, or a value is wrong; nothing was sent
    """
    holder: StaticToken | Account | None = None
    if method.needs_token:
        resolved = report_credentials(credentials.resolve(values.get("token"), test=values["testapi"]), debug=debug)
        holder, test = resolved.credentials, resolved.test
    else:
        test = _fill_token_credentials(values, debug=debug)
    request = method.request(values)
    check_output_path(request, target.path)
    return ResolvedCall(request, holder, test, _build_timeouts(settings), target, debug)


def _execute(call: ResolvedCall) -> int:
    """Send the request once and show CDEK's response.

    Raises:
        CdekError: it failed, and CDEK gave no response worth showing
    """
    trace = report_exchange if call.debug else None
    with Client(call.credentials, test=call.test, timeouts=call.timeouts, trace=trace) as client:
        try:
            answer = client.call(call.request)
        except (RequestRejected, AuthenticationError) as error:
            return _report_error(error, with_http=call.output.with_http, debug=call.debug)
    return _show(answer, call)


def check_required(method: Method, values: Mapping[str, str]) -> None:
    """Raise for the required parameters that neither the command line nor the credentials provide."""
    absent = [
        parameter
        for parameter in method.parameters
        if parameter.required and not parameter.from_credentials and not values.get(parameter.option, "").strip()
    ]
    if absent:
        names = ", ".join(f"--{parameter.option}" for parameter in absent)
        raise UsageError(
            Message(f"не хватает обязательных опций: {names}", f"required options are missing: {names}"),
            Message(
                f"Опции метода: oint cdek {method.name.ru} --help",
                f"The method's options: oint cdek {method.name.en} --help",
            ),
        )


def _read_values(method: Method, texts: Mapping[str, str]) -> dict[str, Any]:
    """Read the value of every parameter that is given or has a default; `testapi` is None where it is not given.

    An empty text does not say whose order is meant, or at which host: a script's variable is unset.
    """
    values: dict[str, Any] = {}
    for parameter in method.parameters:
        text = texts.get(parameter.option, "")
        if text.strip():
            values[parameter.option] = parse_option(parameter, text)
        elif parameter.option in texts and (parameter.secret or parameter.type == "boolean"):
            raise _empty_value_error(parameter.option)
        elif not parameter.required:
            values[parameter.option] = None if parameter.role == "test" else parameter.default
    return values


def _fill_token_credentials(values: dict[str, Any], *, debug: bool) -> bool:
    """Fill a token call's account and password: both as given or both from the saved credentials.

    Returns:
        whether the test host is meant
    """
    absent = {"account", "pass"} - values.keys()
    if len(absent) == 1:
        raise _half_pair_error(absent.pop())
    if not absent:
        return values["testapi"] is True
    resolved = report_credentials(credentials.find_account(test=values["testapi"]), debug=debug)
    values["account"], values["pass"] = credentials.account_and_password(resolved)
    return resolved.test


def _empty_value_error(option: str) -> UsageError:
    return UsageError(
        Message(f"у опции --{option} пустое значение", f"the value of --{option} is empty"),
        Message(
            "Проверьте переменную в сценарии; если опция не нужна, уберите её",
            "Check the script's variable; omit the option where it is not meant",
        ),
    )


def _half_pair_error(absent: str) -> UsageError:
    return UsageError(
        Message(f"не хватает обязательной опции --{absent}", f"the required option --{absent} is missing"),
        Message("Задайте --account и --pass вместе или ни одной из них", "Give --account and --pass both, or neither"),
    )


def _build_timeouts(settings: Settings) -> Timeouts:
    if settings.timeout is None:
        return Timeouts()
    return Timeouts(connect=min(Timeouts().connect, settings.timeout), read=settings.timeout, total=settings.timeout)


def _show(answer: ApiResponse, call: ResolvedCall) -> int:
    """Print CDEK's response, or write it to the file of --out."""
    raw, target = answer.raw, call.output
    if isinstance(raw, bytes):
        return _write_output(raw, target.path)
    text = output.pretty(_add_http_fields(answer.http, raw)) if target.with_http else target.view.text(raw)
    return _write_output(redaction.mask_known_secrets(text) if call.request.authorized else text, target.path)


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


def _report_error(error: CdekError, *, with_http: bool, debug: bool) -> int:
    """Report an error: CDEK's own words to stdout, ours to stderr."""
    try:
        value = msgspec.json.decode(error.body)
    except msgspec.DecodeError:
        raise error from None
    if with_http and error.http is not None:
        value = _add_http_fields(error.http, value)
    output.print_result(redaction.redact(output.pretty(value)))
    output.print_error(error.text, error.hint)
    if debug:
        output.traceback_of(error)
    return codes.BY_KIND[error.kind]


def _describe(method: Method, values: Mapping[str, Any]) -> dict[str, Any]:
    """Describe the request that --test shows instead of sending it, without any secret."""
    from oint.cdek._protocol import build_request  # noqa: PLC0415 - the same
    from oint.cdek._urls import resolve_base_url  # noqa: PLC0415 - few calls are only shown

    if method.offline:
        return {"note": method.call}
    request = method.request({"token": "", "account": redaction.HIDDEN, "pass": redaction.HIDDEN} | dict(values))
    test: bool | None = values["testapi"]
    if test is None:
        test = not values.get("token") and credentials.test_by_default()
    rendered = build_request(request, resolve_base_url(test=test), redaction.HIDDEN if request.authorized else None)
    fields = {
        "method": rendered.method,
        "url": rendered.url,
        "headers": rendered.headers,
        "body": _describe_body(request, rendered),
    }
    return {name: value for name, value in fields.items() if value is not None}


def _describe_body(request: Request[Any], rendered: HttpRequest) -> Any:
    """Return the body as an object, whether it is JSON or a form."""
    if rendered.body is None:
        return None
    if request.secret:
        from urllib.parse import parse_qsl  # noqa: PLC0415 - few calls are only shown

        return dict(parse_qsl(rendered.body.decode())) | {"client_secret": redaction.HIDDEN}
    return msgspec.json.decode(rendered.body)
