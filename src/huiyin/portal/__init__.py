"""Pages for the people who raise matters."""
