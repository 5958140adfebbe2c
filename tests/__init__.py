"""Tests by kind, the harnesses that they share with `make chaos`, `make fuzz` and `make peers`, and their fakes."""
