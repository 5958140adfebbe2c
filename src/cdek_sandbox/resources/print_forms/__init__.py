"""Print forms: waybills and labels."""
