"""An operation of CDEK API v2."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cdek_sandbox.core.entities import RefusalAttempt
    from cdek_sandbox.core.request import Request
    from cdek_sandbox.core.responses import Response
    from cdek_sandbox.core.schema import Field
    from cdek_sandbox.core.state import SandboxState


def _never(_state: SandboxState) -> bool:
    return False


class Operation(NamedTuple):
    """An operation of the API: its route, its handler, and the function that records an attempt before it is handled.

    `schema` and `query_parameters` are for the OpenAPI document. `is_removed`: CDEK has removed the operation.
    """

    name: str
    methods: tuple[str, ...]
    path: str
    handler: Callable[[SandboxState, Request], Response]
    needs_token: bool = True
    record_attempt: Callable[[SandboxState, Request], RefusalAttempt | None] | None = None
    schema: Mapping[str, Field] | None = None
    query_parameters: tuple[str, ...] = ()
    is_removed: Callable[[SandboxState], bool] = _never
