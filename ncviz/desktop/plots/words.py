"""Words over a plot, without their markup."""

import html
import re


def plain(rich: str) -> str:
    """Return rich text without its markup; the index of D stays an index."""
    rich = rich.replace("<sub>t</sub>", "ₜ").replace("<sub>0</sub>", "₀")
    return html.unescape(re.sub(r"<[^>]*>", "", rich)).replace("\N{NO-BREAK SPACE}", " ")
