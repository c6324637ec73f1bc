"""Drawings that are made on the server and true to scale, and words for dates. No framework, no wall clock."""
