"""Which fonts of this computer have the letters that ours lacks."""

import re
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import ImageFont

from ncviz.assets import asset
from ncviz.language import tr

OWN = "SourceSans3-Semibold.ttf"
COLOUR_PIXELS = 109  # the one size in which Noto Color Emoji holds its pictures
FONT_ENDINGS = (".ttf", ".otf", ".ttc", ".otc")

# Of these letters our font has all, and they stand one after the other from left to right.
_PLAIN = re.compile(
    "[\u0020-\u007e\u00a0-\u017f\u0384-\u038a\u038e-\u03a1\u03a3-\u03d1\u0400-\u045f"
    "\u1e9e-\u1ef9\u2010-\u201e\u2026\u2032\u2080-\u2089\u2190-\u2193\u2212\u2248\u2264\u2265]*"
)
# Emoji that are pictures by themselves, or by the selector U+FE0F behind them.
_PICTURE = (
    "\U0001f300-\U0001faff\U0001f004\U0001f0cf\U0001f18e\U0001f191-\U0001f19a\u231a\u231b\u23e9-"
    "\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab\u26bd"
    "\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728"
    "\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55"
)
_ONE = f"(?:[{_PICTURE}]\ufe0f?|[\u00a9\u00ae\u203c-\u3299]\ufe0f)[\U0001f3fb-\U0001f3ff]?"
EMOJI = re.compile(
    f"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_ONE}(?:\u200d{_ONE})*[\U000e0020-\U000e007f]*"
)
_COLOUR = ("notocoloremoji", "seguiemj", "apple color emoji", "applecoloremoji")
# What fits our own letters best comes first: sans serif, upright, about as bold.
_SHAPES = ("italic", "oblique", "mono", "condensed", "thin", "serif", "kufi", "nastaliq", "display")
_WEIGHTS = ("semibold", "bold", "medium", "regular")


def is_plain(text: str) -> bool:
    """Return whether our own font has all letters, and needs but set them side by side."""
    return _PLAIN.fullmatch(text) is not None


def fonts_for(text: str) -> tuple[str, ...]:
    """Return the files of fonts that have the letters of a text, ours first.

    Parameters
    ----------
    text : str
        Its emoji count for nothing where `colour_font` has them.
    """
    chosen = [str(asset("fonts", OWN))]
    for letter in _needed(text):
        found = _font_of(letter)
        if found is not None and found not in chosen:
            chosen.append(found)
    return tuple(chosen)


def missing_letters(text: str) -> str:
    """Return the letters of a text for which this computer has no font."""
    return "".join(letter for letter in _needed(text) if _font_of(letter) is None)


def names_without_letters(names: Iterable[str]) -> tuple[str, ...]:
    """Return those names of which this computer has not all letters."""
    known = dict.fromkeys(names)
    # Nearly always, and there may be 100,000 of them.
    return () if is_plain("".join(known)) else tuple(filter(missing_letters, known))


def note_on_names(names: Iterable[str]) -> str:
    """Say which names cannot be written on this computer, in one sentence; empty if all can."""
    lost = names_without_letters(names)
    if not lost:
        return ""
    letters = "".join(dict.fromkeys("".join(missing_letters(name) for name in lost)))
    others = len(lost) - 1
    shown = repr(lost[0])
    if others:
        shown = (
            tr("{name} and {count} more name", name=shown, count=others)
            if others == 1
            else tr("{name} and {count} more names", name=shown, count=others)
        )
    codes = ", ".join(f"U+{ord(letter):04X}" for letter in letters[:3])
    more = ", …" if len(letters) > 3 else ""
    return tr(
        "No font of this computer has all letters of {shown} ({codes}{more}): they are drawn as "
        "boxes; install a font for that script, such as one of the Noto fonts.",
        shown=shown,
        codes=codes,
        more=more,
    )


def layout_font(text: str) -> Any:
    """Return matplotlib's font for a text: it joins letters and sets them in both directions."""
    from matplotlib import font_manager

    return font_manager.get_font(list(fonts_for(text)))


@contextmanager
def missing_glyphs_allowed() -> Iterator[None]:
    """Keep matplotlib from warning of letters that nobody has: `note_on_names` tells of them."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*missing from (current )?font")
        yield


@lru_cache(maxsize=1)
def colour_font() -> str | None:
    """Return the file of a font of coloured emoji, None if there is none that can be drawn."""
    for path in filter(_is_colour, system_fonts()):
        try:
            ImageFont.truetype(path, COLOUR_PIXELS)
        except OSError:  # in another size, or none of the kinds that are known
            continue
        return path
    return None


@lru_cache(maxsize=1)
def system_fonts() -> tuple[str, ...]:
    """Return the files of this computer's fonts, what suits ours best first."""
    from matplotlib import font_manager

    found = {path for path in font_manager.findSystemFonts() if path.endswith(FONT_ENDINGS)}
    return tuple(sorted(found, key=_rank))


def _needed(text: str) -> list[str]:
    """Return the letters of a text that a font must have, each once."""
    if is_plain(text):
        return []
    rest = EMOJI.sub("", text) if colour_font() is not None else text
    return [letter for letter in dict.fromkeys(rest) if not _needs_no_glyph(letter)]


def _needs_no_glyph(letter: str) -> bool:
    """Return whether a letter is space, control or decides on the look of its neighbour."""
    kind = unicodedata.category(letter)
    return kind in ("Cc", "Cf", "Zs", "Zl", "Zp") or letter in "\ufe0e\ufe0f"


@lru_cache(maxsize=4096)
def _font_of(letter: str) -> str | None:
    """Return the file of the first font that has a letter."""
    candidates = (str(asset("fonts", OWN)), *system_fonts())
    return next((path for path in candidates if _has(path, letter)), None)


def _has(path: str, letter: str) -> bool:
    # Colours are no letters: matplotlib cannot set them.
    font = None if _is_colour(path) else _open(path)
    return font is not None and font.get_char_index(ord(letter)) != 0


@lru_cache(maxsize=128)
def _open(path: str) -> Any:
    from matplotlib.ft2font import FT2Font

    try:
        return FT2Font(path)
    except (OSError, RuntimeError):  # an empty or damaged file: the others are asked
        return None


def _is_colour(path: str) -> bool:
    return any(name in Path(path).stem.lower() for name in _COLOUR)


def _rank(path: str) -> tuple[int, int, int, str]:
    stem = Path(path).stem.lower()
    shape = sum(word in stem.replace("sans-serif", "") for word in _SHAPES)
    family = next((k for k, name in enumerate(("notosans", "dejavusans")) if name in stem), 2)
    weight = next((k for k, name in enumerate(_WEIGHTS) if name in stem), len(_WEIGHTS))
    return shape, family, weight, path


def clusters(text: str) -> Sequence[str]:
    """Return the letters of a text together with the marks and joiners that belong to them."""
    found: list[str] = []
    place = 0
    while place < len(text):
        picture = EMOJI.match(text, place)
        letter = picture.group() if picture else text[place]
        place += len(letter)
        joined = bool(found) and found[-1].endswith("\u200d")
        if found and not picture and (joined or _belongs_before(letter)):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def _belongs_before(letter: str) -> bool:
    return unicodedata.category(letter) in ("Mn", "Mc", "Me") or letter in "\u200d\ufe0e\ufe0f"
