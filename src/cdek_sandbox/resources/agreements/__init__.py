"""Agreements with the recipient about the day and hours of a delivery."""
