"""The notions of the field, declared once: for hovering, cards, search and captions."""

from collections.abc import Iterator, Mapping

from ncviz import separation_in_words as law
from ncviz import values_in_words as words
from ncviz.concept import CLASSIFIER, ETF, MEANS, SAMPLES, Concept
from ncviz.language import tr
from ncviz.metrics.metric import metrics
from ncviz.model_concepts import MODEL_CONCEPTS
from ncviz.network_concepts import NETWORK_CONCEPTS
from ncviz.values_in_words import ordinary

_NOT_RECORDED = tr("It was not recorded at this moment.")

CONCEPTS: Mapping[str, Concept] = {
    "neural collapse": Concept(
        tr("Neural collapse"),
        tr(
            "What the last layer of a classifier comes to late in training: samples of a class "
            "become one point, the class means a simplex ETF, and the classifier follows the means."
        ),
        "neural collapse",
        spellings=("neural collapse", tr("Neural collapse")),
        lights=(SAMPLES, MEANS, CLASSIFIER),
    ),
    "simplex ETF": Concept(
        tr("Simplex ETF"),
        tr(
            "The most symmetric way to place K directions: all of one length, each as far from all "
            "others as can be. Drawn green."
        ),
        "simplex etf",
        lights=(ETF,),
        spellings=(tr("simplex ETF"),),
        search=tr("simplex equiangular tight frame green tetrahedron ideal"),
    ),
    "class mean": Concept(
        tr("Class mean"),
        tr(
            "The average of the features of one class; drawn as a ball on a stick from the middle "
            "of all class means."
        ),
        "class mean",
        lights=(MEANS,),
        spellings=(tr("class means"), "class mean"),
        search=tr("mean centre blue"),
    ),
    "classifier": Concept(
        tr("Classifier"),
        tr(
            "The last linear layer: one row of weights a class. The class whose row fits a "
            "sample's features best is the network's answer."
        ),
        "classifier",
        lights=(CLASSIFIER,),
        spellings=(tr("classifiers"), tr("classifier")),
        search=tr("weights rows red last layer"),
    ),
    "sample": Concept(
        tr("Sample"),
        tr(
            "A small sphere is one image, or another input, as a layer of the network sees it: its "
            "features, brought into the picture together with the class means."
        ),
        lights=(SAMPLES,),
        search=tr("features image probe sphere dot"),
    ),
    "class": Concept(
        tr("Class"),
        tr("A kind of thing to be told apart. Its samples share one hue."),
        lights=(SAMPLES,),
        search=tr("label legend chip hue colour"),
    ),
    **{metric.key: metric.notion for metric in metrics().values()},
    "D of classes": Concept(
        tr("Separation fuzziness of single classes"),
        tr(
            "The same for the samples of one class alone, averaged over the classes that are meant."
        ),
        "class law",
        ordinary(law.class_fuzziness, law.NO_D, law.COINCIDE),
        (SAMPLES,),
    ),
    "law of equi-separation": Concept(
        tr("Law of equi-separation"),
        tr(
            "In many trained networks every layer shrinks the separation fuzziness D by about the "
            "same factor: a straight line over the layers on a logarithmic axis."
        ),
        "law",
        lights=(SAMPLES,),
        spellings=(tr("law of equi-separation"), tr("equi-separation")),
        search=tr("He Su straight line layers"),
    ),
    "cosine": Concept(
        tr("Cosine"),
        tr(
            "A number that tells the angle between two directions: 1 for the same, 0 for a right "
            "angle, −1 for opposite ones."
        ),
        "cosines",
        ordinary(words.cosine, words.NO_LENGTH),
        (MEANS, CLASSIFIER),
        search=tr("angle matrix"),
    ),
    "norm": Concept(
        tr("Norm over the mean norm"),
        tr("The length of a class mean or of a classifier row; all are 1 in a simplex ETF."),
        "norms",
        ordinary(words.relative_norm, tr("There is no value here: all lengths are 0.")),
        (MEANS, CLASSIFIER),
        search=tr("length"),
    ),
    "minority collapse": Concept(
        tr("Minority Collapse"),
        tr(
            "Where classes differ much in size, the classifiers of the small classes fall "
            "together and can no longer tell these classes apart."
        ),
        "critical ratio",
        lights=(CLASSIFIER,),
        spellings=(tr("Minority Collapse"), tr("minority classifiers")),
        search=tr("imbalance Fang"),
        only_minority=True,
    ),
    "minority": Concept(
        tr("Minority classes"),
        tr("The classes of which the largest has at least 1.5 times the training samples."),
        "minority",
        lights=(SAMPLES, MEANS, CLASSIFIER),
        spellings=(tr("minority classes"), tr("minority class")),
        only_minority=True,
    ),
    "critical ratio": Concept(
        tr("Critical imbalance R₀"),
        tr(
            "The ratio of class sizes from which on the best classifiers of all minority classes "
            "are one and the same, in the Layer-Peeled Model."
        ),
        "critical ratio",
        ordinary(
            words.critical_ratio,
            tr("There is no R₀ here: it takes two minority classes."),
            tr("The minority classifiers stay apart at every ratio that was looked at."),
        ),
        (CLASSIFIER,),
        ("R₀",),
        tr("threshold R0"),
    ),
    "imbalance": Concept(
        tr("Imbalance ratio R"),
        tr(
            "Samples of the largest class over those of the smallest. R₀ is the one from which on "
            "minority classes collapse."
        ),
        "imbalance",
        ordinary(words.imbalance, tr("A class has no samples."), tr("A class has no samples.")),
        spellings=(tr("imbalance"), tr("imbalanced")),
    ),
    "terminal phase": Concept(
        tr("Terminal phase of training (TPT)"),
        tr(
            "The time from which on the training error stays 0 while training goes on. Papyan, Han "
            "and Donoho let it begin where the error first vanishes."
        ),
        "error",
        ordinary(words.terminal_phase, tr("The training error does not stay 0.")),
        (SAMPLES,),
        (tr("terminal phase of training"), "terminal phase", "TPT"),
    ),
    "loss": Concept(
        tr("Loss"),
        tr(
            "How wrong the network's answers are, averaged over the samples; training makes such a "
            "number small."
        ),
        "loss",
        ordinary(words.loss, _NOT_RECORDED, tr("The training has diverged.")),
        spellings=(tr("training loss"), tr("test loss")),
        common=(tr("loss"),),
        search=tr("cross-entropy objective"),
    ),
    "error": Concept(
        tr("Error"),
        tr(
            "The share of samples that the network takes for another class: training error of "
            "those it was trained on, test error of others."
        ),
        "error",
        ordinary(words.error, _NOT_RECORDED),
        (SAMPLES,),
        (tr("training error"), tr("test error")),
        tr("mistakes accuracy"),
    ),
    "error of a class": Concept(
        tr("Error of a class"),
        tr(
            "The share of samples of a class that the network takes for another one. Where "
            "mistakes by class were not recorded, of the training samples that are drawn."
        ),
        "class errors",
        ordinary(words.error, _NOT_RECORDED),
        (SAMPLES,),
        search=tr("mistakes by class"),
    ),
    "over-fitting": Concept(
        tr("Over-fitting"),
        tr("The network is right on what it was trained on and often wrong on what it was not."),
        "over-fitting",
        lights=(SAMPLES,),
        spellings=(tr("over-fitting"), tr("Over-fitting")),
        search=tr("generalisation overfitting test"),
    ),
    "spread": Concept(
        tr("Spread of a class"),
        tr(
            "How large the cloud of a class is beside the gap to the next class mean: small is "
            "tight, next to nothing is collapsed."
        ),
        "spread",
        lights=(SAMPLES, MEANS),
        spellings=(
            *("collapsed", "collapse", tr("tight clouds"), tr("tight cloud")),
            *(tr("spread of a class"), tr("spreads")),
        ),
    ),
    "overlap": Concept(
        tr("Overlap of two classes"),
        tr(
            "Two classes overlap where at least one in twenty samples of one lies nearer to the "
            "class mean of the other."
        ),
        "overlap",
        lights=(SAMPLES, MEANS),
        spellings=(tr("overlaps"), tr("overlap"), tr("spreads over"), tr("spread over")),
        search=tr("mix mixed clouds"),
    ),
    "linear network": Concept(
        tr("Linear network"),
        tr("A network without a nonlinearity: all its layers together are one matrix."),
        "linear network",
        spellings=(tr("linear network"),),
    ),
    "divergence": Concept(
        tr("Divergence"),
        tr(
            "Training goes wrong: numbers grow instead of settling, most often since the learning "
            "rate is too large."
        ),
        formula="loss",
        spellings=(tr("diverged"), tr("diverges"), tr("divergence")),
        search=tr("NaN infinite"),
    ),
    "epoch": Concept(
        tr("Epoch"),
        tr("One pass of the training through all of its data."),
        common=(tr("epoch"), tr("epochs")),
        say=ordinary(words.epoch, _NOT_RECORDED),
    ),
    "step": Concept(
        tr("Step"),
        tr("One change of the weights in training, after one batch of samples."),
        say=ordinary(words.epoch, _NOT_RECORDED),
    ),
    "checkpoint": Concept(
        tr("Checkpoint"),
        tr("The weights of a network as they were saved at some moment of its training."),
        say=ordinary(words.epoch, _NOT_RECORDED),
    ),
    "snapshot": Concept(
        tr("Snapshot"),
        tr("What a run holds of one moment: the geometry of all layers, and the numbers."),
        say=ordinary(words.epoch, _NOT_RECORDED),
    ),
    "learning rate drop": Concept(
        tr("Fall of the learning rate (η÷10)"),
        tr("From here on the steps of the training are smaller, as its recipe says."),
        search=tr("lr eta decay schedule"),
    ),
    "layer": Concept(
        tr("Layer"),
        tr(
            "A point along the network at which its features are measured: the input, the output "
            "of layer 1, of layer 2, and so on to what the classifier reads. D₁ is measured on "
            "the input, D₂ on the output of layer 1."
        ),
        "fuzziness",
        lights=(SAMPLES,),
        common=(tr("layer"), tr("layers")),
        search=tr("depth features"),
    ),
    "shadow": Concept(
        tr("Shadow"),
        tr(
            "More than four classes need more than three dimensions: what is drawn is a shadow, in "
            "which lengths and angles are foreshortened."
        ),
        "grand tour",
        spellings=(tr("shadow"),),
        search=tr("projection dimensions grand tour"),
    ),
    **NETWORK_CONCEPTS,
    **MODEL_CONCEPTS,
}


def spellings(common: bool = False) -> Iterator[tuple[str, str]]:
    """Return each spelling with the key of its concept, the longest first.

    A sentence is searched in this order, so that 'terminal phase of training' is found
    before 'terminal phase'.

    Parameters
    ----------
    common : bool
        With words so common that only lessons link them.
    """
    found = [
        (text, key)
        for key, concept in CONCEPTS.items()
        for text in (*concept.spellings, *(concept.common if common else ()))
    ]
    return iter(sorted(found, key=lambda pair: -len(pair[0])))
