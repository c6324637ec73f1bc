"""Measurements of speed, repeatable on any machine."""
