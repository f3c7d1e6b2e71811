"""The rooms by name, in the order of the header, and what one does in each."""

LEARN, EXPLORE, LAYERS, THEORY, COMPARE, GALLERY, TRAIN = (
    "Learn",
    "Explore",
    "Layers",
    "Theory",
    "Compare",
    "Gallery",
    "Train",
)
ROOMS = {
    LEARN: "Lessons: guess, act, see why.",
    EXPLORE: "Look at one layer of a recorded training, large.",
    LAYERS: "See all layers of a run side by side at the same moment.",
    THEORY: "Turn the sliders of the models that predict neural collapse.",
    COMPARE: "Watch two runs side by side with one camera and one clock.",
    GALLERY: "Open a sample, a recent run, a model, or a published experiment.",
    TRAIN: "Train a network of your own and watch it collapse.",
}
