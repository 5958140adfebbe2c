"""Garbage and schemathesis against the sandbox: no 5xx that was not asked for, and it goes on answering."""
