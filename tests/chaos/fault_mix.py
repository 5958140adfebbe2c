"""The mix of faults of the sandbox, and the number of faults that occurred.

When a client notices one of these faults, its call has been carried out or never will be. The settling time of the workers
is shorter than a call may take on a busy machine, so no fault of the mix makes a call time out.
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


def inject_faults(box: Sandbox) -> None:
    """Switch on lost requests and responses, 5xx, 429, latency, slow background work and the rate limit."""
    box.settings(
        refusal={"mode": "after_seconds", "value": 0.1, "slow": 0.1, "slow_from": 0.5, "slow_to": 2.0},
        rate_limit={"rate": 200, "retry_after": 1},
    )
    for action, fields in _MIX:
        for operation in ("refusal", "order_get"):
            box.fault(action, operation=operation, **fields)


def count_faults(box: Sandbox) -> tuple[int, int]:
    """Return the number of calls with a fault since the last reset, and of calls above the rate limit."""
    calls = box.calls()
    faulty = sum(call["fault"] is not None for call in calls)
    return faulty, sum(call["status"] == 429 and call["fault"] is None for call in calls)
