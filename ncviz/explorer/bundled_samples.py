"""The runs that ship with ncviz, and what each of them shows."""

from dataclasses import dataclass
from pathlib import Path

from ncviz.assets import asset
from ncviz.language import tr


@dataclass(frozen=True)
class Sample:
    """A run that ships with ncviz; made by `script/demonstration`.

    Parameters
    ----------
    key : str
    title : str
    sentence : str
        What to see in it.
    parts : tuple of str
        Its folder below the assets folder.
    classes : tuple of int
        Which classes to show first; empty for the first four.
    beside : str
        The key of the sample to compare it with; empty for none.
    """

    key: str
    title: str
    sentence: str
    parts: tuple[str, ...]
    classes: tuple[int, ...] = ()
    beside: str = ""

    @property
    def path(self) -> Path:
        """Return the folder of the run.

        Raises
        ------
        UserError
            If this installation lacks it.
        """
        return asset(*self.parts)

    def thumbnail(self, theme: str) -> Path:
        """Return the picture of the run in a theme, 'light' or 'dark'.

        Raises
        ------
        UserError
            If this installation lacks it.
        """
        return asset("samples", f"{self.key}-{theme}.png")


SAMPLES: tuple[Sample, ...] = (
    Sample(
        "demonstration",
        tr("Neural collapse"),
        tr(
            "Eight layers on Fashion-MNIST: class means near a simplex ETF, and D falls by about "
            "one factor a layer."
        ),
        ("demonstration",),
    ),
    Sample(
        "imbalanced",
        tr("Minority Collapse"),
        tr(
            "Five of ten classes have 150 times fewer images, and their classifiers fall nearly "
            "together."
        ),
        ("samples", "imbalanced"),
        (0, 1, 5, 6),
        "balanced",
    ),
    Sample(
        "balanced",
        tr("Minority Collapse, balanced"),
        tr("The same network and recipe with equal classes: all ten classifiers spread evenly."),
        ("samples", "balanced"),
        (0, 1, 5, 6),
        "imbalanced",
    ),
    Sample(
        "linear",
        tr("No nonlinearity, no law"),
        tr(
            "A negative control: without a nonlinearity D stops falling after the first hidden "
            "layer."
        ),
        ("samples", "linear"),
        (),
        "demonstration",
    ),
)


def sample(key: str) -> Sample:
    """Return a sample by its key.

    Raises
    ------
    KeyError
        If there is none.
    """
    return {item.key: item for item in SAMPLES}[key]
