"""The notions of the theory models, declared once."""

from collections.abc import Mapping

from ncviz.concept import CLASSIFIER, ETF, MEANS, SAMPLES, Concept
from ncviz.language import tr
from ncviz.values_in_words import Facts, ordinary, two_digits
from ncviz.wording import three_digits


def _norm_budget(value: float, _facts: Facts) -> str:
    """Say how long vectors may be: only the product of both budgets matters."""
    return tr(
        "Shared equally, features and classifiers may have the root-mean-square length "
        "{value} each.",
        value=two_digits(value**0.25),
    )


def _power(value: float, facts: Facts) -> str:
    """Say what a power other than 2 does."""
    if value == 2:
        return tr("The square: with equal classes the optimum is a simplex ETF.")
    if 0 < facts.classes < 3:
        return tr("Two classes stand opposite each other, whatever the power.")
    return tr(
        "With {value} in place of 2 nothing certifies the optimum: there can be "
        "several local ones, and the lowest of many descents is shown.",
        value=three_digits(value),
    )


def _temperature(value: float, _facts: Facts) -> str:
    """Say what a temperature does to the logits of unit vectors."""
    if value <= 0:
        return tr("The largest logit takes all: the answers are wholly sure.")
    return tr("Logits lie between −{value} and {value}.", value=two_digits(1 / value))


def _penalty(value: float, _facts: Facts) -> str:
    """Say what a penalty does."""
    if value <= 0:
        return tr("No penalty: nothing holds these numbers back.")
    return tr(
        "Half of {value} times the squared length is added to the loss.", value=two_digits(value)
    )


MODEL_CONCEPTS: Mapping[str, Concept] = {
    "layer-peeled model": Concept(
        tr("Layer-Peeled Model"),
        tr(
            "All but the last layer is replaced by free features of bounded size: what remains "
            "can be solved, and shows what the best last layer is."
        ),
        "layer-peeled",
        lights=(MEANS, CLASSIFIER),
        spellings=(tr("Layer-Peeled Model"),),
    ),
    "unconstrained features": Concept(
        tr("Unconstrained feature model"),
        tr(
            "Features are free numbers, held by penalties, and descend on the loss together with "
            "the classifier."
        ),
        "unconstrained",
        lights=(MEANS, CLASSIFIER),
        spellings=(tr("unconstrained features"),),
    ),
    "weight decay and imbalance": Concept(
        tr("Layer-Peeled Model with weight decay"),
        tr(
            "Weight decay takes the place of the budget: every sample counts alike, and from an "
            "exact strength of it on the classifiers of all minorities are one."
        ),
        "penalised",
        lights=(MEANS, CLASSIFIER),
        search=tr("Hong Ling nuclear norm threshold penalty"),
    ),
    "deep linear network": Concept(
        tr("Deep linear network"),
        tr(
            "Linear maps one after another: balanced weights share the work among the layers, so "
            "that classes become compact by one factor a layer and turn away from each other "
            "evenly."
        ),
        "deep linear",
        lights=(SAMPLES, MEANS),
        search=tr("compression discrimination Wang layer"),
    ),
    "deep features": Concept(
        tr("Deep unconstrained features"),
        tr(
            "Features that are free, with several weight matrices above them: weight decay wants "
            "few directions in every layer, and with enough layers a lower rank than that of "
            "neural collapse costs less."
        ),
        "deep features",
        lights=(SAMPLES, MEANS),
        search=tr("Tirer Bruna Sukenik Súkeník low rank bias DUFM layers depth"),
    ),
    "landscape": Concept(
        tr("Landscape, saddles"),
        tr(
            "Unconstrained features have no bad minima: where the slope is zero and the value is "
            "not the least, the curvature is negative along some direction, and a step along it "
            "goes down."
        ),
        "landscape",
        lights=(MEANS,),
        search=tr("Zhu saddle strict negative curvature Hessian global minimum"),
    ),
    "local elasticity": Concept(
        tr("Local elasticity, LE-SDE"),
        tr(
            "A step on one image moves the logits of its own class more than those of others: "
            "where that difference lasts, classes separate."
        ),
        "elastic",
        lights=(SAMPLES, MEANS),
        search=tr("stochastic differential equation Zhang Wang Su alpha beta"),
    ),
    "elastic strengths": Concept(
        tr("Strengths α and β of LE-SDE"),
        tr(
            "How strongly a step on an image pulls the logits of its own class, α, and those of "
            "other classes, β, as the mean logits of a run tell."
        ),
        "elastic estimates",
        lights=(MEANS, CLASSIFIER),
        spellings=(tr("LE-ODE"),),
        search=tr("estimate alpha beta tail index imitation relative difference RD"),
    ),
    "softmax code": Concept(
        tr("Softmax code"),
        tr(
            "Unit vectors each of which lies as far as possible from the hull of all others: what "
            "classes become where there is no room for a simplex ETF."
        ),
        "softmax code",
        lights=(ETF,),
        spellings=("softmax code", tr("Softmax code")),
        search=tr("generalised neural collapse spherical code Tammes"),
    ),
    "pick all": Concept(
        tr("Pick-all-labels loss"),
        tr(
            "The cross-entropy of a sample with each of its labels, added up. Where sets of one "
            "size have equally many samples, features of several labels come to lie at the scaled "
            "sum of those of each."
        ),
        "pick all",
        lights=(MEANS,),
        spellings=(tr("pick-all-labels loss"),),
        search=tr("multi-label sets of labels tag-wise average Li scaled sum"),
    ),
    "rattler": Concept(
        tr("Rattler"),
        tr(
            "A point of a code that can move by 0.003 radians, all others held, while the least "
            "one-vs-rest distance stays the same within one in ten million."
        ),
        "softmax code",
        lights=(ETF,),
        spellings=(tr("rattler"), tr("rattlers"), tr("rattle"), tr("rattles")),
        search=tr("softmax code slack jammed move Cohn spherical codes"),
    ),
    "square loss": Concept(
        tr("Square loss"),
        tr(
            "The squared distance between outputs and targets; with weight decay it leads to "
            "classifiers of one predicted length."
        ),
        "square loss",
        lights=(CLASSIFIER,),
        spellings=(tr("square loss"),),
    ),
    "norm budget": Concept(
        tr("Norm budget E_H·E_W"),
        tr(
            "How large features (E_H) and classifiers (E_W) may be, as mean squared lengths; only "
            "the product of both matters."
        ),
        "layer-peeled",
        ordinary(_norm_budget, tr("There is no budget here.")),
        (MEANS, CLASSIFIER),
        search="E_H E_W",
    ),
    "power": Concept(
        tr("Power q of the norm"),
        tr(
            "The budget of the features adds up the sizes of their coordinates to the power q: at "
            "q = 2 that is the squared length."
        ),
        "layer-peeled",
        ordinary(_power, tr("There is no power here.")),
        (MEANS,),
    ),
    "penalty": Concept(
        tr("Weight decay λ"),
        tr("A penalty on large numbers: it holds classifier, features or bias back."),
        "unconstrained",
        ordinary(_penalty, tr("There is no penalty here.")),
        common=(tr("weight decay"),),
        search=tr("lambda regularisation"),
    ),
    "temperature": Concept(
        tr("Temperature τ"),
        tr("On the sphere, logits are divided by it: the smaller, the surer the answers."),
        "unconstrained",
        ordinary(_temperature, tr("There is no temperature here.")),
    ),
}
