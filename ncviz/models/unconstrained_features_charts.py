"""Charts of unconstrained features: the objective, and what else descends."""

from ncviz.charts.chart import Level
from ncviz.language import tr
from ncviz.models.over_steps import COLLAPSE, line, over_steps

PLOTS = (
    over_steps(
        "objective",
        tr("objective, loss"),
        tr("Loss and objective over steps"),
        tr(
            "The objective is the mean loss and all penalties; the green line is its least "
            "value, where that is known (Zhu et al., NeurIPS 2021; Zhou et al., NeurIPS 2022)."
        ),
        (
            line("objective", tr("objective"), "text", meaning=tr("The loss and all penalties.")),
            line("loss", tr("loss"), "quiet", meaning=tr("The mean loss of all samples.")),
        ),
        formulas=("unconstrained",),
        target=Level(0.0, tr("minimum"), tr("The least value that the objective can have.")),
    ),
    COLLAPSE,
    over_steps(
        "frames",
        tr("distance"),
        tr("Distance from frames over steps"),
        tr(
            "How far the matrix of products of class means (dashed: of classifier rows) is "
            "from that of a simplex ETF, of SELI (Thrampoulidis et al., NeurIPS 2022), and as "
            "seen from 0 of an orthogonal frame (Kini et al., ICLR 2024)."
        ),
        (
            line("ETF, features", tr("ETF&nbsp;means"), "etf", concept="ETF distance"),
            line("ETF, classifier", tr("ETF&nbsp;rows"), "etf", dash=True, concept="ETF distance"),
            line("SELI, features", tr("SELI&nbsp;means"), "means", concept="SELI distance"),
            line(
                "SELI, classifier",
                tr("SELI&nbsp;rows"),
                "classifier",
                dash=True,
                concept="SELI distance",
            ),
            line("orthogonal, features", tr("orthogonal"), "text", concept="frame distance"),
        ),
        formulas=("etf distance", "seli", "orthogonal frame"),
    ),
    over_steps(
        "rows",
        tr("length"),
        tr("Sum of the rows over steps"),
        tr(
            "The length of the sum of the classifier's rows, ‖Σ w_k‖. Cross-entropy never moves "
            "it, the penalty on the classifier lets it shrink; the rows of a simplex ETF add up "
            "to 0 (NC0; Zhao et al., ICLR 2026)."
        ),
        (
            line(
                "sum of rows",
                tr("sum&nbsp;of&nbsp;rows"),
                "classifier",
                strong=True,
                meaning=tr("The length of the sum of the classifier's rows."),
            ),
        ),
        formulas=("landscape",),
        logarithmic=False,
        target=Level(0.0, tr("simplex ETF"), tr("The rows of a simplex ETF add up to zero.")),
    ),
)
