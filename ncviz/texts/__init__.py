"""Texts on their way into a network: read from files, cut into tokens, encoded block by block."""
