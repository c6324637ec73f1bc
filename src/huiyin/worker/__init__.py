"""Durable background work: the outbox, its loop, and periodic jobs."""
