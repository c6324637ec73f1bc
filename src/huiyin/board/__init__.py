"""Public pages with figures an office cannot flatter."""
