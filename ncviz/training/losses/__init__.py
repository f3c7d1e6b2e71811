"""The losses that a recipe may name: each file declares one."""
