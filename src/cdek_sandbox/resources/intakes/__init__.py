"""Intakes: courier pick-ups at the sender."""
