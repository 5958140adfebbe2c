"""Clients by other authors, unmodified except for their base URL, against the sandbox: `make peers`."""
