"""The minority cosine over R, from the theory."""

from typing import TYPE_CHECKING

from ncviz.charts.applies import is_imbalanced
from ncviz.export.presets.preset import Preset

if TYPE_CHECKING:
    from ncviz.export.sheet import Sheet  # loads matplotlib


def _draw(sheet: "Sheet", top: float) -> None:
    from ncviz.export.plot_pages import draw_minority_page  # loads matplotlib

    draw_minority_page(sheet, top)


MINORITY = Preset(
    "minority",
    title="Minority cosine over R",
    words="the minority cosine over R, from the theory",
    draw=_draw,
    order=60,
    applies=is_imbalanced,
    of_model=True,
)
