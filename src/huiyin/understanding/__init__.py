"""What people say, read by pure functions: no Django, no database."""
