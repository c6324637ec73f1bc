"""Spreadsheets people already have, taken in whole."""
