"""The budgets of the project, measured: `python -m benchmarks` prints them as one table."""
