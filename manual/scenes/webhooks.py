"""webhooks."""

from __future__ import annotations

from manual.scenes import Scene

SCENES: tuple[Scene, ...] = ()
