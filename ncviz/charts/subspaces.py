"""Plots of the subspaces that features, class means and classifier fill."""

from ncviz.charts.by_layer import GROUP
from ncviz.charts.last_layer import MEANS
from ncviz.charts.of_metrics import plot_of
from ncviz.charts.plot import EPOCHS, LAYERS
from ncviz.language import tr

SUBSPACES = plot_of(
    "subspaces",
    ("nrc1", "nrc3"),
    menu=tr("NRC1, NRC3, last layer"),
    heading=tr("Subspaces of features, class means and classifier"),
    tip=tr(
        "The share of the features' spread beside the span of the class means, and how far the "
        "spans of classifier and class means are one (Rangamani & Unal, CPAL 2026)."
    ),
    up=tr("share, cosine"),
    over=EPOCHS,
    group=MEANS,
    order=375,
)
BESIDE_MEANS = plot_of(
    "beside the means by layer",
    ("nrc1",),
    menu=tr("NRC1 by layer"),
    heading=tr("Spread beside the class means layer by layer"),
    tip=tr(
        "The share of the features' spread that lies beside the span of the class means: noise "
        "that a network sheds from layer to layer (Rangamani & Unal, CPAL 2026)."
    ),
    up=tr("share"),
    over=LAYERS,
    group=GROUP,
    order=262,
)
