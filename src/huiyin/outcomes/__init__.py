"""The callback sample: drawn by a rule published before, asked by callers outside the offices, open to check."""
