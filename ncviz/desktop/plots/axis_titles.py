"""Titles of axes, and shorter ones for plots that have less room."""

import re

from ncviz.language import tr


def shorter_across(title: str) -> list[str]:
    """Return a title of the lower axis and shorter ones: the spacing is said in each."""
    shorter = title.replace(tr("spaced as recorded"), tr("as recorded"))
    shorter = shorter.replace(tr("logarithmic"), tr("log"))
    return list(dict.fromkeys((title, shorter)))


def shorter_up(title: str) -> list[str]:
    """Return a title of the left axis, and its first words."""
    shortest = re.split(r", | over | of | über ", title)[0]
    return list(dict.fromkeys((title, shortest)))
