"""The notions of networks and their training, declared once."""

from collections.abc import Mapping

from ncviz.concept import CLASSIFIER, SAMPLES, Concept
from ncviz.language import tr

NETWORK_CONCEPTS: Mapping[str, Concept] = {
    "network": Concept(
        tr("Network"),
        tr(
            "Layers one after another. Each turns the vector that it gets into another one; after "
            "the last a classifier gives each class a score."
        ),
        common=(tr("network"), tr("networks")),
        search=tr("model neural"),
    ),
    "features": Concept(
        tr("Features"),
        tr("The numbers that a layer makes of one sample: a vector, a place in the picture."),
        lights=(SAMPLES,),
        common=(tr("features"), tr("feature")),
        search=tr("vector representation embedding"),
    ),
    "weights": Concept(
        tr("Weights"),
        tr(
            "The numbers inside a network, which training changes: a layer multiplies what it gets "
            "by them and adds up."
        ),
        common=(tr("weights"),),
        search=tr("parameters matrix"),
    ),
    "inner product": Concept(
        tr("Inner product"),
        tr(
            "Coordinate times coordinate of two vectors, added up: large where both are long and "
            "point the same way."
        ),
        lights=(CLASSIFIER,),
        common=(tr("inner product"),),
        search=tr("dot product logit score"),
    ),
    "cross-entropy": Concept(
        tr("Cross-entropy"),
        tr(
            "The usual loss: minus the logarithm of the probability that the network gives to the "
            "right class. It comes near 0 where that is nearly 1, and never to it."
        ),
        common=(tr("cross-entropy"),),
        search=tr("softmax probability"),
    ),
    "learning rate": Concept(
        tr("Learning rate η"),
        tr("How far each step of the training changes the weights."),
        common=(tr("learning rate"),),
        search=tr("eta lr step size"),
    ),
    "oversampling": Concept(
        tr("Oversampling"),
        tr(
            "Samples of small classes are shown more often in each epoch, so that these classes "
            "count for more in the loss."
        ),
        common=(tr("oversampling"),),
        search=tr("imbalance resampling repeat"),
    ),
}
