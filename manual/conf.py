"""Sphinx: one configuration for both languages, told by `OINT_MANUAL_LANGUAGE`."""

import os
from pathlib import Path

import oint

language = os.environ["OINT_MANUAL_LANGUAGE"]
project = "oint"
author = "oint"
release = oint.__version__
html_title = "oint · СДЭК" if language == "ru" else "oint · CDEK"
extensions = ["myst_parser", "sphinx_design"]
myst_enable_extensions = ["colon_fence", "deflist"]
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
