"""What an answer may take: the limits that both transports keep, and the error where an answer crosses one."""

MAX_HEAD_BYTES = 65_536
"""Bytes of the status line and all headers of an answer, interim answers before it included. No more may come without a
byte of the body either: chunk sizes with their extensions, or a trailer."""
MAX_HEADERS = 99
"""Headers of an answer: as many as http.client reads."""
MAX_BODY_BYTES = 268_435_456
"""Bytes of a body, packed and unpacked, in one piece or as a stream: more than twice the list of all offices."""
MAX_PIECE_BYTES = 1_048_576
"""Bytes that are unpacked at once: a few packed bytes may hold a thousand times as many."""


class TooLarge(Exception):
    """An answer is larger than its limits; no ValueError, which http.client takes for a bad size of a chunk."""
