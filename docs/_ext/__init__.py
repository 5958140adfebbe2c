"""The documentation site: pages written by hand with executed blocks, and the reference of methods."""
