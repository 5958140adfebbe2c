"""Schemathesis and invalid requests against the sandbox: it returns no 5xx and continues to respond."""
