"""The budgets of the project, measured: `python -m bench` prints them as one table."""
