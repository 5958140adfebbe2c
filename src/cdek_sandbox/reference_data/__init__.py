"""Reference data: places, offices, tariffs and prices. Nothing here remembers a call."""
