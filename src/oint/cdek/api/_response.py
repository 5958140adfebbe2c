"""Base classes of response models: unknown fields are ignored, and the raw response is kept.

CDEK responds in four forms: a JSON object (`ApiResponse`), a JSON array (`ListResponse`), a file (`FileResponse`), and
nothing (`EmptyResponse`). Each form decodes itself from the bytes of a 2xx response.
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
"""msgspec analyses a type at its first use; two threads that do this at once may use a half-analysed type and crash."""
_forking.hold_across_fork(decoder_lock)


class Model(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A JSON object of CDEK. Every field may be absent; unknown fields are ignored (`ApiResponse.raw` has them)."""


class RawModel(Model, dict=True):
    """A model that keeps its source beside its fields; copies keep it too."""

    @property
    def drift(self) -> tuple[str, ...]:
        """Return the paths of fields with an unexpected type, which were coerced or left out; usually empty."""
        paths: tuple[str, ...] = self.__dict__.get("drift", ())
        return paths

    def __copy__(self) -> Self:
        copied: Self = super().__copy__()  # type: ignore[misc]  # msgspec has it, and its type stubs lack it
        copied.__dict__.update(self.__dict__)
        return copied

    def __reduce__(self) -> tuple[Any, ...]:
        return (*super().__reduce__(), self.__dict__)


class ApiResponse(RawModel, dict=True):
    """A complete response of CDEK: a JSON object.

    Dates stay strings as CDEK writes them, in several forms; `.at` of some models is the parsed date-time.
    """

    MEDIA_TYPE: ClassVar[str] = "application/json"

    @classmethod
    def decode(cls, body: bytes) -> tuple[Self | None, tuple[str, ...]]:
        """Decode the bytes of a 2xx response.

        Returns:
            the typed response (None where the body has another form), and the paths of fields that have drifted
        """
        try:
            return _get_decoder(cls, cls).decode(body), ()
        except NOT_JSON:
            document = decode_or_none(body)
        if not isinstance(document, dict):
            return None, ()
        return _convert(document, cls)

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
    """A complete response that is a JSON array; a subclass names its items: `class Regions(ListResponse[Region])`.

    Items of another type are left out of `items` and listed in `drift`; `raw` has them all.
    """

    items: list[T] = msgspec.field(default_factory=list)

    @classmethod
    def decode(cls, body: bytes) -> tuple[Self | None, tuple[str, ...]]:
        """Decode the bytes of a JSON array; an object in its place is None (it may be CDEK's error)."""
        try:
            return cls(items=_get_decoder(cls, msgspec.structs.fields(cls)[0].type).decode(body)), ()
        except NOT_JSON:
            document = decode_or_none(body)
        if not isinstance(document, list):
            return None, ()
        response, drift = _convert({"items": document}, cls)
        return response, tuple(path.removeprefix("items") for path in drift)

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


class FileResponse(ApiResponse):
    """A complete response that is a file; a subclass names its media type and its first bytes."""

    SIGNATURE: ClassVar[bytes]

    @classmethod
    def decode(cls, body: bytes) -> tuple[Self | None, tuple[str, ...]]:
        """Check the first bytes; other bytes are None (the page of a proxy, an error)."""
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
    """A complete response without a body, or with a JSON object that has no errors."""

    @classmethod
    def decode(cls, body: bytes) -> tuple[Self | None, tuple[str, ...]]:
        """Accept an empty body, or an object without errors."""
        document = decode_or_none(body) if body.strip() else {}
        silent = isinstance(document, dict) and not any(document.get(name) for name in ("errors", "requests", "error"))
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


def _convert(document: dict[str, Any], kind: type[A]) -> tuple[A | None, tuple[str, ...]]:
    from oint.cdek._decoding import convert  # noqa: PLC0415 - drift is rare

    return convert(document, kind)


A = TypeVar("A", bound=ApiResponse)
