"""Prealerts: announced hand-overs of parcels at an office."""
