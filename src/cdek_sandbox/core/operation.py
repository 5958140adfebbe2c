"""An operation of CDEK API v2."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cdek_sandbox.core.entities import Receipt
    from cdek_sandbox.core.request import Call
    from cdek_sandbox.core.responses import Answer
    from cdek_sandbox.core.schema import Form
    from cdek_sandbox.core.state import World


def _never(_world: World) -> bool:
    return False


class Operation(NamedTuple):
    """An operation of the API: its route, its handler, and who notes that a call of it came in.

    `form` and `query`, what its body and its query string may hold, are for the OpenAPI document. `removed`: CDEK has
    it no longer.
    """

    name: str
    methods: tuple[str, ...]
    path: str
    handler: Callable[[World, Call], Answer]
    needs_token: bool = True
    witness: Callable[[World, Call], Receipt | None] | None = None
    form: Mapping[str, Form] | None = None
    query: tuple[str, ...] = ()
    removed: Callable[[World], bool] = _never
