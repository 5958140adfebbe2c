"""Parsing of option values, JSON documents and lenient JSON."""
