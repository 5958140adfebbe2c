"""From pages to the site: Sphinx, with warnings as errors, once a language; a first page that leads to either."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from docs._ext.execution import WentWrong

if TYPE_CHECKING:
    from docs._ext.stage import Language

CONFIGURATION = Path(__file__).parent

_FIRST_PAGE = """<!doctype html>
<html lang="ru">
<meta charset="utf-8">
<title>oint · СДЭК · CDEK</title>
<meta name="viewport" content="width=device-width">
<p><a href="ru/index.html" hreflang="ru">Русский</a> · <a href="en/index.html" hreflang="en" lang="en">English</a></p>
<script>
  location.replace((navigator.language || "ru").toLowerCase().startsWith("ru") ? "ru/index.html" : "en/index.html");
</script>
</html>
"""


def build(pages: Path, site: Path, language: Language) -> None:
    """Build the site of one language.

    Raises:
        WentWrong: Sphinx has found something to warn of
    """
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-E", "-b", "html"]
    command += ["-c", str(CONFIGURATION), "-d", str(pages.parent / f"doctrees-{language}"), str(pages), str(site)]
    done = subprocess.run(command, env=os.environ | {"OINT_MANUAL_LANGUAGE": language}, check=False)
    if done.returncode:
        raise WentWrong(f"the pages in {language} do not build")


def first_page(site: Path) -> None:
    """The page that leads to both languages."""
    (site / "index.html").write_text(_FIRST_PAGE, "utf-8")
