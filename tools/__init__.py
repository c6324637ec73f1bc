"""Tools for building and testing; not part of the product."""
