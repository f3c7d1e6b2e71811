"""The colours of a map's cells, the same in window and figure."""

from ncviz.scenes.palette import Theme, mix

PALEST = 0.06  # of the way from the ground to the strongest colour


def color_of_share(share: float, theme: Theme) -> str:
    """Return the hex colour of a cell: from near the ground to the ideal's green.

    Parameters
    ----------
    share : float
        0…1.
    theme : Theme
    """
    return mix(theme.surface, theme.etf, PALEST + (1 - PALEST) * share)
