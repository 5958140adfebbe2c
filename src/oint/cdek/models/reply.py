"""The plain answers, without a request envelope: data, and `errors` and `warnings` beside it."""

from __future__ import annotations

from msgspec import field

from oint.cdek.models.base import Answer
from oint.cdek.models.envelope import ErrorItem  # noqa: TC001 - msgspec reads the types of fields as it runs


class Reply(Answer):
    """An answer that may carry errors and warnings of its own (schema SimplifiedResponseDto)."""

    errors: list[ErrorItem] = field(default_factory=list)
    warnings: list[ErrorItem] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        """Errors without any data are a refusal, whatever the HTTP status says."""
        return not self.errors
