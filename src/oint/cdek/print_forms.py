"""Print forms from the request to the file, as a flow for both kinds of client.

from oint.cdek.api import print_forms
from oint.cdek.print_forms import print_form

print_form(client, print_forms.create_waybill(uuid), out="waybill.pdf")
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from oint.cdek._engine import Sleep, call
from oint.cdek.api import print_forms
from oint.cdek.api._common import Accepted, RequestState
from oint.cdek.api.print_forms import FormStatus, PrintFormResponse
from oint.cdek.errors import (
    ApiError,
    CdekError,
    InvalidResponse,
    RateLimited,
    RequestRejected,
    ServiceUnavailable,
    StillPending,
)

if TYPE_CHECKING:
    import os
    from collections.abc import Coroutine

    from oint.cdek._engine import CallContext, Flow
    from oint.cdek.api._request import Request
    from oint.cdek.api._response import Pdf
    from oint.cdek.client import AsyncClient, Client

    Form = Request[Accepted] | Request[PrintFormResponse]
    Out = str | os.PathLike[str] | None

FIRST_DELAY_SECONDS, DELAY_FACTOR, MAX_DELAY_SECONDS = 1.0, 1.5, 5.0  # between two reads; a form is mostly ready in one
_TEMPORARY_ERRORS = (RateLimited, ServiceUnavailable, InvalidResponse)


@overload
def print_form(client: Client, form: Form, *, wait: float = 60.0, out: Out = None) -> Pdf: ...
@overload
def print_form(
    client: AsyncClient, form: Form, *, wait: float = 60.0, out: Out = None
) -> Coroutine[None, None, Pdf]: ...
def print_form(
    client: Client | AsyncClient, form: Form, *, wait: float = 60.0, out: Out = None
) -> Pdf | Coroutine[None, None, Pdf]:
    """Request a form, wait until it is ready, and download its file (POST print/..., GET print/..., GET print/....pdf).

    Args:
        client: a `Client`, or an `AsyncClient`: then the result must be awaited
        form: `create_waybill(...)` or `create_barcode(...)` of `oint.cdek.api.print_forms`; `waybill(uuid)` or
            `barcode(uuid)` for a form that was requested before
        wait: maximum seconds until the form is ready
        out: path to save the file to; an existing file is overwritten
    Returns:
        the file: `.content` has its bytes
    Raises:
        RequestRejected: CDEK rejected the request, could not make the form, or the file has expired
        StillPending: the form is not ready in time; `uuid` identifies it
        CdekError: see `oint.cdek.errors`
        OSError: the file cannot be written
    """
    return client.run(_print(client.context, form, wait, out))


def _print(context: CallContext, form: Form, wait: float, out: Out) -> Flow[Pdf]:
    deadline = context.clock() + wait
    labels = form.path.startswith("/print/barcodes")
    if form.response_type is PrintFormResponse:
        uuid, pause = form.path.rpartition("/")[2], 0.0
    else:
        uuid, pause = (yield from _request_form(context, form)), FIRST_DELAY_SECONDS
    reading, file = (
        (print_forms.barcode(uuid), print_forms.barcode_pdf(uuid))
        if labels
        else (print_forms.waybill(uuid), print_forms.waybill_pdf(uuid))
    )
    yield from _wait_until_ready(context, reading, uuid, pause, deadline)
    pdf = yield from call(context, file)
    if out is not None:
        Path(out).write_bytes(pdf.content)
    return pdf


def _request_form(context: CallContext, form: Request[Any]) -> Flow[str]:
    accepted: Accepted = yield from call(context, form)
    return accepted.uuid or ""


def _wait_until_ready(
    context: CallContext, reading: Request[PrintFormResponse], uuid: str, pause: float, deadline: float
) -> Flow[None]:
    """Read the form until it is ready; temporary errors, and a form that CDEK does not show yet, are waited out."""
    last: CdekError = StillPending(uuid, None)
    while True:
        if pause and (remaining := deadline - context.clock()) > 0:
            yield Sleep(min(pause, remaining))
        try:
            response = yield from call(context, reading)
        except _TEMPORARY_ERRORS as error:
            last = error
        except RequestRejected as error:
            if not error.has("v2_entity_not_found"):
                raise
            last = error
        else:
            if _is_ready(response):
                return
            last = StillPending(uuid, response.form.status.code if response.form.status else None)
        if context.clock() >= deadline:
            raise last
        pause = min(max(pause * DELAY_FACTOR, FIRST_DELAY_SECONDS), MAX_DELAY_SECONDS)


def _is_ready(response: PrintFormResponse) -> bool:
    """Return whether the file is ready.

    Raises:
        RequestRejected: CDEK could not make the file, or has removed it
    """
    status = response.form.status
    entry = response.find_entry("CREATE")
    if entry is not None and entry.state == RequestState.INVALID and entry.errors:
        errors = (ApiError(row.code or "", row.message or "", row.additional_code) for row in entry.errors)
        raise RequestRejected(tuple(errors), entry.request_uuid)
    if status is not None and status.code in {FormStatus.INVALID, FormStatus.REMOVED}:
        raise RequestRejected((ApiError(status.code, status.name or status.code),))
    return status is not None and status.code == FormStatus.READY
