"""Failures on demand: rules that choose a call, and what is done to it on the wire."""
