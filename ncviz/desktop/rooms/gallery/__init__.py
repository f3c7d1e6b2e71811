"""Samples and recent runs as cards."""
