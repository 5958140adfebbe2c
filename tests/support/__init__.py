"""Fakes, servers and readers that several tests use."""
