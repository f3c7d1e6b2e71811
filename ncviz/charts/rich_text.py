"""Rich text in plots: names made safe for it, and what it says without its markup."""

import html
import re

_JOINER = "\N{WORD JOINER}"


def rich(name: str) -> str:
    """Return somebody's own name as rich text that is never broken into lines.

    Parameters
    ----------
    name : str
        Such as that of a class.
    """
    joined = re.sub("([–—])", rf"\1{_JOINER}", html.escape(name))  # lines are broken behind them
    return joined.replace(" ", "&nbsp;")


def plain(text: str) -> str:
    """Return rich text without its markup; the index of D stays an index."""
    text = text.replace("<sub>t</sub>", "ₜ").replace("<sub>0</sub>", "₀")
    bare = html.unescape(re.sub(r"<[^>]*>", "", text)).replace(_JOINER, "")
    return bare.replace("\N{NO-BREAK SPACE}", " ")
