"""A row of docs/speed.md: declared at the top of a benchmark, printed as it is measured.

    FUZZINESS = Row("fuzziness", "D of 10,000 samples", floor="one bare product", at_most=0.75)
    ...
    FUZZINESS.point("d = 4,096", 81.0, 110.0)

script/speed finds the declarations, runs their files with the row's arguments and writes the page.
"""

import json
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Row:
    """What is measured, and what it is held against.

    Parameters
    ----------
    name : str
        Of the row, for ``script/speed --only``.
    what : str
        The row's words on the page.
    floor : str
        What the floor is, measured in the same run; empty where a goal stands alone.
    at_most : float
        The goal: of the ratio to the floor, or of the value, as `bounded` says.
    bounded : 'ratio' or 'value'
    unit : str
        Of values and floors: 'ms', 's', 'MiB', or empty.
    arguments : tuple of str
        With which its file is run to measure it. Rows of one file and the same arguments are
        measured together.
    order : int
        Place on the page, the least first.
    """

    name: str
    what: str
    floor: str
    at_most: float
    bounded: Literal["ratio", "value"] = "ratio"
    unit: str = "ms"
    arguments: tuple[str, ...] = ()
    order: int = 50

    def point(self, size: str, value: float, floor: float | None = None) -> None:
        """Tell a measured value, and the floor of the same run.

        The first of a row is what the goal is about. More of them are how cost grows: `size`
        says of what, such as ``"1,000 classes"``, the same words each time.
        """
        self._tell(size=size, value=value, floor=floor)

    def ends(self, words: str) -> None:
        """Say where it breaks, and what is said there: a sentence."""
        self._tell(ends=words)

    def _tell(self, **told: object) -> None:
        print(json.dumps({"row": self.name, **told}), flush=True)
