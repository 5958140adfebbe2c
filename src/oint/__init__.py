"""CDEK (СДЭК) for Python: a client, refusals followed to CDEK's verdict, and the functions of OpenIntegrations.

Importing this package opens nothing and loads no HTTP library: each name is loaded where it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oint.errors import OintError as OintError
    from oint.opi_cdek import OPI_CDEK as OPI_CDEK

__version__ = "0.1.0"
__all__ = ["OPI_CDEK", "OintError", "__version__"]


def __getattr__(name: str) -> object:
    if name == "OPI_CDEK":
        from oint.opi_cdek import OPI_CDEK  # noqa: PLC0415 - loaded on first use

        return OPI_CDEK
    if name == "OintError":
        from oint.errors import OintError  # noqa: PLC0415 - as above

        return OintError
    raise AttributeError(f"module 'oint' has no attribute {name!r}")
