"""Batches carried out by many machines: the job queue and its workers."""
