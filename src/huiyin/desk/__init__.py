"""Pages for the people who work on matters."""
