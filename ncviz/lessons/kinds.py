"""Kinds of questions, and the phases of a step: what the strip above the rooms knows of a lesson.

Apart from the lessons, which the window's start need not wait for.
"""

from ncviz.language import tr

CHOICE, NUMBER, PLACE, CLASS = "choice", "number", "place", "class"
PREDICTION = "prediction"
ASKED, TO_DO, TOLD = "asked", tr("to do"), "told"  # phases of a step
Guess = float | str
