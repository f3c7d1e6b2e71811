"""The optimisers that a recipe may name: each file declares one or more."""
