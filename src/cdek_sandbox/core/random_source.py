"""Seeded random values: each stream is a hash of the seed and a counter, so a run can be repeated and resumed."""

from __future__ import annotations

from hashlib import blake2b


class RandomSource:
    """Seeded streams of invented values; `counts` is the number of values drawn from each stream."""

    def __init__(self, seed: int, counts: dict[str, int] | None = None) -> None:
        self.seed = seed
        self.counts = dict(counts or {})
        self._hasher = blake2b(digest_size=16, key=str(seed).encode()[:64])
        self._first_cdek_number = 1_100_000_000 + int.from_bytes(self._hash("cdek_number")[:3])

    def _draw(self, stream: str) -> bytes:
        count = self.counts.get(stream, 0)
        self.counts[stream] = count + 1
        return self._hash(f"{stream}:{count}")

    def _hash(self, text: str) -> bytes:
        hasher = self._hasher.copy()
        hasher.update(text.encode())
        return hasher.digest()

    def next_uuid(self, stream: str) -> str:
        """Return the next UUID of version 4."""
        return format_uuid(self._draw(stream))

    def next_share(self, stream: str) -> float:
        """Return the next number from 0 to just below 1."""
        return int.from_bytes(self._draw(stream)[:6]) / 2**48

    def next_cdek_number(self) -> str:
        """Return the next number of an order: ten digits, ascending as at CDEK."""
        count = self.counts.get("cdek_number", 0)
        self.counts["cdek_number"] = count + 1
        return str(self._first_cdek_number + count)

    def next_intake_number(self) -> str:
        """Return the next number of an intake: eight digits, ascending."""
        count = self.counts.get("intake_number", 0)
        self.counts["intake_number"] = count + 1
        return str(13_000_000 + int.from_bytes(self._hash("intake_number")[:2]) + count)

    def derive_key(self, name: str) -> bytes:
        """Derive a key from the seed alone."""
        return self._hash(f"secret:{name}")


def format_uuid(digest: bytes) -> str:
    """Format sixteen bytes as a UUID of version 4."""
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{'89ab'[digest[8] & 3]}{text[17:20]}-{text[20:]}"


def hash_text(text: str) -> bytes:
    """Hash a text to sixteen bytes: for invented fields that need no memory."""
    return blake2b(text.encode(), digest_size=16).digest()
