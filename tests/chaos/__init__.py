"""Refusals by the thousand under fire: workers killed, a sandbox that fails, and its truth compared in the end."""
