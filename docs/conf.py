"""The configuration of Sphinx for both languages. `python -m docs._ext` gives the language as `-D language=…`."""

from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.locale import _ as translate

import oint

project = "oint"
author = "oint"
release = oint.__version__
extensions = ["myst_parser", "sphinx_design", "docs._ext.sphinx_extension"]
myst_enable_extensions = ["attrs_block", "colon_fence", "deflist"]
myst_heading_anchors = 3
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["oint.css"]
templates_path = ["_templates"]
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
nitpicky = True

RUSSIAN_THEME_TEXTS = {
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
"""Texts of the theme without a Russian translation in Sphinx."""


def setup(app: Sphinx) -> None:
    """Set what depends on the language."""
    app.connect("config-inited", _set_title)
    app.connect("html-page-context", _translate_theme)


def _set_title(_app: Sphinx, config: Config) -> None:
    config.html_title = "oint · СДЭК" if config.language == "ru" else "oint · CDEK"


def _translate_theme(app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: object) -> None:
    if app.config.language != "ru":
        return

    def translate_text(text: str, **values: object) -> str:
        russian = RUSSIAN_THEME_TEXTS.get(text.strip())
        translation = f"{russian} " if russian else str(translate(text))
        return translation % values if values else russian or translation

    context["_"] = context["gettext"] = translate_text
