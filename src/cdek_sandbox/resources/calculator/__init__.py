"""The calculators of prices and delivery times."""
