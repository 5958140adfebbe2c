"""Common methods."""

from __future__ import annotations

from manual.scenes import Scene
from manual.stage import ACCOUNT, PASSWORD

SCENES = (
    Scene("GetToken", lambda _: {"account": ACCOUNT, "pass": PASSWORD}, "cdek.oauth.token({account}, {pass})"),
    Scene("GetOfficeFilterDescription", lambda _: {"empty": False}, "templates.offices(empty={empty})", offline=True),
)
