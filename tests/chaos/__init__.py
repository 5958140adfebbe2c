"""Batches of refusals under fire: workers killed, a sandbox that fails, and its truth compared in the end."""
