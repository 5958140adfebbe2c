"""The ground of every typed answer: unknown fields pass, and what CDEK really sent stays reachable.

CDEK answers in four ways: a JSON object (`Answer`), a bare JSON array (`Rows`), a file (`File`), and nothing at all
(`Nothing`). Each kind knows how it is read from the bytes of a good answer.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar

import msgspec

from oint.cdek import _forking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oint.cdek._http import HttpResponse


T = TypeVar("T")

NOT_JSON = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)
_decoders: dict[type, msgspec.json.Decoder[Any]] = {}

decoder_lock = Lock()
"""msgspec learns a type at its first use; where two threads let it do so at once, it may use what is half known: a crash."""
_forking.hold_across_fork(decoder_lock)


class Model(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A JSON object of CDEK's. Every field may be absent; unknown ones are passed over (they stay in `Answer.raw`)."""


class RawModel(Model, dict=True):
    """A model that keeps beside its fields what it was read from; its copies keep that too."""

    @property
    def drift(self) -> tuple[str, ...]:
        """Paths of fields whose type was not the expected one and that were coerced or left out; usually empty."""
        paths: tuple[str, ...] = self.__dict__.get("drift", ())
        return paths

    def __copy__(self) -> Self:
        made: Self = super().__copy__()  # type: ignore[misc]  # msgspec has one, and does not name it in its types
        made.__dict__.update(self.__dict__)
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return (*super().__reduce__(), self.__dict__)


class ApiResponse(RawModel, dict=True):
    """A whole answer of CDEK's: a JSON object.

    Dates stay strings as CDEK wrote them (several forms exist); what needs a moment offers it as `.at`.
    """

    MEDIA_TYPE: ClassVar[str] = "application/json"

    @classmethod
    def decode(cls, body: bytes) -> tuple[Self | None, tuple[str, ...]]:
        """Read the bytes of a good answer.

        Returns:
            the typed answer (None where the body is nothing of this kind), and the paths of what had drifted
        """
        try:
            return _get_decoder(cls, cls).decode(body), ()
        except NOT_JSON:
            found = decode_or_none(body)
        if not isinstance(found, dict):
            return None, ()
        return _convert(found, cls)

    @property
    def is_complete(self) -> bool:
        """Return whether the response has what its call is for; each type defines what that is."""
        return True

    @property
    def http(self) -> HttpResponse:
        """Return the HTTP response: status, headers, body."""
        response: HttpResponse = self.__dict__["http"]
        return response

    @property
    def raw(self) -> Any:
        """Return the response as plain dicts and lists, complete and unchanged."""
        return msgspec.json.decode(self.http.body)


class ListResponse(ApiResponse, Generic[T]):
    """A whole answer that is a bare JSON array; a subclass names the kind of its items: `class Regions(Rows[Region])`.

    Items that are nothing of the kind are left out of `items`, and named in `drift`; `raw` has them all.
    """

    items: list[T] = msgspec.field(default_factory=list)

    @classmethod
    def decode(cls, body: bytes) -> tuple[Self | None, tuple[str, ...]]:
        """Read the bytes of a JSON array; an object in its place is no answer of this kind (it may be CDEK's error)."""
        try:
            return cls(items=_get_decoder(cls, msgspec.structs.fields(cls)[0].type).decode(body)), ()
        except NOT_JSON:
            found = decode_or_none(body)
        if not isinstance(found, list):
            return None, ()
        answer, drift = _convert({"items": found}, cls)
        return answer, tuple(path.removeprefix("items") for path in drift)

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


class FileResponse(ApiResponse):
    """A whole answer that is a file; a subclass names its media type and what its bytes begin with."""

    SIGNATURE: ClassVar[bytes]

    @classmethod
    def decode(cls, body: bytes) -> tuple[Self | None, tuple[str, ...]]:
        """Take the bytes as they are; what does not begin as such a file does is none (a proxy's page, an error)."""
        return (cls() if body.startswith(cls.SIGNATURE) else None), ()

    @property
    def content(self) -> bytes:
        """Return the file."""
        return self.http.body

    @property
    def raw(self) -> bytes:
        """Return the file: it has no JSON."""
        return self.content


class Pdf(FileResponse):
    """A PDF document."""

    MEDIA_TYPE = "application/pdf"
    SIGNATURE = b"%PDF"


class Zip(FileResponse):
    """A zip archive."""

    MEDIA_TYPE = "application/zip"
    SIGNATURE = b"PK"


class EmptyResponse(ApiResponse):
    """A whole answer without a body: that it came is all that it says. A JSON object without errors says no more."""

    @classmethod
    def decode(cls, body: bytes) -> tuple[Self | None, tuple[str, ...]]:
        """Accept an empty body, or an object without errors."""
        found = decode_or_none(body) if body.strip() else {}
        silent = isinstance(found, dict) and not any(found.get(name) for name in ("errors", "requests", "error"))
        return (cls() if silent else None), ()

    @property
    def raw(self) -> Any:
        """Return the JSON of the body; None for an empty body."""
        return decode_or_none(self.http.body)


def decode_or_none(body: bytes) -> Any:
    """Return the JSON of a body; None where it is not JSON."""
    try:
        return msgspec.json.decode(body)
    except NOT_JSON:
        return None


def _get_decoder(key: type, kind: Any) -> msgspec.json.Decoder[Any]:
    """Return the fast decoder of `kind`, built once for a response type."""
    decoder = _decoders.get(key)
    if decoder is None:
        with decoder_lock:
            decoder = _decoders[key] = msgspec.json.Decoder(kind, strict=False)
    return decoder


def _convert(found: dict[str, Any], kind: type[A]) -> tuple[A | None, tuple[str, ...]]:
    from oint.cdek._decoding import convert  # noqa: PLC0415 - drift is rare, and so its reader is loaded late

    return convert(found, kind)


A = TypeVar("A", bound=ApiResponse)
