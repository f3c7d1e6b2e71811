"""Which documents ship with ncviz, so that Help opens them offline, and which pictures they show.

Read by `hatch_build.py` for the wheel and by `ncviz.spec` for the frozen application.
"""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from ncviz.assets import PAGES

PLACE = "ncviz/assets/guide"


def guide_files(root: Path) -> dict[str, str]:
    """Return where each file lies in the source tree, and where it goes.

    Parameters
    ----------
    root : Path
        Of the source tree.

    Returns
    -------
    dict of str to str
        The pages, the pictures that they show and the recipes, below `PLACE`.
    """
    documents = root / "docs"
    files = [documents / f"{page}.md" for page in PAGES]
    for page in tuple(files):
        shown = re.findall(r"!\[[^\]]*\]\(([\w./-]+)\)", page.read_text(encoding="utf-8"))
        files += [documents / name for name in sorted(set(shown))]
    files += sorted((documents / "recipes").glob("*.toml"))
    return {
        str(file): f"{PLACE}/{file.relative_to(documents).as_posix()}"
        for file in dict.fromkeys(files)
    }
