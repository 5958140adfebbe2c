"""Faults of the sandbox, as a mix, and how many of them came.

Each is such that a call is done, or never will be, by the time that a living client notices the fault: the settling time
of the workers is shorter than a busy machine may take. So no fault of the mix lets a call time out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cdek_sandbox import Sandbox

_MIX: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
    ({"type": "close"}, {"when": "after", "share": 0.06}),
    ({"type": "reset"}, {"when": "before", "share": 0.06}),
    ({"type": "truncate", "bytes": 20}, {"share": 0.04}),
    ({"type": "answer", "status": 502, "text": "bad gateway"}, {"when": "after", "share": 0.05}),
    ({"type": "answer", "status": 503, "text": "unavailable"}, {"when": "before", "share": 0.05}),
    ({"type": "answer", "status": 429, "headers": {"Retry-After": "1"}}, {"share": 0.004}),
    ({"type": "delay", "seconds": 0.02, "distribution": "uniform", "max_seconds": 0.2}, {"share": 0.1}),
)


def gather(box: Sandbox) -> None:
    """Let it begin: lost requests and answers, 5xx, 429, latency, slow background work; the rate limit is on."""
    box.settings(
        refusal={"mode": "after_seconds", "value": 0.1, "slow": 0.1, "slow_from": 0.5, "slow_to": 2.0},
        rate_limit={"rate": 200, "retry_after": 1},
    )
    for action, fields in _MIX:
        for operation in ("refusal", "order_get"):
            box.fault(action, operation=operation, **fields)


def counted(box: Sandbox) -> tuple[int, int]:
    """Calls hit by a fault since the last reset, and calls turned away because there were too many."""
    calls = box.calls()
    hit = sum(call["fault"] is not None for call in calls)
    return hit, sum(call["status"] == 429 and call["fault"] is None for call in calls)
