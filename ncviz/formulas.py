"""The quantities that ncviz shows, declared: formula, symbols, sentence, source."""

from collections.abc import Mapping
from dataclasses import dataclass


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


_PAPYAN = "Papyan, Han, Donoho, PNAS 117, 2020"
_HE_SU = "He & Su, A law of data separation in deep learning, PNAS 120, 2023"
_FANG = "Fang, He, Long, Su, Exploring deep neural networks via layer-peeled model, PNAS 118, 2021"

_FEATURE = r"h_i", "features of sample i, with label yᵢ"
_COUNTS = r"n_k,\, N,\, K", "samples of class k, samples in all, number of classes"
_MEANS = r"\mu_k", "mean of class k"
_CENTRED = r"m_k", "mean of class k about the mean of the class means"
_SAMPLE_MEAN = r"\mu", "mean of all samples"
_ROW = r"w_k", "row k of the last linear layer, the classifier of class k"
_MATRICES = (
    r"W,\; M",
    "classifier, one row a class, and centred class means, one column a class",
)
_DEPTH = (
    r"t",
    "layer that the data are about to pass through: D₁ is measured on the input, D₂ on the output "
    "of layer 1",
)
_PSEUDO = r"A^{+}", "pseudo-inverse: within the span of the class means"

FORMULAS: Mapping[str, Formula] = {
    "fuzziness": Formula(
        "Separation fuzziness D",
        (
            r"D=\mathrm{Tr}\,\left(\mathrm{SSW}\;\mathrm{SSB}^{+}\right)",
            r"\mathrm{SSW}=\dfrac{1}{N}\,\sum_{k}\,\sum_{i\in k}"
            r"(h_i-\mu_k)(h_i-\mu_k)^{\mathsf{T}}",
            r"\mathrm{SSB}=\dfrac{1}{N}\,\sum_{k}n_k(\mu_k-\mu)(\mu_k-\mu)^{\mathsf{T}}",
        ),
        "How far the samples of a class spread, measured by the gaps between the classes; "
        "0 when every class is one point.",
        (_FEATURE, _MEANS, _SAMPLE_MEAN, _COUNTS, _PSEUDO),
        f"{_HE_SU}, eq. 1",
    ),
    "law": Formula(
        "Law of equi-separation",
        (
            r"D_t\approx c\,\rho^{\,t}",
            r"\rho=e^{\mathrm{slope}}\qquad \text{half-life}=\dfrac{\log 2}{\log(1/\rho)}",
            r"r=\mathrm{corr}(t,\,\log D_t)",
        ),
        "Every layer shrinks the separation fuzziness by the same factor: a straight line on "
        "a logarithmic axis.",
        (
            (r"D_t", "separation fuzziness of the data before layer t"),
            _DEPTH,
            (r"\rho", "decay ratio: the factor of one layer, from the slope of log D over t"),
            (r"r", "Pearson correlation of log D with t; −1 for a perfect law"),
        ),
        f"{_HE_SU}, law of equi-separation",
    ),
    "class law": Formula(
        "Separation fuzziness of one class",
        (
            r"D^{(k)}=\dfrac{1}{n_k}\,\sum_{i\in k}"
            r"(h_i-\mu_k)^{\mathsf{T}}\,\mathrm{SSB}^{+}(h_i-\mu_k)",
            r"D=\,\sum_k\dfrac{n_k}{N}\,D^{(k)}",
        ),
        "The share of a single class; weighted by class size they sum to D.",
        (
            _FEATURE,
            _MEANS,
            _COUNTS,
            (r"\mathrm{SSB}", "spread of the class means, as in D"),
        ),
        f"{_HE_SU}, per-class law",
    ),
    "held out": Formula(
        "Train against test",
        (r"D_t^{\mathrm{test}}=\mathrm{Tr}\,\left(\mathrm{SSW}\;\mathrm{SSB}^{+}\right)",),
        "The same quantity on samples that the network was not trained on, about the means of "
        "those samples.",
        (_DEPTH, (r"\mathrm{SSW},\,\mathrm{SSB}", "as in D, over the held-out samples")),
        f"{_HE_SU}, law on test data",
    ),
    "nc1": Formula(
        "NC1, variability within classes",
        (
            r"\mathrm{NC1}=\dfrac{1}{K}\,\mathrm{Tr}\,\left(\Sigma_W\,\Sigma_B^{+}\right)",
            r"\Sigma_W=\dfrac{1}{N}\,\sum_i(h_i-\mu_{y_i})(h_i-\mu_{y_i})^{\mathsf{T}}\qquad"
            r"\Sigma_B=\dfrac{1}{K}\,\sum_k m_k m_k^{\mathsf{T}}",
        ),
        "It falls to 0 as the features of each class collapse to their mean.",
        (_FEATURE, _MEANS, _CENTRED, _COUNTS, _PSEUDO),
        f"{_PAPYAN}, property NC1",
    ),
    "nc2 norms": Formula(
        "NC2, equal norms",
        (r"\dfrac{\mathrm{std}_k\,\Vert m_k\Vert}{\mathrm{mean}_k\,\Vert m_k\Vert}",),
        "It falls to 0 as all class means come to lie equally far from their centre; the "
        "standard deviation has divisor K − 1. The same for the classifiers.",
        (_CENTRED, _ROW),
        f"{_PAPYAN}, property NC2",
    ),
    "nc2 angles": Formula(
        "NC2, equal angles",
        (r"\mathrm{mean}_{k\neq k'}\left|\cos(m_k,m_{k'})+\dfrac{1}{K-1}\right|",),
        "It falls to 0 as all pairs of class means come to stand at the largest angle that "
        "K directions can share, which takes K − 1 dimensions. The same for the classifiers.",
        (_CENTRED, (r"K", "number of classes")),
        f"{_PAPYAN}, property NC2",
    ),
    "nc3": Formula(
        "NC3, self-duality",
        (r"\Vert\;W/\Vert W\Vert_F\,-\,M^{\mathsf{T}}/\Vert M\Vert_F\;\Vert_F^{\;2}",),
        "It falls to 0 as each classifier comes to point along the mean of its class, all with "
        "lengths in one proportion.",
        (_MATRICES, (r"\Vert\cdot\Vert_F", "Frobenius norm")),
        f"{_PAPYAN}, property NC3",
    ),
    "nc4": Formula(
        "NC4, nearest class mean",
        (
            r"\dfrac{1}{N}\,\#\left\{i:\;\mathrm{argmax}_k\,(w_k^{\mathsf{T}}h_i+b_k)\neq"
            r"\mathrm{argmin}_k\,\Vert h_i-\mu_k\Vert\right\}",
        ),
        "Share of samples for which the classifier and the nearest class mean disagree.",
        (_FEATURE, _ROW, (r"b_k", "bias of class k"), _MEANS),
        f"{_PAPYAN}, property NC4",
    ),
    "cdnv": Formula(
        "CDNV, class-distance normalised variance",
        (r"\mathrm{mean}_{k\neq k'}\;\dfrac{v_k+v_{k'}}{2\,\Vert\mu_k-\mu_{k'}\Vert^{2}}",),
        "The spread of two classes over the squared distance between them, averaged over pairs.",
        (_MEANS, (r"v_k", "mean squared distance of class k to its mean")),
        "Galanti, György, Hutter, ICLR 2022",
    ),
    "loss": Formula(
        "Cross-entropy loss",
        (r"\dfrac{1}{N}\,\sum_i-\log\dfrac{e^{z_{i,y_i}}}{\,\sum_k e^{z_{i,k}}}\qquad z_i=Wh_i+b",),
        "The mean loss; where the recipe names another loss, that one is shown.",
        ((r"z_i", "logits of sample i"), _FEATURE, (r"W,\,b", "last linear layer")),
        _PAPYAN,
    ),
    "error": Formula(
        "Error and terminal phase",
        (r"\dfrac{1}{N}\,\#\left\{i:\;\mathrm{argmax}_k\,z_{i,k}\neq y_i\right\}",),
        "Share of mistakes. The terminal phase of training starts here at the first recorded "
        "moment from which on the training error stays 0; in the paper, where it first vanishes.",
        ((r"z_{i,k}", "logit of sample i for class k"), (r"y_i", "label of sample i")),
        f"{_PAPYAN}, terminal phase of training",
    ),
    "norms": Formula(
        "Norms over their mean",
        (
            r"\dfrac{\Vert m_k\Vert}{\mathrm{mean}_{j}\,\Vert m_j\Vert}\qquad"
            r"\dfrac{\Vert w_k\Vert}{\mathrm{mean}_{j}\,\Vert w_j\Vert}",
        ),
        "All are 1 in a simplex ETF.",
        (_CENTRED, _ROW),
        f"{_PAPYAN}, property NC2",
    ),
    "cosines": Formula(
        "Cosines between classes",
        (
            r"\cos(m_k,m_{k'})=\dfrac{m_k^{\mathsf{T}}m_{k'}}{\Vert m_k\Vert\,\Vert m_{k'}\Vert}"
            r"\;\longrightarrow\;-\dfrac{1}{K-1}",
        ),
        "In a simplex ETF every pair of classes has the cosine −1/(K − 1), of the means and "
        "of the classifiers alike.",
        (_CENTRED, _ROW, (r"K", "number of classes")),
        f"{_PAPYAN}, property NC2; Rankin 1955",
    ),
    "class mean": Formula(
        "Class means",
        (r"\mu_k=\dfrac{1}{n_k}\,\sum_{i\in k}h_i",),
        "The middle of a class: the average of the features of all its samples.",
        (_FEATURE, _MEANS, (r"n_k", "samples of class k")),
        _PAPYAN,
    ),
    "classifier": Formula(
        "Classifier",
        (r"z_k=w_k^{\mathsf{T}}h+b_k",),
        "The last linear layer: one direction a class. A sample is taken for the class with the "
        "largest logit.",
        ((r"h", "features of a sample"), _ROW, (r"z_k,\, b_k", "logit and bias of class k")),
        _PAPYAN,
    ),
    "spread": Formula(
        "Spread of a class, as it is drawn",
        (
            r"s_k=\sqrt{\dfrac{1}{r}\,\mathrm{mean}_{i\in k}\,\Vert h_i-\mu_k\Vert^{2}}"
            r"\;\;/\;\;\mathrm{min}_{j\neq k}\,\Vert\mu_k-\mu_j\Vert",
        ),
        "Size of a cloud along an axis, in all dimensions that the class means shown span, over "
        "the gap to the nearest other class mean. Captions say collapsed where it is at most 0.06 "
        "for every class, and NC1 at most 0.02 where all classes are shown, and the class is no "
        "wider than a quarter of the gap in any dimension; tight clouds up to 0.2; well apart "
        "where no sample drawn is nearer to another class mean and the training error is at most "
        "1 %.",
        (_FEATURE, _MEANS, (r"r", "dimensions that the class means shown span")),
        f"ncviz; after the CDNV of Galanti et al. 2022 and NC1 of {_PAPYAN}",
    ),
    "overlap": Formula(
        "Overlap of two classes",
        (
            r"\mathrm{share}_{\,i\in k}\,(\Vert h_i-\mu_j\Vert<\Vert h_i-\mu_k\Vert)"
            r"\;\geq\;1/20",
        ),
        "A pair overlaps where at least one in twenty samples drawn of one class lies nearer to "
        "the class mean of the other. The pair alone decides, in all dimensions that the class "
        "means shown span; what overlaps in the 3-D shadow only is named apart.",
        (_FEATURE, _MEANS, (r"k,\, j", "a class, and one that it may spread over")),
        f"ncviz; after the nearest class mean of NC4, {_PAPYAN}",
    ),
    "neural collapse": Formula(
        "Neural collapse",
        (r"\mathrm{NC1},\;\mathrm{NC2},\;\mathrm{NC3},\;\mathrm{NC4}\;\longrightarrow\;0",),
        "Late in training each class shrinks to its mean (NC1), the means become a simplex ETF "
        "(NC2), the classifiers point along them (NC3) and decide as the nearest mean does (NC4). "
        "Captions name it where NC1 is at most 0.02, NC2 0.1, NC3 0.25 and NC4 0.01.",
        (
            (r"\mathrm{NC1}", "spread within classes against spread between them"),
            (r"\mathrm{NC2}", "distance of the class means from equal norms and equal angles"),
            (r"\mathrm{NC3}", "distance between classifiers and class means"),
            (r"\mathrm{NC4}", "share of samples where classifier and nearest class mean differ"),
        ),
        _PAPYAN,
    ),
    "imbalance": Formula(
        "Imbalance R",
        (r"R=\mathrm{max}_k\,n_k\;/\;\mathrm{min}_k\,n_k",),
        "The largest class has at least 1.5 times the training samples of a minority class: sizes "
        "that differ less are spoken of as equal. D weighs classes by "
        "their size, so that it says little of them.",
        ((r"n_k", "training samples of class k"),),
        _FANG,
    ),
    "over-fitting": Formula(
        "Over-fitting",
        (
            r"e_{\mathrm{test}}-\mathrm{min}_{\,\mathrm{earlier}}\,e_{\mathrm{test}}\geq 0.03"
            r"\quad\mathrm{or}\quad e_{\mathrm{test}}-e_{\mathrm{train}}\geq 0.25",
        ),
        "The network fits its training samples and is often wrong on new ones. Captions say so "
        "where the training error is 10 % at most, the test error twice that at least, and it has "
        "risen three points above its best while the training error did not rise, or lies 25 "
        "points above the training error.",
        (
            (r"e_{\mathrm{train}}", "share of mistakes on the training samples"),
            (r"e_{\mathrm{test}}", "share of mistakes on samples kept back"),
        ),
        "Goodfellow, Bengio, Courville, Deep Learning, 2016, section 5.2",
    ),
    "linear network": Formula(
        "Linear network",
        (r"h\mapsto W_L\cdots W_2W_1\,h",),
        "Without a nonlinearity all layers together are one matrix. Trained from the usual start "
        "such networks leave D large, whether it rises or falls on the way: a negative control of "
        "the law. From small, balanced weights linear layers can compress, too (Wang et al., "
        "arXiv 2311.02960).",
        ((r"W_t", "matrix of layer t"), (r"h", "input")),
        f"{_HE_SU}, negative controls",
    ),
    "minority": Formula(
        "Minority cosine",
        (r"\mathrm{mean}_{k\neq k'\ \mathrm{minority}}\;\cos(w_k,w_{k'})",),
        "Mean cosine between the classifiers of two minority classes; 1 means that they point in "
        "one direction: Minority Collapse. One minority class has none. Where a tight budget "
        "leaves these classifiers at exactly zero in the Layer-Peeled Model, 1 is a convention.",
        (_ROW, (r"k,\,k'", "classes of which the largest has 1.5 times the samples or more")),
        f"{_FANG}, Fig. 4",
    ),
    "layer-peeled": Formula(
        "Layer-Peeled Model",
        (
            r"\underset{W,H}{\mathrm{min}}\;\;\dfrac{1}{N}\,\sum_{k}\,\sum_{i=1}^{n_k}"
            r"\mathcal{L}(W h_{k,i},\,k)",
            r"\dfrac{1}{K}\,\sum_k\Vert w_k\Vert^{2}\leq E_W\qquad"
            r"\dfrac{1}{K}\,\sum_k\dfrac{1}{n_k}\,\sum_i\Vert h_{k,i}\Vert^{2}\leq E_H",
            r"\Longleftrightarrow\;\;\underset{Z}{\mathrm{min}}\;\sum_k\dfrac{n_k}{N}"
            r"\,\mathcal{L}(z_k,k),\;\;\Vert Z\Vert_{*}\leq K\sqrt{E_H E_W}",
        ),
        "All layers below the last are replaced by free features of bounded size. With K "
        "dimensions or more it is as good as a convex programme in the logits Z. With a sum of "
        "|h|^q over all coordinates in the features' budget it is not for q ≠ 2, and can have "
        "several local optima.",
        (
            (r"h_{k,i}", "features of sample i of class k, free"),
            _ROW,
            (r"\mathcal{L}", "cross-entropy"),
            (r"E_W,\,E_H", "budgets of classifiers and features; only their product matters"),
            (r"\Vert Z\Vert_{*}", "nuclear norm, the sum of the singular values"),
        ),
        _FANG,
    ),
    "softmax code": Formula(
        "Softmax code",
        (
            r"\underset{\Vert w_k\Vert=1}{\mathrm{max}}\;\;\underset{k}{\mathrm{min}}\;\;"
            r"\mathrm{dist}\left(w_k,\,\mathrm{conv}\{w_{k'}:\,k'\neq k\}\right)",
            r"\mathrm{GNC3}=\dfrac{1}{K}\,\sum_k\,(1-\cos(w_k,m_k))",
        ),
        "The one-vs-rest distance, GNC2, is largest at a softmax code: a simplex ETF of K ≤ d + 1 "
        "classes, simplices in orthogonal spaces up to K = 2d, a regular polygon on the circle. "
        "GNC1 is NC1 of the features' directions.",
        (_ROW, (r"\mathrm{conv}", "convex hull"), (r"m_k", "class mean of the directions")),
        "Jiang, Zhou, Wang, Qu, Mixon, You, Zhu, Generalized neural collapse for a large number "
        "of classes, ICML 2024",
    ),
    "critical ratio": Formula(
        "Critical imbalance R₀",
        (
            r"\dfrac{n_B}{N}=\lambda(R)\quad\mathrm{at}\quad R=R_0",
            r"R>R_0\;\Longrightarrow\;\cos(w_k,w_{k'})=1\ \ \mathrm{for\ all\ minority}\ k,k'",
        ),
        "From this ratio of class sizes on the best classifiers of all minority classes are one "
        "and the same; under a tight budget they are exactly zero soon after.",
        (
            (r"R=n_A/n_B", "size of a majority class over that of a minority class"),
            (r"\lambda", "multiplier of the budget: what a larger budget would gain"),
            (r"N", "samples in all"),
        ),
        f"{_FANG}; R₀ as the root of the optimality condition",
    ),
    "unconstrained": Formula(
        "Unconstrained feature model",
        (
            r"\underset{W,H,b}{\mathrm{min}}\;\;\dfrac{1}{N}\,\sum_i\mathcal{L}(Wh_i+b,\,y_i)"
            r"+\dfrac{\lambda_W}{2}\Vert W\Vert_F^{2}+\dfrac{\lambda_H}{2}\Vert H\Vert_F^{2}"
            r"+\dfrac{\lambda_b}{2}\Vert b\Vert^{2}",
        ),
        "Features are free variables, held by penalties. For equal classes, convex losses, "
        "d ≥ K − 1 and penalties that do not outweigh the loss every global minimum is a neural "
        "collapse. That there are no other local minima is proved for d > K, and later for d = K. "
        "Without penalties cross-entropy still collapses, ever more slowly.",
        (
            (r"H", "all features, one column a sample"),
            (r"\lambda_W,\lambda_H,\lambda_b", "weight decay of each"),
            (r"\mathcal{L}", "cross-entropy, focal, label smoothing or squared error"),
        ),
        "Zhu et al., NeurIPS 2021; Zhou et al. 2022; Yaras et al. 2022 (spherical)",
    ),
    "square loss": Formula(
        "Square loss with weight decay",
        (
            r"\dfrac{1}{2NC}\,\sum_{i,c}(y_{i,c}-f_c(x_i))^{2}"
            r"+\dfrac{\lambda}{2}\,\sum_l\Vert W_l\Vert^{2}",
            r"w_c=\dfrac{\epsilon}{\lambda(C-1)}(\mu_c-\mu_G)\qquad"
            r"\Vert w_c\Vert^{2}=\dfrac{1}{C\lambda}"
            r"\left(\epsilon-\dfrac{C\epsilon^{2}}{C-1}\right)",
            r"\cos(w_c,w_{c'})=-\dfrac{1}{C-1}",
        ),
        "With equal classes and λ > 0 the classifier's rows, less their mean, become a simplex ETF "
        "of this size. With λ = 0 nothing is predicted: the loss can be 0 without collapse.",
        (
            (r"C,\,N", "number of classes, K elsewhere; samples of one class: NC in all"),
            (r"\epsilon", "how far each sample stays from being fitted, alike for all"),
            (r"\lambda", "weight decay"),
            (r"\mu_c,\,\mu_G", "mean of class c, mean of the class means"),
        ),
        "Rangamani & Banburski, 2022",
    ),
    "simplex etf": Formula(
        "Simplex equiangular tight frame",
        (
            r"M^{\star}=\sqrt{\dfrac{K}{K-1}}\left(I_K-\dfrac{1}{K}\mathbf{1}\mathbf{1}^{\mathsf{T}}\right)",
            r"\Vert m_k\Vert=1\qquad\cos(m_k,m_{k'})=-\dfrac{1}{K-1}",
        ),
        "K directions of one length, each as far from all others as can be: two ends of a line, "
        "a triangle, a tetrahedron, and so on in K − 1 dimensions.",
        (
            (r"K", "number of classes"),
            (r"I_K", "identity matrix"),
            (r"\mathbf{1}", "column of K ones"),
        ),
        f"{_PAPYAN}, Definition 1; Rankin 1955",
    ),
    "grand tour": Formula(
        "Shadow of K − 1 dimensions",
        (
            r"x_i=Q(t)^{\mathsf{T}}R\,(h_i-\mu_G)\,/\,s\qquad Q(t)^{\mathsf{T}}Q(t)=I_3",
            r"Q(t)=\,\prod_{i<j}R_{ij}(2\pi\omega_{ij}t)\;Q(0)",
        ),
        "More than four classes do not fit into three dimensions: what is seen is a shadow, and "
        "the grand tour turns it slowly through all others. Lengths and angles are foreshortened.",
        (
            (r"R,\,s", "rotation and scale that bring the class means to the simplex ETF"),
            (r"Q(t)", "three perpendicular directions in K − 1 dimensions at time t"),
            (r"R_{ij}(\phi)", "rotation by the angle φ in the plane of the axes i and j"),
            (r"\omega_{ij}", "speeds without a common measure, so that the path never repeats"),
        ),
        f"Asimov, SIAM J. Sci. Stat. Comput. 6, 1985; alignment after {_PAPYAN}, Fig. 1",
    ),
}
