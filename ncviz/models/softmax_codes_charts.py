"""Charts of softmax codes: distances one-vs-rest and one-vs-one, generalised collapse, the map."""

from ncviz.charts.chart import Level
from ncviz.language import tr
from ncviz.models.code_map import CODE_MAP
from ncviz.models.over_steps import line, over_steps

GNC = "Jiang et al., ICML 2024"
TAMMES = tr("Tammes&nbsp;code")

PLOTS = (
    over_steps(
        "margin",
        tr("distance"),
        tr("One-vs-rest and one-vs-one distance over steps"),
        tr(
            "GNC2, the least distance of a row of the classifier from the convex hull of all "
            "others, and the least distance of two rows; the green lines are those of the "
            "softmax code ({gnc}) and of the Tammes code (Tammes 1930).",
            gnc=GNC,
        ),
        (
            line(
                "margin",
                tr("one-vs-rest"),
                "classifier",
                meaning=tr(
                    "GNC2: the least distance of a class's row from the hull of all others."
                ),
            ),
            line(
                "pairs",
                tr("one-vs-one"),
                "classifier",
                dash=True,
                meaning=tr("The least distance between the rows of two classes."),
            ),
        ),
        formulas=("softmax code",),
        logarithmic=False,
        target=Level(
            0.0, tr("softmax&nbsp;code"), tr("The largest one-vs-rest distance that is known.")
        ),
        targets=(Level(0.0, TAMMES, tr("The largest one-vs-one distance that is known.")),),
    ),
    over_steps(
        "gnc",
        tr("GNC1, GNC3"),
        tr("Generalised collapse GNC1, GNC3 over steps"),
        tr(
            "GNC1 is NC1 of the features' directions; GNC3 the mean of 1 − cos(w_k, m_k) "
            "between classifier and class mean ({gnc}).",
            gnc=GNC,
        ),
        (
            line("gnc1", tr("GNC1"), "text", meaning=tr("How far features are from their means.")),
            line(
                "gnc3",
                tr("GNC3"),
                "classifier",
                meaning=tr("How far rows are from class means."),
            ),
        ),
        formulas=("softmax code",),
    ),
    CODE_MAP,
)
