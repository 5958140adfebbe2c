"""Plain values, documents and the lenient reading of JSON."""
