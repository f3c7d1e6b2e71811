"""The cosine of minority classifiers, by which Minority Collapse is told."""

from ncviz import values_in_words as words
from ncviz.concept import CLASSIFIER, Concept
from ncviz.formula import FANG, ROW, Formula
from ncviz.language import tr
from ncviz.metrics.layer_at import AbsentError, LayerAt
from ncviz.metrics.metric import LAST, Metric
from ncviz.runs.measures import minority_cosine
from ncviz.values_in_words import ordinary

_NONE = tr("There is no value here: it takes two minority classifiers.")


def _of(place: LayerAt) -> float:
    if place.is_foreign or (found := minority_cosine(place.run, place.epoch)) is None:
        raise AbsentError(_NONE)
    return found


MINORITY_COSINE = Metric(
    name="minority_cosine",
    label=tr("minority&nbsp;cosine"),
    key="minority cosine",
    notion=Concept(
        tr("Minority cosine"),
        tr("The mean cosine between the classifiers of two minority classes."),
        "minority",
        ordinary(words.minority_cosine, _NONE),
        (CLASSIFIER,),
        ("minority cosine", tr("mean cosine")),
        only_minority=True,
    ),
    formula=Formula(
        tr("Minority cosine"),
        (r"\mathrm{mean}_{k\neq k'\ \mathrm{minority}}\;\cos(w_k,w_{k'})",),
        tr(
            "Mean cosine between the classifiers of two minority classes; 1 means that they point "
            "in one direction: Minority Collapse. One minority class has none. Where a tight "
            "budget leaves these classifiers at exactly zero in the Layer-Peeled Model, 1 is a "
            "convention."
        ),
        (ROW, (r"k,\,k'", tr("classes of which the largest has 1.5 times the samples or more"))),
        tr("{fang}, Fig. 4", fang=FANG),
    ),
    of=_of,
    needs="classifier, class sizes",
    scope=LAST,
    order=377,
)
