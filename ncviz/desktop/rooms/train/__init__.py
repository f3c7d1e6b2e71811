"""The recipe and its training."""
