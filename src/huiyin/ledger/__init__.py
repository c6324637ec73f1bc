"""The append-only record: commitments, tiles, checkpoints, proofs."""
