"""Figures with their denominators, intervals and bounds: pure functions, no Django, no database."""
