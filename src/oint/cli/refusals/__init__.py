"""`oint refusals`: refusals taken to CDEK's verdict, one command a module."""

from __future__ import annotations

from oint.cli.lazy import LazyGroup
from oint.i18n import Message

_GROUP = Message("отказы от заказов, доведённые до решения СДЭК", "refusals of orders, followed to CDEK's verdict")

group = LazyGroup(
    "refusals",
    help=str(_GROUP),
    package="oint.cli.refusals",
    names=(
        "register",
        "run",
        "plan",
        "preview",
        "approve",
        "cancel",
        "resume",
        "retry",
        "status",
        "list",
        "show",
        "report",
        "listen",
        "ingest",
        "worker",
    ),
)
