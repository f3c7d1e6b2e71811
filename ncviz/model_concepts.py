"""The notions of the theory models, declared once."""

from collections.abc import Mapping

from ncviz import values_in_words as words
from ncviz.concept import CLASSIFIER, ETF, MEANS, Concept
from ncviz.values_in_words import ordinary

MODEL_CONCEPTS: Mapping[str, Concept] = {
    "layer-peeled model": Concept(
        "Layer-Peeled Model",
        "All but the last layer is replaced by free features of bounded size: what remains can be "
        "solved, and shows what the best last layer is.",
        "layer-peeled",
        lights=(MEANS, CLASSIFIER),
        spellings=("Layer-Peeled Model",),
    ),
    "unconstrained features": Concept(
        "Unconstrained feature model",
        "Features are free numbers, held by penalties, and descend on the loss together with the "
        "classifier.",
        "unconstrained",
        lights=(MEANS, CLASSIFIER),
        spellings=("unconstrained features",),
    ),
    "softmax code": Concept(
        "Softmax code",
        "Unit vectors each of which lies as far as possible from the hull of all others: what "
        "classes become where there is no room for a simplex ETF.",
        "softmax code",
        lights=(ETF,),
        spellings=("softmax code", "Softmax code"),
        search="generalised neural collapse spherical code Tammes",
    ),
    "square loss": Concept(
        "Square loss",
        "The squared distance between outputs and targets; with weight decay it leads to "
        "classifiers of one predicted length.",
        "square loss",
        lights=(CLASSIFIER,),
        spellings=("square loss",),
    ),
    "norm budget": Concept(
        "Norm budget E_H·E_W",
        "How large features (E_H) and classifiers (E_W) may be, as mean squared lengths; only the "
        "product of both matters.",
        "layer-peeled",
        ordinary(words.norm_budget, "There is no budget here."),
        (MEANS, CLASSIFIER),
        search="E_H E_W",
    ),
    "power": Concept(
        "Power q of the norm",
        "The budget of the features adds up the sizes of their coordinates to the power q: at "
        "q = 2 that is the squared length.",
        "layer-peeled",
        ordinary(words.power, "There is no power here."),
        (MEANS,),
    ),
    "penalty": Concept(
        "Weight decay λ",
        "A penalty on large numbers: it holds classifier, features or bias back.",
        "unconstrained",
        ordinary(words.penalty, "There is no penalty here."),
        search="lambda regularisation",
    ),
    "temperature": Concept(
        "Temperature τ",
        "On the sphere, logits are divided by it: the smaller, the surer the answers.",
        "unconstrained",
        ordinary(words.temperature, "There is no temperature here."),
    ),
}
