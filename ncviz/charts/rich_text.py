"""Rich text in plots: names made safe for it, and what it says without its markup."""

import html
import re

_SPACE = re.compile(r" (?![^<>]*>)")  # not within a tag
_SIGN = re.compile(r" ([=≈<>≤≥+−]) ")
_JOINER = "\N{WORD JOINER}"
# Letters of formulas with an index, as plain text has them: λ_Z, K_A, NC_m.
_INDEXED = re.compile(r"(?<!\w)(NC|[A-Za-zλμ])_([A-Za-z])(?!\w)")
_INDEX = re.compile(r"<sub>(.*?)</sub>")
_LOWERED = str.maketrans("0123456789t", "₀₁₂₃₄₅₆₇₈₉ₜ")  # what Unicode has, and all fonts


def rich(name: str) -> str:
    """Return somebody's own name as rich text that is never broken into lines.

    Parameters
    ----------
    name : str
        Such as that of a class.
    """
    joined = re.sub("([–—])", rf"\1{_JOINER}", html.escape(name))  # lines are broken behind them
    return joined.replace(" ", "&nbsp;")


def tied(text: str) -> str:
    """Return rich text that is never broken into lines: a name stays beside its number."""
    return _SPACE.sub("&nbsp;", text)


def unbroken(text: str) -> str:
    """Return plain text in which no line ends beside a sign: R = 20 stays together."""
    return _SIGN.sub("\N{NO-BREAK SPACE}\\1\N{NO-BREAK SPACE}", text)


def typeset(text: str) -> str:
    """Return escaped text with the indices of letters lowered: K_A becomes K<sub>A</sub>.

    Parameters
    ----------
    text : str
        Already escaped.
    """
    return _INDEXED.sub(r"\1<sub>\2</sub>", text)


def in_pieces(text: str) -> list[tuple[str, bool]]:
    """Return plain text in pieces, each with whether it is the index of a letter: E, then H."""
    parts = _INDEXED.split(text)  # what stands between, a letter, its index, and so on
    found: list[tuple[str, bool]] = []
    for before, letter, index in zip(parts[::3], parts[1::3], parts[2::3], strict=False):
        found += [(before + letter, False), (index, True)]
    return [*found, (parts[-1], False)] if parts[-1] or not found else found


def plain(text: str) -> str:
    """Return rich text without its markup; indices stay indices: D₁, Dₜ, λ_Z."""
    text = _INDEX.sub(lambda found: _as_index(found[1]), text)
    bare = html.unescape(re.sub(r"<[^>]*>", "", text)).replace(_JOINER, "")
    return bare.replace("\N{NO-BREAK SPACE}", " ")


def _as_index(text: str) -> str:
    lowered = text.translate(_LOWERED)
    return f"_{text}" if set(text) & set(lowered) else lowered
