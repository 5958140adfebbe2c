"""Documents of orders: passport data, fiscal receipts, registries of money."""
