"""Lessons: a TOML file each, read strictly, played step by step, whatever shows them."""
