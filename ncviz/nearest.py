"""Which of some names somebody meant who wrote another one."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from ncviz.language import tr

MOST = 3  # names that are offered
_FEW = 6  # of which no nearest one need be told


def nearest(name: str, known: Iterable[str], most: int = MOST) -> list[str]:
    """Return the names that are written nearly so, the nearest first."""
    by_letters = dict[str, list[str]]()
    for each in known:
        by_letters.setdefault(_letters(each), []).append(each)
    wanted = _letters(name)
    near = get_close_matches(wanted, by_letters, n=most, cutoff=0.6)
    within = [each for each in by_letters if len(wanted) > 2 and wanted in each]
    return [each for key in dict.fromkeys((*near, *within)) for each in by_letters[key]][:most]


def one_among(name: str, known: Iterable[str]) -> str:
    """Return what may stand in a name's place, after 'choose'; the nearest ones first."""
    names = tuple(known)
    near = nearest(name, names) if len(names) > _FEW else []
    if any("," in each for each in names):
        near, names = [f"'{each}'" for each in near], tuple(f"'{each}'" for each in names)
    if not near:
        return tr("one of {names}", names=", ".join(names))
    rest = ", ".join(each for each in names if each not in near)
    return tr("{near}, or another one: {rest}", near=tr(" or ").join(near), rest=rest)


def _letters(name: str) -> str:
    """Return a name as it counts here: neither case nor what stands between its words."""
    return re.sub(r"[\W_]+", "", name.casefold())
