"""`python -m oint` is `oint`."""

import sys

from oint.cli.main import run

sys.exit(run())
