"""Figures, films and tables from a Run."""

import logging

# What matplotlib says of fonts and of caches that cannot be written is nothing one can mend.
logging.getLogger("matplotlib").setLevel(logging.ERROR)
