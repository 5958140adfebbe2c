"""The page at `/` for a person: orders, their way, buttons to move them and to break things. Plain HTML, no scripts."""
