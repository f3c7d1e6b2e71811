"""Plots of runs in which samples have several labels."""

from ncviz.charts.applies import has_label_sets, splits_of_sets
from ncviz.charts.last_layer import MEANS, SAMPLES
from ncviz.charts.of_metrics import plot_of
from ncviz.charts.plot import EPOCHS
from ncviz.language import tr

NC_M = plot_of(
    "sums of labels",
    ("nc_m", "nc_m_centered"),
    menu=tr("NCm, two labels"),
    heading=tr("NC<sub>m</sub> of samples with two labels"),
    tip=tr(
        "How far the mean of two labels is from the direction of the sum of both class means; 0 at "
        "collapse (Li et al., ICML 2024)."
    ),
    up=tr("NCm"),
    over=EPOCHS,
    group=MEANS,
    order=445,
    splits=("train", "test"),
    applies=has_label_sets,
)
ANSWERS = plot_of(
    "answers to label sets",
    ("set_error", "label_share"),
    menu=tr("Error of label sets"),
    heading=tr("Error of samples with several labels"),
    tip=tr(
        "How often the largest logits are not those of a sample's labels, and which share of the "
        "softmax falls on the labels (Li et al., ICML 2024)."
    ),
    up=tr("share"),
    over=EPOCHS,
    group=SAMPLES,
    order=446,
    splits=splits_of_sets,
    applies=has_label_sets,
)
