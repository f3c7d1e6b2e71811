"""Colours, each with one meaning, in two themes."""

from dataclasses import dataclass, replace
from functools import lru_cache

Rgb = tuple[float, float, float]

DEFAULT_PALETTE = "hues"
# The classes' in each theme, by `script/choose_hues.py`.
_HUES = {
    DEFAULT_PALETTE: {
        "light": (
            "#29C29A #FAC924 #C18EC2 #A79205 #A2B9F7 #FDA9C2 #EC816C #1A9EF8 "
            "#ADE3AF #CCCC77 #159B98 #5BEAEE #EBA63C #8CB882 #DB84AC #A1A0DE "
            "#50CADB #C8B261 #BA924A #F9989E #E3A7D9 #EFD395 #CCE060 #2AAEC4 "
            "#7CDAB1 #B7C889 #69B1FC #A78BD8 #16F49A #48DEC8 #E19540 #AAA302 "
            "#ECB95C #E4C2FE #B7B777 #CF9C58 #65D6F4 #88E7CF #36A99F #DCC024"
        ),
        "dark": (
            "#03614A #F3FE2E #AE0AA2 #705801 #624C74 #8F5668 #A21B4D #8234D1 "
            "#876990 #57572C #287972 #165E95 #9D1871 #853C60 #69618C #95403A "
            "#7C48AB #7E5A26 #7F3884 #890BB7 #395D3B #935B81 #7C527E #A53C52 "
            "#955649 #81451E #266C5C #904156 #3C5485 #704A92 #805271 #8A5054 "
            "#4E6137 #AC1863 #5B6C97 #B01848 #952E56 #7C4640 #952AC0 #935910"
        ),
    },
    "grey": {
        "light": "#CDD2D7 #92969B #A4A9AE #B7BCC1 #E4E9ED",
        "dark": "#808489 #2D3134 #585C60 #6C7074 #43474B",
    },
}
PALETTES = {
    name: {theme: tuple(hues.split()) for theme, hues in themes.items()}
    for name, themes in _HUES.items()
}
PALETTE_NAMES = {DEFAULT_PALETTE: "Hues", "grey": "Grey, with shapes"}
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
        Green: the ideal. Blue: the class means. Red: the classifier. All at
        least 4.5:1 on `background`, `surface` and `raised`: words have them, too.
        These, and the accent, are 20 of CIEDE2000 or more from each other and
        from every class, with all cones and without one kind.
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
    accent="#AAA1AA",
    etf="#A9F9CD",
    means="#819BFD",
    classifier="#FE7860",
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def class_color(number: int, theme: Theme, palette: str = DEFAULT_PALETTE) -> str:
    """Return the hue of a class; when a palette is used up, it repeats.

    Parameters
    ----------
    number : int
        Of the class.
    theme : Theme
        Each has shades of its own, apart from the colours of its roles.
    palette : str
        One of `PALETTES`; another name stands for the default.
    """
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
        lightened as far as words need it. Scenes are drawn with the standard one.
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
