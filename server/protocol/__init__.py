"""The bottom of the world: every message and every shared value, once."""
