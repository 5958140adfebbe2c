"""The reference: a page for every method of the catalog, their index, and a page of the typed client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docs._ext.method_reference import client_page, method_page
from docs._ext.method_reference.examples import load_examples
from oint.catalog import CDEK

if TYPE_CHECKING:
    from docs._ext.environment import ExampleEnvironment

INDEX = "methods/index"
CLIENT = "client"


def list_pages() -> list[str]:
    """Return the names of the generated pages, without a suffix."""
    return [INDEX, CLIENT, *(f"methods/{method.name.en}" for method in CDEK.methods)]


def write_page(environment: ExampleEnvironment, page: str) -> str:
    """Return the text of one of `list_pages`. The examples of a method are executed.

    Raises:
        ExampleFailed: an example gave another result than expected, or its forms gave different results
    """
    if page == INDEX:
        return method_page.write_index(environment.language)
    if page == CLIENT:
        return client_page.write_page(environment.language)
    method = CDEK.find(page.removeprefix("methods/"))
    assert method
    return method_page.write_page(environment, method, load_examples()[method.name.en])
