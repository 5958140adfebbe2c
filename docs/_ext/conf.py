"""Sphinx: one configuration for both languages, told by `OINT_MANUAL_LANGUAGE`."""

import os
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.locale import _ as translated

import oint

language = os.environ["OINT_MANUAL_LANGUAGE"]
project = "oint"
author = "oint"
release = oint.__version__
html_title = "oint · СДЭК" if language == "ru" else "oint · CDEK"
extensions = ["myst_parser", "sphinx_design"]
myst_enable_extensions = ["attrs_block", "colon_fence", "deflist"]
myst_heading_anchors = 3
html_theme = "furo"
html_static_path = [str(Path(__file__).parent / "static")]
html_css_files = ["oint.css"]
templates_path = [str(Path(__file__).parent / "templates")]
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "language.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
exclude_patterns: list[str] = []
nitpicky = True

THEME_IN_RUSSIAN = {
    "Back to top": "К началу",
    "Home": "Начало",
    "Made with": "Сделано с помощью",
    "Next": "Дальше",
    "On this page": "На этой странице",
    "Previous": "Назад",
    "Skip to content": "К содержанию",
    "View this page": "Исходный текст страницы",
    "Please activate JavaScript to enable the search functionality.": "Поиску нужен JavaScript.",
}
"""What the theme says that Sphinx's own translation does not know."""


def setup(app: Sphinx) -> None:
    """The theme speaks the language of its pages."""
    if language == "ru":
        app.connect("html-page-context", _in_russian)


def _in_russian(_app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: object) -> None:
    def say(text: str, **values: object) -> str:
        known = THEME_IN_RUSSIAN.get(text.strip())
        return (f"{known} " if known else str(translated(text))) % values if values else known or str(translated(text))

    context["_"] = context["gettext"] = say
