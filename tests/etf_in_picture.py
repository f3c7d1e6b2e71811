"""Where the vertices of the fixed simplex ETF are drawn."""

import numpy as np

from ncviz.geometry.etf import shadow_of_simplex, simplex_vertices


def etf_in_picture(classes, shadow=None):
    """Return the vertices, shape (K, 3): exact up to four classes, else a shadow, enlarged."""
    shown = shadow_of_simplex(classes) if shadow is None or classes <= 4 else shadow
    return simplex_vertices(classes) @ shown * max(1, np.sqrt((classes - 1) / 3))
