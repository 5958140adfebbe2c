"""What callers set, with its defaults. The help of the command line shows them, so this module loads nothing."""

from __future__ import annotations

from typing import Literal

By = Literal["auto", "uuid", "cdek", "shop"]
"""What an order is named by; auto: by the form of its name."""

HiddenPolicy = Literal["skip", "take"]
"""What becomes of hidden rows, columns and sheets of a workbook."""

RATE = 200.0
"""Requests a second that CDEK promises to process, over all methods of an account."""

IN_FLIGHT = 128
"""Requests of a run that are under way at once, at most."""

MAX_TYPED_ORDERS = 10
"""Orders that `oint refusals register` takes without a question: a person has typed each of them."""
