"""The quantities that ncviz shows, declared: formula, symbols, sentence, source."""

from collections.abc import Mapping

from ncviz.formula import (
    CENTRED,
    COUNTS,
    DEPTH,
    FANG,
    FEATURE,
    HE_SU,
    MEANS,
    PAPYAN,
    ROW,
    Formula,
)
from ncviz.language import tr
from ncviz.metrics.metric import metrics
from ncviz.model_formulas import MODEL_FORMULAS

FORMULAS: Mapping[str, Formula] = {
    **{metric.notion.formula: metric.formula for metric in metrics().values()},
    "class law": Formula(
        tr("Separation fuzziness of one class"),
        (
            r"D^{(k)}=\dfrac{1}{n_k}\,\sum_{i\in k}"
            r"(h_i-\mu_k)^{\mathsf{T}}\,\mathrm{SSB}^{+}(h_i-\mu_k)",
            r"D=\,\sum_k\dfrac{n_k}{N}\,D^{(k)}",
        ),
        tr("The share of a single class; weighted by class size they sum to D."),
        (
            FEATURE,
            MEANS,
            COUNTS,
            (r"\mathrm{SSB}", tr("spread of the class means, as in D")),
        ),
        tr("{he_su}, per-class law", he_su=HE_SU),
    ),
    "held out": Formula(
        tr("Train against test"),
        (r"D_t^{\mathrm{test}}=\mathrm{Tr}\,\left(\mathrm{SSW}\;\mathrm{SSB}^{+}\right)",),
        tr(
            "The same quantity on samples that the network was not trained on, about the means of "
            "those samples."
        ),
        (DEPTH, (r"\mathrm{SSW},\,\mathrm{SSB}", tr("as in D, over the held-out samples"))),
        tr("{he_su}, law on test data", he_su=HE_SU),
    ),
    "loss": Formula(
        tr("Cross-entropy loss"),
        (r"\dfrac{1}{N}\,\sum_i-\log\dfrac{e^{z_{i,y_i}}}{\,\sum_k e^{z_{i,k}}}\qquad z_i=Wh_i+b",),
        tr("The mean loss; where the recipe names another loss, that one is shown."),
        ((r"z_i", tr("logits of sample i")), FEATURE, (r"W,\,b", tr("last linear layer"))),
        PAPYAN,
    ),
    "error": Formula(
        tr("Error and terminal phase"),
        (r"\dfrac{1}{N}\,\#\left\{i:\;\mathrm{argmax}_k\,z_{i,k}\neq y_i\right\}",),
        tr(
            "Share of mistakes. The terminal phase of training starts here at the first recorded "
            "moment from which on the training error stays 0; in the paper, where it first "
            "vanishes."
        ),
        ((r"z_{i,k}", tr("logit of sample i for class k")), (r"y_i", tr("label of sample i"))),
        tr("{papyan}, terminal phase of training", papyan=PAPYAN),
    ),
    "norms": Formula(
        tr("Norms over their mean"),
        (
            r"\dfrac{\Vert m_k\Vert}{\mathrm{mean}_{j}\,\Vert m_j\Vert}\qquad"
            r"\dfrac{\Vert w_k\Vert}{\mathrm{mean}_{j}\,\Vert w_j\Vert}",
        ),
        tr("All are 1 in a simplex ETF."),
        (CENTRED, ROW),
        tr("{papyan}, property NC2", papyan=PAPYAN),
    ),
    "cosines": Formula(
        tr("Cosines between classes"),
        (
            r"\cos(m_k,m_{k'})=\dfrac{m_k^{\mathsf{T}}m_{k'}}{\Vert m_k\Vert\,\Vert m_{k'}\Vert}"
            r"\;\longrightarrow\;-\dfrac{1}{K-1}",
        ),
        tr(
            "In a simplex ETF every pair of classes has the cosine −1/(K − 1), of the means and "
            "of the classifiers alike."
        ),
        (CENTRED, ROW, (r"K", tr("number of classes"))),
        tr("{papyan}, property NC2; Rankin 1955", papyan=PAPYAN),
    ),
    "class mean": Formula(
        tr("Class means"),
        (r"\mu_k=\dfrac{1}{n_k}\,\sum_{i\in k}h_i",),
        tr("The middle of a class: the average of the features of all its samples."),
        (FEATURE, MEANS, (r"n_k", tr("samples of class k"))),
        PAPYAN,
    ),
    "classifier": Formula(
        tr("Classifier"),
        (r"z_k=w_k^{\mathsf{T}}h+b_k",),
        tr(
            "The last linear layer: one direction a class. A sample is taken for the class with "
            "the largest logit."
        ),
        ((r"h", tr("features of a sample")), ROW, (r"z_k,\, b_k", tr("logit and bias of class k"))),
        PAPYAN,
    ),
    "spread": Formula(
        tr("Spread of a class, as it is drawn"),
        (
            r"s_k=\sqrt{\dfrac{1}{r}\,\mathrm{mean}_{i\in k}\,\Vert h_i-\mu_k\Vert^{2}}"
            r"\;\;/\;\;\mathrm{min}_{j\neq k}\,\Vert\mu_k-\mu_j\Vert",
        ),
        tr(
            "Size of a cloud along an axis, in all dimensions that the class means shown span, "
            "over the gap to the nearest other class mean. Captions say collapsed where it is at "
            "most 0.06 for every class, and NC1 at most 0.02 where all classes are shown, and the "
            "class is no wider than a quarter of the gap in any dimension; tight clouds up to "
            "0.1, clouds up to 0.2; well apart where no sample drawn is nearer to another class "
            "mean and the training error is at most 1 %."
        ),
        (FEATURE, MEANS, (r"r", tr("dimensions that the class means shown span"))),
        tr("ncviz; after the CDNV of Galanti et al. 2022 and NC1 of {papyan}", papyan=PAPYAN),
    ),
    "overlap": Formula(
        tr("Overlap of two classes"),
        (
            r"\mathrm{share}_{\,i\in k}\,(\Vert h_i-\mu_j\Vert<\Vert h_i-\mu_k\Vert)"
            r"\;\geq\;1/20",
        ),
        tr(
            "A pair overlaps where at least one in twenty samples drawn of one class lies nearer "
            "to the class mean of the other. The pair alone decides, in all dimensions that the "
            "class means shown span; what overlaps in the 3-D shadow only is named apart."
        ),
        (FEATURE, MEANS, (r"k,\, j", tr("a class, and one that it may spread over"))),
        tr("ncviz; after the nearest class mean of NC4, {papyan}", papyan=PAPYAN),
    ),
    "neural collapse": Formula(
        tr("Neural collapse"),
        (r"\mathrm{NC1},\;\mathrm{NC2},\;\mathrm{NC3},\;\mathrm{NC4}\;\longrightarrow\;0",),
        tr(
            "Late in training each class shrinks to its mean (NC1), the means become a simplex "
            "ETF (NC2), the classifiers point along them (NC3) and decide as the nearest mean "
            "does (NC4). Captions name it where NC1 is at most 0.02, NC2 0.1, NC3 0.25 and NC4 "
            "0.01."
        ),
        (
            (r"\mathrm{NC1}", tr("spread within classes against spread between them")),
            (r"\mathrm{NC2}", tr("distance of the class means from equal norms and equal angles")),
            (r"\mathrm{NC3}", tr("distance between classifiers and class means")),
            (
                r"\mathrm{NC4}",
                tr("share of samples where classifier and nearest class mean differ"),
            ),
        ),
        PAPYAN,
    ),
    "imbalance": Formula(
        tr("Imbalance R"),
        (r"R=\mathrm{max}_k\,n_k\;/\;\mathrm{min}_k\,n_k",),
        tr(
            "The largest class has at least 1.5 times the training samples of a minority class: "
            "sizes that differ less are spoken of as equal. D weighs classes by their size, so "
            "that it says little of them."
        ),
        ((r"n_k", tr("training samples of class k")),),
        FANG,
    ),
    "over-fitting": Formula(
        tr("Over-fitting"),
        (
            r"e_{\mathrm{test}}-\mathrm{min}_{\,\mathrm{earlier}}\,e_{\mathrm{test}}\geq 0.03"
            r"\quad\mathrm{or}\quad e_{\mathrm{test}}-e_{\mathrm{train}}\geq 0.25",
        ),
        tr(
            "The network fits its training samples and is often wrong on new ones. Captions say "
            "so where the training error is 10 % at most, the test error twice that at least, and "
            "it has risen three points above its best while the training error did not rise, or "
            "lies 25 points above the training error."
        ),
        (
            (r"e_{\mathrm{train}}", tr("share of mistakes on the training samples")),
            (r"e_{\mathrm{test}}", tr("share of mistakes on samples kept back")),
        ),
        tr("Goodfellow, Bengio, Courville, Deep Learning, 2016, section 5.2"),
    ),
    "linear network": Formula(
        tr("Linear network"),
        (r"h\mapsto W_L\cdots W_2W_1\,h",),
        tr(
            "Without a nonlinearity all layers together are one matrix. Trained from the usual "
            "start such networks leave D large, whether it rises or falls on the way: a negative "
            "control of the law. From small, balanced weights linear layers can compress, too "
            "(Wang et al., arXiv 2311.02960)."
        ),
        ((r"W_t", tr("matrix of layer t")), (r"h", "input")),
        tr("{he_su}, negative controls", he_su=HE_SU),
    ),
    "simplex etf": Formula(
        tr("Simplex equiangular tight frame"),
        (
            r"M^{\star}=\sqrt{\dfrac{K}{K-1}}\left(I_K-\dfrac{1}{K}\mathbf{1}\mathbf{1}^{\mathsf{T}}\right)",
            r"\Vert m_k\Vert=1\qquad\cos(m_k,m_{k'})=-\dfrac{1}{K-1}",
        ),
        tr(
            "K directions of one length, each as far from all others as can be: two ends of a "
            "line, a triangle, a tetrahedron, and so on in K − 1 dimensions."
        ),
        (
            (r"K", tr("number of classes")),
            (r"I_K", tr("identity matrix")),
            (r"\mathbf{1}", tr("column of K ones")),
        ),
        tr("{papyan}, Definition 1; Rankin 1955", papyan=PAPYAN),
    ),
    "grand tour": Formula(
        tr("Shadow of K − 1 dimensions"),
        (
            r"x_i=Q(t)^{\mathsf{T}}R\,(h_i-\mu_G)\,/\,s\qquad Q(t)^{\mathsf{T}}Q(t)=I_3",
            r"Q(t)=\,\prod_{i<j}R_{ij}(2\pi\omega_{ij}t)\;Q(0)",
        ),
        tr(
            "More than four classes do not fit into three dimensions: what is seen is a shadow, "
            "and the grand tour turns it slowly through all others. Lengths and angles are "
            "foreshortened."
        ),
        (
            (r"R,\,s", tr("rotation and scale that bring the class means to the simplex ETF")),
            (r"Q(t)", tr("three perpendicular directions in K − 1 dimensions at time t")),
            (r"R_{ij}(\phi)", tr("rotation by the angle φ in the plane of the axes i and j")),
            (r"\omega_{ij}", tr("speeds without a common measure, so that the path never repeats")),
        ),
        tr(
            "Asimov, SIAM J. Sci. Stat. Comput. 6, 1985; alignment after {papyan}, Fig. 1",
            papyan=PAPYAN,
        ),
    ),
    **MODEL_FORMULAS,
}
