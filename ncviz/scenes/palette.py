"""Colours, each with one meaning, in two themes."""

from dataclasses import dataclass
from functools import lru_cache

from ncviz.scenes.hues import spread_hues

Rgb = tuple[float, float, float]

# Okabe & Ito's hues without black and yellow's glare.
OKABE_ITO = (
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#F0E442",
    "#0072B2",
    "#D55E00",
    "#CC79A7",
)
# Paul Tol's muted scheme, in the order of its author's note.
TOL_MUTED = (
    "#CC6677",
    "#332288",
    "#DDCC77",
    "#117733",
    "#88CCEE",
    "#882255",
    "#44AA99",
    "#999933",
    "#AA4499",
)
# Tol's hues that are told apart from Okabe & Ito's, for more classes.
MUTED = ("#882255", "#999933", "#88CCEE", "#332288", "#DDCC77", "#117733", "#AA4499", "#44AA99")
GREYS = ("#5F6368", "#9AA0A6", "#3F4348", "#7D8288", "#B6BABF")

DEFAULT_PALETTE = "okabe-ito"
MANY_HUES = 100  # of one palette, before they repeat
PALETTES: dict[str, tuple[str, ...]] = {
    DEFAULT_PALETTE: spread_hues(OKABE_ITO + MUTED, 40),
    "tol-muted": spread_hues(TOL_MUTED, 40),
    "many": spread_hues((), MANY_HUES),
    "grey": GREYS,
}
PALETTE_NAMES = {
    DEFAULT_PALETTE: "Okabe–Ito",
    "tol-muted": "Tol, muted",
    "many": "A hundred hues",
    "grey": "Grey, with shapes",
}


@lru_cache(maxsize=1024)
def rgb(hex_color: str) -> Rgb:
    """Return red, green, blue in 0…1 of a colour such as '#E69F00'."""
    red, green, blue = (int(hex_color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def mix(first: str, second: str, share: float) -> str:
    """Return the colour `share` of the way from one hex colour to another."""
    parts = zip(rgb(first), rgb(second), strict=True)
    return "#" + "".join(f"{round(255 * ((1 - share) * p + share * q)):02x}" for p, q in parts)


def class_color(number: int, palette: str = DEFAULT_PALETTE) -> str:
    """Return the hue of a class; when a palette is used up, it repeats.

    Parameters
    ----------
    number : int
        Of the class.
    palette : str
        One of `PALETTES`; another name stands for the default.
    """
    hues = PALETTES.get(palette, PALETTES[DEFAULT_PALETTE])
    return hues[number % len(hues)]


@dataclass(frozen=True)
class Theme:
    """The colours of a whole window or figure.

    Parameters
    ----------
    name : str
        'light' or 'dark'.
    background : str
        Behind the 3-D scene.
    surface, raised : str
        Of panels, and of what lies on them.
    text, quiet : str
        For words, and for secondary words; both at least 4.5:1 on `surface`.
    line : str
        Separators and the grid of plots.
    accent : str
        The one button that matters and what is selected.
    etf, means, classifier : str
        Green: the ideal. Blue: the class means. Red: the classifier. All at
        least 4.5:1 on `background`, `surface` and `raised`: words have them, too.
    """

    name: str
    background: str
    surface: str
    raised: str
    text: str
    quiet: str
    line: str
    accent: str
    etf: str
    means: str
    classifier: str


LIGHT = Theme(
    name="light",
    background="#FBFBF9",
    surface="#F3F3F0",
    raised="#FFFFFF",
    text="#1D2125",
    quiet="#5A6169",
    line="#DCDDD9",
    accent="#2F5FB3",
    etf="#1F7A43",
    means="#2F5FD0",
    classifier="#C5312A",
)
DARK = Theme(
    name="dark",
    background="#14171A",
    surface="#1C2024",
    raised="#262B30",
    text="#E9ECEE",
    quiet="#A2ABB3",
    line="#343A40",
    accent="#7FA8F5",
    etf="#4CC47A",
    means="#6C9BFF",
    classifier="#FF6B5E",
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}

LINE_CONTRAST = 3.0  # of a thin line, or of an outline, against what it lies on
WORD_CONTRAST = 4.5


def contrast(first: str, second: str) -> float:
    """Return the contrast of two hex colours, 1…21, as the Web Content Guidelines define it."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@lru_cache(maxsize=512)
def readable(color: str, background: str, least: float = LINE_CONTRAST) -> str:
    """Return a colour, darkened or lightened no more than thin lines on a background need.

    Parameters
    ----------
    color, background : str
        Hex.
    least : float
        The contrast wanted; see `contrast`.
    """
    toward = 0.0 if _luminance(background) > 0.2 else 1.0
    for step in range(20):
        share = step / 20
        mixed = [(1 - share) * part + share * toward for part in rgb(color)]
        found = "#" + "".join(f"{round(255 * part):02X}" for part in mixed)
        if contrast(found, background) >= least:
            return found if step else color
    return "#000000" if toward == 0.0 else "#FFFFFF"
