"""The guide, the page of keys, and what Help shows."""
