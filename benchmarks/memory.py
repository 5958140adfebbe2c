"""The memory of this process."""

from __future__ import annotations

from pathlib import Path


def read_peak_rss_mb() -> float:
    """Return the maximum resident memory of this process in MB. On Linux `ru_maxrss` includes that of the parent."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text("utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1e3
    import resource  # noqa: PLC0415 - Windows has none

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
