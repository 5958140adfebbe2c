"""Whether this process has file descriptors left: a look-up of a name and TLS hide that they had none."""

from __future__ import annotations

import errno
import os

_NUMBERS = {errno.EMFILE, errno.ENFILE, getattr(errno, "WSAEMFILE", errno.EMFILE)}
_SIGNS = tuple(f"[Errno {number}]" for number in _NUMBERS)


def lacks_descriptors(error: Exception, hidden: int = 0) -> bool:
    """Decide whether something failed because no file descriptor was left.

    Args:
        error: how it failed; asyncio joins the errors of several addresses into one that has no number of its own
        hidden: descriptors that it needed at once, where its error does not name their absence; 0: it names it
    """
    if isinstance(error, OSError) and (error.errno in _NUMBERS or any(sign in str(error) for sign in _SIGNS)):
        return True
    return hidden > 0 and not _can_open(hidden)


def require_descriptor() -> None:
    """Check that one more file can be opened.

    Raises:
        OSError: none can
    """
    os.close(os.open(os.devnull, os.O_RDONLY))


def _can_open(count: int) -> bool:
    opened: list[int] = []
    try:
        opened.extend(os.open(os.devnull, os.O_RDONLY) for _ in range(count))
    except OSError as error:
        return error.errno not in _NUMBERS
    finally:
        for number in opened:
            os.close(number)
    return True
