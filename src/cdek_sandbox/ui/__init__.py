"""The pages at `/` for a person: orders, their statuses, forms that move them and add faults. Plain HTML, no scripts."""
