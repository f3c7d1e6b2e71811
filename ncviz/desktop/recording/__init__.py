"""Checkpoints into the window: a guided dialog, and the run while it is recorded."""
