"""Plots of numbers of the last layer, or of all together, over the epochs."""

from ncviz.charts.applies import (
    has_square_loss,
    has_unknown,
    has_weights,
    is_balanced,
    is_crowded,
    is_imbalanced,
    unknown_splits,
)
from ncviz.charts.of_metrics import plot_of
from ncviz.charts.plot import EPOCHS
from ncviz.language import tr

MEANS, SAMPLES = tr("Class means and classifier"), tr("Samples and errors")


COMPRESSION = plot_of(
    "compression",
    ("trace_ratio", "discrimination"),
    menu=tr("Compression, last layer"),
    heading=tr("Compression and discrimination over training"),
    tip=tr(
        "The ratio of traces of within-class and between-class spread, and one minus the largest "
        "cosine of two class means (Wang et al., arXiv 2311.02960)."
    ),
    up=tr("ratio, 1 − cos"),
    over=EPOCHS,
    group=MEANS,
    order=310,
    splits=("train", "test"),
    logarithmic=True,
)
FRAMES = plot_of(
    "frames",
    (
        "etf_distance_means",
        "seli_distance_means",
        "orthogonal_distance_means",
        "etf_distance_classifier",
        "seli_distance_classifier",
    ),
    menu=tr("Distances from frames"),
    heading=tr("Distances from ETF, SELI and orthogonal frame"),
    tip=tr(
        "How far products of class means and of classifier rows are from those of a simplex ETF "
        "(Zhu et al., NeurIPS 2021), of the interpolated simplex-encoded labels (Thrampoulidis et "
        "al., NeurIPS 2022), and of an orthogonal frame (Kini et al., ICLR 2024)."
    ),
    up=tr("distance"),
    over=EPOCHS,
    group=MEANS,
    order=320,
)
RANKS = plot_of(
    "ranks",
    ("rank_means", "participation_means", "stable_rank_means", "stable_rank_classifier"),
    menu=tr("Ranks, last layer"),
    heading=tr("Ranks of class means and classifier over training"),
    tip=tr(
        "In how many dimensions they lie, counted in three ways; K − 1 in a simplex ETF (Súkeník, "
        "Lampert, Mondelli, NeurIPS 2024)."
    ),
    up=tr("rank"),
    over=EPOCHS,
    group=MEANS,
    order=330,
)
UNIFORMITY = plot_of(
    "uniformity",
    ("uniformity", "unc3"),
    menu=tr("Uniformity and UNC3"),
    heading=tr("Uniformity of class means and of duality"),
    tip=tr(
        "How much distances between directions of class means vary, and how much the cosines of "
        "classifier rows and class means: of use also where no simplex ETF fits (Wu & Papyan, "
        "NeurIPS 2024)."
    ),
    up=tr("variation"),
    over=EPOCHS,
    group=MEANS,
    order=340,
    logarithmic=True,
)
ZERO_SUM = plot_of(
    "zero sum",
    ("nc0", "nc0_share", "uneven_logits"),
    menu=tr("NC0, sum of classifiers"),
    heading=tr("NC0 and uneven logits over training"),
    tip=tr(
        "Length of the sum of all classifier rows, by itself and as a share of what it could be "
        "(Zhao et al., ICLR 2026); and how much logits differ in the middle of the class means "
        "(Zhu et al., NeurIPS 2021)."
    ),
    up=tr("length, share"),
    over=EPOCHS,
    group=MEANS,
    order=350,
    logarithmic=True,
)
LENGTHS = plot_of(
    "lengths",
    ("feature_norm", "mean_norm", "classifier_norm"),
    menu=tr("Lengths, last layer"),
    heading=tr("Lengths of features, class means and classifier"),
    tip=tr(
        "Root mean square length of the features, average length of the centred class means, and "
        "Frobenius norm of the classifier."
    ),
    up=tr("length"),
    over=EPOCHS,
    group=MEANS,
    order=360,
    logarithmic=True,
)
WEIGHTS = plot_of(
    "weights",
    ("weight_norm", "classifier_norm", "stable_rank_weights", "stable_rank_classifier"),
    menu=tr("Weights, last two layers"),
    heading=tr("Lengths and stable ranks of the last two weights"),
    tip=tr(
        "Frobenius norm and stable rank of the weight that leads to the last features, and of the "
        "classifier behind them (Súkeník, Lampert, Mondelli, NeurIPS 2024; Rangamani et al., ICML "
        "2023)."
    ),
    up=tr("length, rank"),
    over=EPOCHS,
    group=MEANS,
    order=365,
    logarithmic=True,
    applies=has_weights,
)
GENERALIZED = plot_of(
    "generalized",
    ("gnc1", "gnc2", "gnc3"),
    menu=tr("GNC1–GNC3, last layer"),
    heading=tr("Generalized neural collapse GNC1–GNC3"),
    tip=tr(
        "Of more classes than a simplex ETF has room for: NC1 of directions, one-vs-rest distance "
        "of the classifier, which grows, and its distance from the class means (Jiang et al., ICML "
        "2024)."
    ),
    up=tr("GNC1–GNC3"),
    over=EPOCHS,
    group=MEANS,
    order=370,
    logarithmic=True,
    applies=is_crowded,
)
NEAREST = plot_of(
    "nearest mean",
    ("nearest_mean_error", "nearest_mean_disagreement"),
    menu=tr("Nearest mean, last layer"),
    heading=tr("Nearest class mean over training"),
    tip=tr(
        "For which share of samples the nearest class mean is wrong (Galanti, György, Hutter, ICLR "
        "2022), and for which it is not what the network decides, NC4."
    ),
    up=tr("share"),
    over=EPOCHS,
    group=SAMPLES,
    order=410,
    splits=("train", "test"),
)
MARGINS = plot_of(
    "margins",
    ("margin_least", "margin_5_percent", "margin_means"),
    menu="Margins",
    heading=tr("Margins over training"),
    tip=tr(
        "By how much the logit of the right class is ahead: of the sample where that is least, "
        "such that one in twenty has less, and at the class mean where it is least."
    ),
    up=tr("lead in logits"),
    over=EPOCHS,
    group=SAMPLES,
    order=420,
    splits=("train", "test"),
)
CLASS_ERRORS = plot_of(
    "class errors",
    ("minority_error", "majority_error", "worst_class_error"),
    menu=tr("Errors of minority and majority"),
    heading=tr("Errors of minority and majority"),
    tip=tr(
        "Share of mistakes of each class, averaged over minority and majority classes, and that of "
        "the class that fares worst."
    ),
    up=tr("error"),
    over=EPOCHS,
    group=SAMPLES,
    order=430,
    splits=("train", "test"),
    applies=is_imbalanced,
)
WORST_CLASS = plot_of(
    "worst class",
    ("worst_class_error",),
    menu=tr("Error of the worst class"),
    heading=tr("Error of the worst class over training"),
    tip=tr("The share of mistakes of the class where it is largest."),
    up=tr("error"),
    over=EPOCHS,
    group=SAMPLES,
    order=440,
    splits=("train", "test"),
    applies=is_balanced,
)
SQUARE_LOSS = plot_of(
    "square loss parts",
    ("square_loss_within", "square_loss_between", "square_loss_beside"),
    menu=tr("Parts of the square loss"),
    heading=tr("Parts of the square loss over training"),
    tip=tr(
        "The least squared error of a linear map of the features: what the spread within classes "
        "makes, and what is left at the class means; and what the classifier has beyond it (Han, "
        "Papyan, Donoho, ICLR 2022)."
    ),
    up=tr("squared error"),
    over=EPOCHS,
    group=SAMPLES,
    order=445,
    logarithmic=True,
    applies=has_square_loss,
)
OVERALL = plot_of(
    "overall separation",
    ("overall_separation", "separation_sensitivity"),
    menu=tr("Overall separation"),
    heading=tr("Overall separation and its sensitivity"),
    tip=tr(
        "D of the last layer over that of the input, and how far it moves under a small error of "
        "every layer's factor (He & Su, PNAS 2023)."
    ),
    up="Dₘ/D₁",
    over=EPOCHS,
    group=tr("Layer by layer"),
    order=270,
    splits=("train", "test"),
    logarithmic=True,
)
UNKNOWN = plot_of(
    "unknown classes",
    ("neco", "nc5"),
    menu=tr("NECO and NC5, unknown classes"),
    heading=tr("NECO and NC5 of classes that are not known"),
    tip=tr(
        "How often NECO tells samples of unknown classes from those of known ones, and how far "
        "their mean is from a right angle with the class means (Ben Ammar et al., ICLR 2024)."
    ),
    up=tr("share, |cos|"),
    over=EPOCHS,
    group=SAMPLES,
    order=450,
    splits=unknown_splits,
    applies=has_unknown,
)
