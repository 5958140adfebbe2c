"""Errors of the sandbox, in the language of the reader.

SandboxError
├── StartupError               it cannot start: packages, the address or a file
└── ControlError               a call of the control API or an action of a page is refused
    ├── ForeignRequestError    a request came under a foreign name, or from another site
    └── BodyTooLargeError      a request has a longer body than is kept in memory
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oint.i18n import Message


class SandboxError(Exception):
    """Any error of the sandbox. `message` says in both languages what is wrong and what to do."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class StartupError(SandboxError):
    """The sandbox cannot start."""


class ControlError(SandboxError):
    """A control call is refused; it is answered with `status` and the message in both languages."""

    status = 400


class ForeignRequestError(ControlError):
    """A request came under a foreign name, or from a page of another site."""

    status = 403


class BodyTooLargeError(ControlError):
    """A request has a longer body than is kept in memory."""

    status = 413
