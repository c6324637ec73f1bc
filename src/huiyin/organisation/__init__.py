"""Offices, areas, categories, duties, clocks and calendars: the body's own data."""
