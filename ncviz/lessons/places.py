"""The controls that a lesson may point at, by the words with which its file names them."""

from collections.abc import Iterable

PLACES = {
    "play": "the button that plays",
    "timeline": "the timeline",
    "scene": "the scene",
    "legend": "the legend over the scene",
    "layers": "the list of layers",
    "classes": "the chips of the classes",
    "samples": "whose samples are shown",
    "plots": "the plots on the right",
    "caption": "the caption below the scene",
    "sliders": "the sliders of the model",
    "recipe": "the fields of the recipe",
    "train": "the button that trains",
    "rooms": "the rooms at the top",
}
HANDOUT, FILM = ".pdf", ".mp4"  # endings of what a lesson is saved as
SLIDER = "slider:"  # and the name of a parameter of the model
FIELD = "field:"  # and the name of a field of the recipe


def check_places(names: Iterable[str]) -> None:
    """Refuse what is no place."""
    for name in names:
        if name not in PLACES and not name.startswith((SLIDER, FIELD)):
            known = ", ".join((*PLACES, f"{SLIDER}NAME", f"{FIELD}NAME"))
            raise ValueError(f"point has {name!r}: choose among {known}")
