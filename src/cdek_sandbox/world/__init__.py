"""State and rules of the sandbox: what CDEK keeps, and what it makes of a request."""
