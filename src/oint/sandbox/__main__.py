"""`python -m oint.sandbox start`: the same as `oint sandbox start`."""

from oint.cli.sandbox import group

group(prog_name="python -m oint.sandbox")
