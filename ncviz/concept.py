"""A notion of the field: its name, its meaning, and how it puts a value into words."""

import math
from dataclasses import dataclass

from ncviz.values_in_words import NOTHING, Facts, Words

SAMPLES, MEANS, CLASSIFIER, ETF = "samples", "means", "classifier", "etf"


@dataclass(frozen=True)
class Concept:
    """A notion that the window speaks of.

    Parameters
    ----------
    name : str
        What it is called on the screen.
    meaning : str
        What it is, plainly, in a sentence or two; true of every run.
    formula : str
        Key of `ncviz.formulas.FORMULAS`; empty for what has none.
    say : callable, optional
        Puts a value into a sentence, also NaN and ∞.
    lights : tuple of str
        What of the scene stands out beside it: 'samples', 'means', 'classifier', 'etf'.
    spellings : tuple of str
        How sentences write it, each word for word; they become links to it.
    common : tuple of str
        The same in words so common that only lessons link them.
    search : str
        More words under which it is found.
    only_minority : bool
        What stands out belongs to the minority classes alone.
    """

    name: str
    meaning: str
    formula: str = ""
    say: Words | None = None
    lights: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()
    search: str = ""
    only_minority: bool = False
    common: tuple[str, ...] = ()

    def sentence(self, value: float | None, facts: Facts = NOTHING) -> str:
        """Put a value into a plain sentence.

        Parameters
        ----------
        value : float or None
            None is taken for NaN.
        facts : Facts
            What is known beside it.

        Returns
        -------
        str
            Empty for a notion without numbers.
        """
        if self.say is None:
            return ""
        number = float("nan") if value is None else value
        if facts.absent and math.isnan(number):
            return facts.absent
        return self.say(number, facts)
