"""Plots of numbers over the layers, at one moment."""

from ncviz.charts.all_splits import has_further
from ncviz.charts.applies import has_unknown, has_weights, unknown_splits
from ncviz.charts.of_metrics import plot_of
from ncviz.charts.plot import LAYERS
from ncviz.language import tr

GROUP = tr("Layer by layer")

COLLAPSE = plot_of(
    "collapse by layer",
    ("nc1", "nc2_equinorm_means", "nc2_equiangular_means", "cdnv"),
    menu=tr("NC1, NC2 by layer"),
    heading=tr("Neural collapse layer by layer"),
    tip=tr(
        "NC1, both NC2 and CDNV fall from layer to layer: intermediate neural collapse "
        "(Rangamani et al., ICML 2023), progressive feedforward collapse (Wang, Gai, Zhang, 2024)."
    ),
    up=tr("NC1, NC2, CDNV"),
    over=LAYERS,
    group=GROUP,
    order=210,
    logarithmic=True,
)
COMPRESSION = plot_of(
    "compression by layer",
    ("trace_ratio", "discrimination"),
    menu=tr("Compression by layer"),
    heading=tr("Compression and discrimination layer by layer"),
    tip=tr(
        "The ratio of traces of within-class and between-class spread, and one minus the largest "
        "cosine of two class means: geometric and linear in deep linear networks (Wang et al., "
        "arXiv 2311.02960)."
    ),
    up=tr("ratio, 1 − cos"),
    over=LAYERS,
    group=GROUP,
    order=220,
    splits=("train", "test"),
    logarithmic=True,
)
NEAREST = plot_of(
    "nearest mean by layer",
    ("nearest_mean_error", "nearest_mean_disagreement"),
    menu=tr("Nearest mean by layer"),
    heading=tr("Nearest class mean layer by layer"),
    tip=tr(
        "For which share of samples the nearest class mean of a layer is wrong (Galanti, György, "
        "Hutter, ICLR 2022), and for which it is not what the network decides, NC4 of that layer."
    ),
    up=tr("share"),
    over=LAYERS,
    group=GROUP,
    order=230,
    splits=("train", "test"),
)
PROBE = plot_of(
    "linear probe by layer",
    ("linear_probe_full_error", "linear_probe_error", "nearest_mean_error"),
    menu=tr("Linear probe by layer"),
    heading=tr("Linear probe layer by layer"),
    tip=tr(
        "How often a ridge regression of all training features mistakes a sample, and one of the "
        "drawn samples a drawn one that it was not fitted to (Alain & Bengio, 2016), beside the "
        "nearest class mean."
    ),
    up=tr("share"),
    over=LAYERS,
    group=GROUP,
    order=240,
    splits=("train", "test"),
)
PROBE_OF_SPLITS = plot_of(
    "linear probe of splits",
    ("linear_probe_full_error",),
    menu=tr("Linear probe on all splits"),
    heading=tr("Linear probe of each layer on every split"),
    tip=tr(
        "How often a ridge regression of all features mistakes a sample. Classes that are not the "
        "network's have regressions of their own; where they are mistaken more often by late "
        "layers than by earlier ones, those are a tunnel (Masarczyk et al., NeurIPS 2023)."
    ),
    up=tr("share"),
    over=LAYERS,
    group=GROUP,
    order=245,
    splits=lambda run: tuple(each.name for each in run.splits if not each.label_sets),
    applies=has_further,
)
RANKS = plot_of(
    "ranks by layer",
    ("rank_means", "participation_means", "stable_rank_means", "stable_rank_features"),
    menu=tr("Ranks by layer"),
    heading=tr("Ranks layer by layer"),
    tip=tr(
        "In how many dimensions the centred class means lie, counted in three ways; K − 1 in a "
        "simplex ETF (Súkeník, Lampert, Mondelli, NeurIPS 2024); and the stable rank of all "
        "features."
    ),
    up=tr("rank"),
    over=LAYERS,
    group=GROUP,
    order=250,
)
LENGTHS = plot_of(
    "lengths by layer",
    ("feature_norm", "mean_norm"),
    menu=tr("Lengths by layer"),
    heading=tr("Lengths of features and class means layer by layer"),
    tip=tr(
        "Root mean square length of the features, and average length of the centred class means."
    ),
    up=tr("length"),
    over=LAYERS,
    group=GROUP,
    order=260,
    logarithmic=True,
)
WEIGHTS = plot_of(
    "weights by layer",
    ("weight_norm", "stable_rank_weights"),
    menu=tr("Weights by layer"),
    heading=tr("Lengths and stable ranks of weights layer by layer"),
    tip=tr(
        "Frobenius norm of the weight that leads to each layer, which with weight decay becomes "
        "alike from layer to layer in ReLU networks without biases or normalisation, and its "
        "stable rank (Súkeník, Lampert, Mondelli, NeurIPS 2024; Rangamani et al., ICML 2023)."
    ),
    up=tr("length, rank"),
    over=LAYERS,
    group=GROUP,
    order=262,
    logarithmic=True,
    applies=has_weights,
)
NC5 = plot_of(
    "nc5 by layer",
    ("nc5",),
    menu=tr("NC5 by layer"),
    heading=tr("NC5, classes and what is unknown, layer by layer"),
    tip=tr(
        "Mean cosine, without its sign, of the class means and the mean of samples of classes that "
        "the network does not know (Ben Ammar et al., NECO, ICLR 2024)."
    ),
    up=tr("|cos|"),
    over=LAYERS,
    group=GROUP,
    order=265,
    splits=unknown_splits,
    applies=has_unknown,
)
