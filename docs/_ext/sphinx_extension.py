"""The Sphinx extension: generate the reference, and execute the examples of each page when Sphinx reads it."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from sphinx.errors import SphinxError

from docs._ext import method_reference
from docs._ext.environment import example_environment
from docs._ext.executed_blocks import execute_blocks
from docs._ext.execution import ExampleFailed

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from docs._ext.environment import ExampleEnvironment


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the extension to the events of a build."""
    pages = _ExecutedPages()
    app.connect("builder-inited", pages.start)
    app.connect("source-read", pages.read_page)
    app.connect("env-updated", pages.report_end)
    app.connect("build-finished", pages.stop)
    return {"parallel_read_safe": False, "parallel_write_safe": True}


class _ExecutedPages:
    """The pages of one build. Their examples are executed one after the other in one environment."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._environment: ExampleEnvironment | None = None
        self._generated = frozenset(method_reference.list_pages())
        self._page_count = 0

    def start(self, app: Sphinx) -> None:
        """Create an empty file for each generated page, so that Sphinx reads it."""
        for page in self._generated:
            path = app.srcdir / f"{page}.md"
            path.parent.mkdir(exist_ok=True)
            path.write_text("# …\n", "utf-8")

    def read_page(self, app: Sphinx, page: str, source: list[str]) -> None:
        """Replace the source of a page by its text with the results of the examples."""
        self._page_count += 1
        language = app.config.language
        print(f"{language}: page {self._page_count} of {len(app.env.found_docs)}: {page}", flush=True)
        environment = self._environment = self._environment or self._stack.enter_context(example_environment(language))
        try:
            if page in self._generated:
                source[0] = method_reference.write_page(environment, page)
            else:
                source[0] = execute_blocks(environment, source[0], page)
        except ExampleFailed as error:
            raise SphinxError(f"{page}: {error}") from error

    def report_end(self, app: Sphinx, _environment: object) -> None:
        """Print that the examples are done."""
        print(f"{app.config.language}: examples executed, writing HTML", flush=True)

    def stop(self, _app: Sphinx, _error: Exception | None) -> None:
        """Stop the sandbox."""
        self._stack.close()
