"""Orders: create, read, update, delete, refuse and return."""
