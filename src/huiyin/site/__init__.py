"""Wiring: settings, addresses, the design system."""
