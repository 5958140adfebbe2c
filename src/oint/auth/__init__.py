"""Credentials, profiles and the files that keep secrets."""
