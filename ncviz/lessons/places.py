"""The controls that a lesson may point at, by the words with which its file names them."""

from collections.abc import Iterable

from ncviz.language import tr
from ncviz.nearest import one_among

MARKS, VALUES = "marks", "values"
PLACES = {
    "play": tr("the button that plays"),
    "timeline": tr("the timeline"),
    MARKS: tr("the marks of the timeline, which can be hidden alone"),
    "scene": tr("the scene"),
    "legend": tr("the legend over the scene"),
    "layers": tr("the list of layers"),
    VALUES: tr(
        "what was measured: in the list of layers, in and over the scene, in Compare's table"
    ),
    "classes": tr("the chips of the classes"),
    "samples": tr("whose samples are shown"),
    "plots": tr("the plots on the right"),
    "caption": tr("the caption below the scene"),
    "sliders": tr("the sliders of the model"),
    "recipe": tr("the fields of the recipe"),
    "train": tr("the button that trains"),
    "rooms": tr("the rooms at the top"),
}
HANDOUT, FILM, PAGE = ".pdf", ".mp4", ".html"  # endings of what a lesson is saved as
SLIDER = "slider:"  # and the name of a parameter of the model
FIELD = "field:"  # and the name of a field of the recipe
ALONE = MARKS, VALUES  # what can be hidden, and is not pointed at
TIME = "play", "timeline"  # by either of which a network or a model is led on


def waiting_with(name: str) -> tuple[str, ...]:
    """Return the controls that wait for a guess where the deed after it points at one of them."""
    if name in TIME:
        return TIME
    if name == "sliders" or name.startswith(SLIDER):  # of some models time is one of them
        return ("sliders", *TIME)
    if name == "recipe" or name.startswith(FIELD):
        return "recipe", "train"
    return ("train",) if name == "train" else ()


def check_places(names: Iterable[str], key: str = "point") -> None:
    """Refuse what is no place, under the key that names it."""
    for name in names:
        if name not in PLACES and not name.startswith((SLIDER, FIELD)):
            known = *PLACES, f"{SLIDER}NAME", f"{FIELD}NAME"
            raise ValueError(
                tr(
                    "{key} has {name!r}: choose {names}",
                    key=key,
                    name=name,
                    names=one_among(name, known),
                )
            )
