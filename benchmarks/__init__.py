"""Measure the budgets of the project: `python -m benchmarks` prints them as one table."""
