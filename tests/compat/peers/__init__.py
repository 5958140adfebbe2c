"""Clients that others wrote, unmodified but for their base URL, against the sandbox: `make peers`."""
