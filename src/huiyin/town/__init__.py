"""An invented town that lives through the real actions."""
