"""Checks that CDEK makes in the background: one module a subject, one small function a rule."""
