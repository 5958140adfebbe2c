"""Faults on demand: wrong responses, lost connections, delays, other schemas, the rate limit."""
