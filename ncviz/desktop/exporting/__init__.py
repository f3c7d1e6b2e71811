"""Figures, films and tables out of the window, and back into it."""
