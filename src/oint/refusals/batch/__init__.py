"""Refusals by the thousand: planned from a file, carried out, and followed to CDEK's verdict."""
