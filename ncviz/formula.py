"""A published quantity with its formula, and the sources and symbols that many share."""

from dataclasses import dataclass

from ncviz.language import tr


@dataclass(frozen=True)
class Formula:
    """A published quantity.

    Parameters
    ----------
    name : str
        What it is called on the screen.
    lines : tuple of str
        Formulas in TeX's notation, without dollar signs, one a line.
    sentence : str
        What it says.
    symbols : tuple of (str, str)
        TeX of a symbol, and what it stands for.
    source : str
        Paper and place in it.
    """

    name: str
    lines: tuple[str, ...]
    sentence: str
    symbols: tuple[tuple[str, str], ...]
    source: str


PAPYAN = "Papyan, Han, Donoho, PNAS 117, 2020"
HE_SU = "He & Su, A law of data separation in deep learning, PNAS 120, 2023"
HAN = tr("Han, Papyan, Donoho, Neural collapse under MSE loss, ICLR 2022, arXiv 2106.02073")
FANG = tr(
    "Fang, He, Long, Su, Exploring deep neural networks via layer-peeled model, PNAS 118, 2021"
)

WANG = "Wang et al., arXiv 2311.02960, 2023"
JIANG = tr("Jiang et al., Generalized neural collapse for a large number of classes, ICML 2024")
ZHU = "Zhu et al., A geometric analysis of neural collapse, NeurIPS 2021"
DEEP_NRC = tr("Rangamani & Unal, Deep neural regression collapse, CPAL 2026, arXiv 2603.23805")
WU = "Wu & Papyan, Linguistic collapse, NeurIPS 2024, arXiv 2405.17767"

FEATURE = r"h_i", tr("features of sample i, with label yᵢ")
COUNTS = r"n_k,\, N,\, K", tr("samples of class k, samples in all, number of classes")
MEANS = r"\mu_k", tr("mean of class k")
CENTRED = r"m_k", tr("mean of class k about the mean of the class means")
SAMPLE_MEAN = r"\mu", tr("mean of all samples")
SINGULAR = r"s_j", tr("singular values of the matrix")
ROW = r"w_k", tr("row k of the last linear layer, the classifier of class k")
MATRICES = (
    r"W,\; M",
    tr("classifier, one row a class, and centred class means, one column a class"),
)
DEPTH = (
    r"t",
    tr(
        "layer that the data are about to pass through: D₁ is measured on the input, D₂ on the "
        "output of layer 1"
    ),
)
PSEUDO = r"A^{+}", tr("pseudo-inverse: within the span of the class means")
