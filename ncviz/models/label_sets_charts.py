"""Charts of the model of label sets: distance to the sums, their factor, and the objective."""

from ncviz.charts.chart import Level
from ncviz.language import tr
from ncviz.models.over_steps import COLLAPSE, line, over_steps

LI = "Li et al., ICML 2024"
NO_SETS = tr("Every sample has one label:\nlet it have two to see their means.")

PLOTS = (
    over_steps(
        "sums",
        "NC_m",
        tr("NC<sub>m</sub> of two labels over steps"),
        tr(
            "NC_m is the angle between the mean of two labels and the sum of both means, over "
            "that to any sum; the distance is that of the mean farthest from its scaled sum, "
            "over the mean's length. Both fall to 0 at collapse ({li}).",
            li=LI,
        ),
        (
            line("nc_m", tr("NC<sub>m</sub>"), "means", concept="NC_m"),
            line(
                "off",
                tr("distance"),
                "text",
                dash=True,
                meaning=tr(
                    "Of the mean that is farthest from the scaled sum of its labels' "
                    "means, over its length."
                ),
            ),
        ),
        nothing=NO_SETS,
        formulas=("nc_m", "pick all"),
    ),
    over_steps(
        "factor",
        "C_m",
        tr("Factor C<sub>m</sub> of the sums over steps"),
        tr(
            "By which factor the mean of m labels is nearest to the sum of the means of each; "
            "the green line is C₂ of the optimum ({li}).",
            li=LI,
        ),
        (
            line("factor_2", "C<sub>2</sub>", "means", meaning=tr("Of samples with two labels.")),
            line(
                "factor_3",
                "C<sub>3</sub>",
                "text",
                dash=True,
                meaning=tr("Of samples with three labels."),
            ),
        ),
        nothing=NO_SETS,
        formulas=("pick all",),
        logarithmic=False,
        target=Level(0.0, tr("C<sub>2</sub> of the optimum"), tr("Where theory says C₂ comes to.")),
    ),
    over_steps(
        "objective",
        tr("objective, loss"),
        tr("Loss and objective over steps"),
        tr(
            "The objective is the mean pick-all-labels loss and the weight decay; the green "
            "line is its least value ({li}).",
            li=LI,
        ),
        (
            line(
                "objective",
                tr("objective"),
                "text",
                meaning=tr("The loss and the weight decay."),
            ),
            line("loss", tr("loss"), "quiet", meaning=tr("The mean loss of all samples.")),
        ),
        formulas=("pick all",),
        logarithmic=False,
        target=Level(0.0, tr("minimum"), tr("The least value that the objective can have.")),
    ),
    COLLAPSE,
)
