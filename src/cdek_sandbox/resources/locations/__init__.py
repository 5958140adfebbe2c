"""Regions, cities and postal codes."""
