"""The controls that a lesson may point at, by the words with which its file names them."""

from collections.abc import Iterable

from ncviz.language import tr

MARKS = "marks"
PLACES = {
    "play": tr("the button that plays"),
    "timeline": tr("the timeline"),
    MARKS: tr("the marks of the timeline, which can be hidden alone"),
    "scene": tr("the scene"),
    "legend": tr("the legend over the scene"),
    "layers": tr("the list of layers"),
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
LEADING = "play", "timeline", "train"  # where a network or a model is led on in time


def check_places(names: Iterable[str], key: str = "point") -> None:
    """Refuse what is no place, under the key that names it."""
    for name in names:
        if name not in PLACES and not name.startswith((SLIDER, FIELD)):
            known = ", ".join((*PLACES, f"{SLIDER}NAME", f"{FIELD}NAME"))
            raise ValueError(
                tr("{key} has {name!r}: choose among {known}", key=key, name=name, known=known)
            )
