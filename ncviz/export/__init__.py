"""Figures, films and tables from a Run."""

import logging

from ncviz.rendering.matplotlib_settings import import_without_settings

# What matplotlib says of fonts and of caches that cannot be written is nothing one can mend.
logging.getLogger("matplotlib").setLevel(logging.ERROR)
import_without_settings()
