"""Measures any network at chosen points: one snapshot of a run."""
