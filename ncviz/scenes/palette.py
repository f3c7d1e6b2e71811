"""Colours, each with one meaning, in two themes."""

from dataclasses import dataclass, replace
from functools import lru_cache

from ncviz.language import tr

Rgb = tuple[float, float, float]

DEFAULT_PALETTE = "hues"
# The classes' in each theme, by `script/choose_hues.py`.
_HUES = {
    DEFAULT_PALETTE: {
        "light": (
            "#ED8B05 #F2C6F7 #0A9BE7 #B0E9D0 #A1C77C #9FB1F3 #E3E277 #FD95AB "
            "#FDE2B8 #07AE9A #66CAD6 #DAB847 #F876C0 #D99362 #35E79A #BFE303 "
            "#9F9FCB #DBA4BA #569F9D #F3C399 #A0EAE8 #EA887F #E676FA #FBACD6 "
            "#83F0DC #799CDA #DFCD57 #DEA699 #C2E6C0 #8BCDE6 #ECB229 #E5D585 "
            "#E498F0 #3FE1DF #32BAD8 #74CCA9 #FCB0B0 #B2C28B #B4C45B #BB8EAC"
        ),
        "dark": (
            "#F3FA22 #F9D5F3 #F2B173 #83F5C8 #D9FCB5 #C2CDFE #A3B83D #FCDD8B "
            "#C6CAA4 #27D4C7 #C4FCF0 #DAC90E #FDA4C8 #9FD58B #FCCDBD #9DD9DC "
            "#CCE259 #5AFFFC #C2AC73 #CAC2E7 #EEBAB9 #D5FADD #E3D7A6 #F8F59D "
            "#E5C35A #FFEA51 #B2E1CD #D7AE8A #B3B25E #D5D37D #BBF7BB #48F9DE "
            "#B8BD1A #B7DCFB #FED32B #E8FB7E #7CE8ED #E6BAD1 #CDB6D8 #3CF3A3"
        ),
    },
    "grey": {
        "light": "#CDD2D7 #92969B #A4A9AE #B7BCC1 #E4E9ED",
        "dark": "#BABFC3 #EFF4F9 #D3D8DC #E1E6EB #C5CACE",
    },
}
PALETTES = {
    name: {theme: tuple(hues.split()) for theme, hues in themes.items()}
    for name, themes in _HUES.items()
}
PALETTE_NAMES = {DEFAULT_PALETTE: tr("Hues"), "grey": tr("Grey, with shapes")}
EARLIER_PALETTES = ("okabe-ito", "tol-muted", "many")  # of ncviz 0.1


@lru_cache(maxsize=1024)
def rgb(hex_color: str) -> Rgb:
    """Return red, green, blue in 0…1 of a colour such as '#E69F00'."""
    red, green, blue = (int(hex_color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def mix(first: str, second: str, share: float) -> str:
    """Return the colour `share` of the way from one hex colour to another."""
    parts = zip(rgb(first), rgb(second), strict=True)
    return "#" + "".join(f"{round(255 * ((1 - share) * p + share * q)):02x}" for p, q in parts)


def palette_named(name: str) -> str:
    """Return the name under which a palette is known now; one that is unknown stays."""
    return DEFAULT_PALETTE if name in EARLIER_PALETTES else name


@dataclass(frozen=True)
class Theme:
    """The colours of a whole window or figure.

    Parameters
    ----------
    name : str
        'light' or 'dark'.
    contrast : str
        'standard', or 'high': words at least 7:1.
    background : str
        Behind the 3-D scene.
    surface, raised : str
        Of panels, and of what lies on them.
    text, quiet : str
        For words, and for secondary words; both at least 4.5:1 on `surface`.
    line : str
        Separators and the grid of plots.
    accent : str
        The one button that matters and what is selected: neutral.
    etf, means, classifier : str
        Green: the ideal. Blue: the class means. Red: the classifier. At least
        3:1 on `background` and `surface`; words have their `word` shades. With the
        standard contrast they are 20 of CIEDE2000 or more from each other, from the
        accent and from every class, with all cones and without one kind.
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
    contrast: str = "standard"

    def word(self, color: str) -> str:
        """Return a colour as words have it, which are read on all grounds of the theme."""
        least = WORD_CONTRAST if self.contrast == "standard" else HIGH_CONTRAST
        return readable(color, self.raised if self.name == "dark" else self.surface, least)


LIGHT = Theme(
    name="light",
    background="#FBFBF9",
    surface="#F3F3F0",
    raised="#FFFFFF",
    text="#1D2125",
    quiet="#5A6169",
    line="#DCDDD9",
    accent="#201C24",
    etf="#0F4801",
    means="#104FCC",
    classifier="#B0425A",
)
DARK = Theme(
    name="dark",
    background="#14171A",
    surface="#1C2024",
    raised="#262B30",
    text="#E9ECEE",
    quiet="#A2ABB3",
    line="#343A40",
    accent="#E6E1E6",
    etf="#147F01",
    means="#7580F8",
    classifier="#BB5F79",
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def class_color(number: int | tuple[int, ...], theme: Theme, palette: str = DEFAULT_PALETTE) -> str:
    """Return the hue of a class; when a palette is used up, it repeats.

    Parameters
    ----------
    number : int or tuple of int
        Of the class; of several ones, as of a set of labels, their mixture is returned.
    theme : Theme
        Each has shades of its own, apart from the colours of its roles.
    palette : str
        One of `PALETTES`; another name stands for the default.
    """
    if isinstance(number, tuple) and len(number) == 1:
        number = number[0]
    if isinstance(number, tuple):
        parts = zip(*(rgb(class_color(each, theme, palette)) for each in number), strict=True)
        return "#" + "".join(f"{round(255 * sum(part) / len(number)):02X}" for part in parts)
    of_theme = PALETTES.get(palette, PALETTES[DEFAULT_PALETTE])
    hues = of_theme["dark" if theme.name == "dark" else "light"]
    return hues[number % len(hues)]


CONTRASTS = ("standard", "high")
LINE_CONTRAST = 3.0  # of a thin line, or of an outline, against what it lies on
WORD_CONTRAST, HIGH_CONTRAST = 4.5, 7.0


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


def theme_named(name: str, contrast: str = "standard") -> Theme:
    """Return a theme.

    Parameters
    ----------
    name : str
        'light' or 'dark'.
    contrast : str
        'high' for black on white or white on black, where roles are darkened or
        lightened as far as words need it. Scenes are drawn with the standard one: of
        colours that are read as words no three are 20 of CIEDE2000 from each other and
        from all classes (on white 18 at most, on black the best green is 10 from a class).
    """
    return THEMES[name] if contrast == "standard" else _CONTRASTED[name]


def _contrasted(theme: Theme, ground: str, raised: str, ink: str, quiet: str, line: str) -> Theme:
    roles = {
        role: readable(getattr(theme, role), raised if theme is DARK else ground, HIGH_CONTRAST)
        for role in ("etf", "means", "classifier")
    }
    return replace(
        theme,
        background=ground,
        surface=ground,
        raised=raised,
        text=ink,
        quiet=quiet,
        line=line,
        accent=ink,
        contrast="high",
        **roles,
    )


_CONTRASTED = {
    "light": _contrasted(LIGHT, "#FFFFFF", "#FFFFFF", "#000000", "#262626", "#B8B8B8"),
    "dark": _contrasted(DARK, "#000000", "#0D0D0D", "#FFFFFF", "#EBEBEB", "#484848"),
}
