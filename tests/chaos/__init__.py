"""Batches of refusals with killed workers and a failing sandbox. In the end the ledger is compared with the sandbox."""
