"""Huiyin 回音: every voice gets an answer; every matter rests where its owner says so."""

__version__ = "0.1.0"
