"""Webhooks: detect changes, build events, send them to subscribers and repeat failed attempts."""
