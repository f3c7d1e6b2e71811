"""Draws a Scene with vispy, on a screen or off it."""

from ncviz.rendering.matplotlib_settings import import_without_settings

import_without_settings()
