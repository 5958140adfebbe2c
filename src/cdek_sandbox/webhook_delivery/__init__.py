"""Webhooks out: what is told to subscribers, when, and how often it is tried."""
