"""Loggers of the library. They print nothing until the program that uses it configures `logging`."""

from __future__ import annotations

import logging

logging.getLogger("oint").addHandler(logging.NullHandler())


def get_logger(name: str) -> logging.Logger:
    """Return a logger under `oint`.

    Records name batches and rows by their numbers, and errors by their codes: no order, no secret, no personal data.

    Args:
        name: below `oint`, such as `refusals.batch`
    """
    return logging.getLogger(f"oint.{name}")
