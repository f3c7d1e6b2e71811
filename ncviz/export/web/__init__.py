"""Pages that a browser shows without ncviz: one file, which asks no network for anything.

What a page shows is a payload (`payload.py`): moments, layers, scenes that move, charts and words,
all made here. The frame (`frame/`) is one for all pages: it draws, and knows no more of them.
"""
