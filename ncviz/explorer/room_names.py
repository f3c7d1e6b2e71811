"""The rooms by name, in the order of the header, and what one does in each."""

from ncviz.language import named, tr

LEARN, EXPLORE, LAYERS, THEORY, COMPARE, GALLERY, TRAIN = (
    named("Learn"),
    named("Explore"),
    named("Layers"),
    named("Theory"),
    named("Compare"),
    named("Gallery"),
    named("Train"),
)
ROOMS = {
    LEARN: tr("Lessons: guess, act, see why."),
    EXPLORE: tr("Look at one layer of a recorded training, large."),
    LAYERS: tr("See all layers of a run side by side at the same moment."),
    THEORY: tr("Turn the sliders of the models that predict neural collapse."),
    COMPARE: tr("Watch two runs side by side with one camera and one clock."),
    GALLERY: tr("Open a sample, a recent run, a model, or a published experiment."),
    TRAIN: tr("Train a network of your own and watch it collapse."),
}
