"""The quantities of the theory models, declared: formula, symbols, sentence, source."""

from collections.abc import Mapping

from ncviz.formula import FANG, ROW, Formula
from ncviz.language import tr

MODEL_FORMULAS: Mapping[str, Formula] = {
    "layer-peeled": Formula(
        tr("Layer-Peeled Model"),
        (
            r"\underset{W,H}{\mathrm{min}}\;\;\dfrac{1}{N}\,\sum_{k}\,\sum_{i=1}^{n_k}"
            r"\mathcal{L}(W h_{k,i},\,k)",
            r"\dfrac{1}{K}\,\sum_k\Vert w_k\Vert^{2}\leq E_W\qquad"
            r"\dfrac{1}{K}\,\sum_k\dfrac{1}{n_k}\,\sum_i\Vert h_{k,i}\Vert^{2}\leq E_H",
            r"\Longleftrightarrow\;\;\underset{Z}{\mathrm{min}}\;\sum_k\dfrac{n_k}{N}"
            r"\,\mathcal{L}(z_k,k),\;\;\Vert Z\Vert_{*}\leq K\sqrt{E_H E_W}",
        ),
        tr(
            "All layers below the last are replaced by free features of bounded size. With K "
            "dimensions or more it is as good as a convex programme in the logits Z. With a sum of "
            "|h|^q over all coordinates in the features' budget it is not for q ≠ 2, and can have "
            "several local optima."
        ),
        (
            (r"h_{k,i}", tr("features of sample i of class k, free")),
            ROW,
            (r"\mathcal{L}", "cross-entropy"),
            (r"E_W,\,E_H", tr("budgets of classifiers and features; only their product matters")),
            (tr(r"\Vert Z\Vert_{*}"), tr("nuclear norm, the sum of the singular values")),
        ),
        FANG,
    ),
    "penalised": Formula(
        tr("Layer-Peeled Model with weight decay"),
        (
            r"\underset{W,H}{\mathrm{min}}\;\;\dfrac{1}{N}\,\sum_{k,i}"
            r"\mathcal{L}(W h_{k,i},\,k)+\dfrac{\lambda_W}{2}\Vert W\Vert^{2}"
            r"+\dfrac{\lambda_H}{2}\,\sum_{k,i}\Vert h_{k,i}\Vert^{2}",
            r"\Longleftrightarrow\;\;\underset{Z}{\mathrm{min}}\;\sum_k\dfrac{n_k}{N}"
            r"\,\mathcal{L}(z_k,k)+\lambda_Z\,\Vert Z\,\mathrm{diag}(\sqrt{n_k})\Vert_{*},"
            r"\quad\lambda_Z=\sqrt{\lambda_W\lambda_H}",
            r"\lambda_Z\geq\dfrac{\sqrt{n_B}}{N}\;\Longleftrightarrow\;"
            r"\mathrm{Minority\ Collapse}",
        ),
        tr(
            "Every sample counts alike, so that a large class may have longer features; in the "
            "Layer-Peeled Model every class does. As the weight decay falls this one tends to the "
            "simplex-encoded labels, that one with its budget to a simplex ETF."
        ),
        (
            (r"\lambda_W,\,\lambda_H", tr("weight decay of classifier and features")),
            (r"n_A,\,n_B,\,N", tr("samples of a majority and of a minority class, and of all")),
            (r"\Vert\cdot\Vert_{*}", tr("nuclear norm, the sum of the singular values")),
        ),
        tr(
            "Hong, Ling, Neural collapse for unconstrained feature model under cross-entropy loss "
            "with imbalanced data, arXiv 2309.09725, 2023"
        ),
    ),
    "deep linear": Formula(
        tr("Deep linear network"),
        (
            r"W_L\cdots W_1 X=Y,\qquad W_L\cdots W_1=U\Sigma V^{\top}",
            r"\langle h_l(x),h_l(x')\rangle=x^{\top}\left(V\Sigma^{2l/L}V^{\top}"
            r"+\epsilon^{2l}(I-VV^{\top})\right)x'",
            r"C_l=\dfrac{\mathrm{Tr}\,\Sigma_W}{\mathrm{Tr}\,\Sigma_B}\qquad "
            r"D_l=1-\underset{k\neq k'}{\mathrm{max}}\;\cos(\mu_k,\mu_{k'})",
        ),
        tr(
            "Balanced weights of least norm share the singular values evenly, and what the labels "
            "do not ask for shrinks by ε at each layer: C falls geometrically, D rises about "
            "linearly."
        ),
        (
            (r"L", tr("weight matrices")),
            (r"\epsilon", tr("scale of the orthogonal weights at the start")),
            (r"\mu_k", tr("class mean of a layer, not centred")),
        ),
        tr(
            "Wang, Li, Yaras, Zhu, Balzano, Hu, Qu, Understanding deep representation learning via "
            "layerwise feature compression and discrimination, arXiv 2311.02960, 2023"
        ),
    ),
    "deep features": Formula(
        tr("Deep unconstrained features"),
        (
            r"\mathrm{min}\;\;\dfrac{1}{2N}\Vert W_L\,\sigma(\cdots\sigma(W_1 H))-Y\Vert^2"
            r"+\dfrac{\lambda_W}{2}\sum_l\Vert W_l\Vert^2+\dfrac{\lambda_H}{2}\Vert H\Vert^2",
            r"\dfrac{(1-t)^2}{2}+\dfrac{L+1}{2}\,c\,t^{2/(L+1)},\qquad t^{(L-1)/(L+1)}(1-t)=c",
            r"c=\left(\lambda_H\Vert H\Vert^2\,\prod_l\lambda_W\Vert W_l\Vert^2\right)^{1/(L+1)},"
            r"\qquad c_{\mathrm{collapse}}=K\left(n\,\lambda_H\lambda_W^L\right)^{1/(L+1)}",
        ),
        tr(
            "Matrices share their penalty, and the output is t times the labels. "
            "Deep neural collapse, all singular values alike, has the least c without a ReLU; with "
            "one, features of a lower rank can have a smaller c once there are layers enough."
        ),
        (
            (r"L,\ K,\ n", tr("weight matrices, classes, samples of each")),
            (r"\sigma", tr("a ReLU, or nothing")),
            (r"Y", tr("one-hot labels")),
            (r"t", tr("share of the labels that the output reaches")),
            (tr(r"\Vert W_l\Vert"), tr("length of a matrix at t = 1")),
        ),
        tr(
            "Tirer, Bruna, Extended unconstrained features model for exploring deep neural "
            "collapse, ICML 2022; Súkeník, Mondelli, Lampert, Neural collapse versus low-rank "
            "bias, NeurIPS 2024"
        ),
    ),
    "landscape": Formula(
        tr("Ways down from a saddle"),
        (
            r"\lambda_{\mathrm{min}}=\dfrac{\lambda_H+\lambda_W}{2}"
            r"-\sqrt{\left(\dfrac{\lambda_H-\lambda_W}{2}\right)^2+g^2}"
            r"\qquad g=\Vert\nabla_{Z}\mathcal{L}\Vert_2",
            r"\delta H=x\,u\,a^{\top}\qquad\delta W=y\,v\,a^{\top}\qquad Ha=0,\ Wa=0",
            r"\sum_k\nabla_{w_k}\mathcal{L}=0\;\Longrightarrow\;\sum_k w_k\ "
            r"\mathrm{stays}\ \mathrm{where}\ \lambda_W=0",
        ),
        tr(
            "Where features and classifier leave a dimension free, a critical point that is no "
            "minimum has a way down along it, with this curvature. Every critical point is such a "
            "saddle or a global minimum."
        ),
        (
            (r"Z", tr("logits; N samples by K classes")),
            (r"u,\ v", tr("singular vectors of the gradient's largest singular value g")),
            (r"a", tr("a free dimension of the features")),
        ),
        tr(
            "Zhu, Ding, Zhou, Li, You, Sulam, Qu, A geometric analysis of neural collapse with "
            "unconstrained features, NeurIPS 2021"
        ),
    ),
    "elastic": Formula(
        tr("LE-SDE"),
        (
            r"dX^{k}=\dfrac{1}{K}\left(\alpha(t)\,H_{kk}X^{k}"
            r"+\beta(t)\,\sum_{l\neq k}H_{kl}X^{l}\right)dt+\sigma\,dW",
            r"\alpha(t)=\alpha_0\,t^{-r}\qquad A=\int\alpha\qquad B=\int\beta"
            r"\qquad\gamma=\alpha-\beta",
        ),
        tr(
            "An image of a class pulls the logits of its own class by α, those of others by β. "
            "Classes separate where γ falls slower than 1/t, and do not where it falls faster. In "
            "the L-model with β < 0 the mean logits become a simplex ETF."
        ),
        (
            (r"X^k", tr("logits of class k")),
            (r"H_{kl}", tr("the identity (I-model), or along the labels (L-model)")),
            (r"\sigma", "noise"),
        ),
        tr(
            "Zhang, Wang, Su, Imitating deep learning dynamics via locally elastic stochastic "
            "differential equations, NeurIPS 2021"
        ),
    ),
    "elastic estimates": Formula(
        tr("Strengths of LE-SDE from mean logits"),
        (
            r"A-B=K\,\log\left\vert\dfrac{S(t)}{S(t_0)}\right\vert\qquad "
            r"A+\dfrac{B}{K-1}=K\,\log\dfrac{\Vert\delta(t)\Vert}{\Vert\delta(t_0)\Vert}"
            r"\qquad s_k=d_k\cdot\bar X^{k}",
            r"\hat r=1-\mathrm{mean}_t\,\dfrac{\log\vert A(t)\vert}{\log t}\qquad"
            r"\mathrm{RD}_k=\dfrac{\Vert\hat X^{k}-\bar X^{k}\Vert}"
            r"{(\Vert\hat X^{k}\Vert+\Vert\bar X^{k}\Vert)/2}",
        ),
        tr(
            "The lines are of the L-model; α and β are the slopes of A and B. They count from the "
            "moment t₀ on at which S exceeds five of its standard errors for good: before, the "
            "logarithm divides by noise. RD compares true mean logits with those of the LE-ODE."
        ),
        (
            (r"\bar X^k", tr("mean logits of class k")),
            (r"d_k", tr("label of class k, about its mean, of length 1")),
            (r"S,\,\delta", tr("the mean of the s_k, and what is left of each")),
        ),
        tr(
            "Zhang, Wang, Su, Imitating deep learning dynamics via locally elastic stochastic "
            "differential equations, NeurIPS 2021, arXiv 2110.05960; the L-model for any K by ncviz"
        ),
    ),
    "softmax code": Formula(
        tr("Softmax code"),
        (
            r"\underset{\Vert w_k\Vert=1}{\mathrm{max}}\;\;\underset{k}{\mathrm{min}}\;\;"
            r"\mathrm{dist}\left(w_k,\,\mathrm{conv}\{w_{k'}:\,k'\neq k\}\right)",
            r"\mathrm{GNC3}=\dfrac{1}{K}\,\sum_k\,(1-\cos(w_k,m_k))",
        ),
        tr(
            "The one-vs-rest distance, GNC2, is largest at a softmax code: a simplex ETF of K ≤ d "
            "+ 1 classes, simplices in orthogonal spaces up to K = 2d, a regular polygon on the "
            "circle. GNC1 is NC1 of the features' directions."
        ),
        (ROW, (r"\mathrm{conv}", tr("convex hull")), (r"m_k", tr("class mean of the directions"))),
        tr(
            "Jiang, Zhou, Wang, Qu, Mixon, You, Zhu, Generalized neural collapse for a large "
            "number of classes, ICML 2024"
        ),
    ),
    "critical ratio": Formula(
        tr("Critical imbalance R₀"),
        (
            r"\dfrac{n_B}{N}=\lambda(R)\quad\mathrm{at}\quad R=R_0",
            r"R>R_0\;\Longrightarrow\;\cos(w_k,w_{k'})=1\ \ \mathrm{for\ all\ minority}\ k,k'",
        ),
        tr(
            "From this ratio of class sizes on the best classifiers of all minority classes are "
            "one and the same; under a tight budget they are exactly zero soon after."
        ),
        (
            (r"R=n_A/n_B", tr("size of a majority class over that of a minority class")),
            (r"\lambda", tr("multiplier of the budget: what a larger budget would gain")),
            (r"N", tr("samples in all")),
        ),
        tr("{fang}; R₀ as the root of the optimality condition", fang=FANG),
    ),
    "unconstrained": Formula(
        tr("Unconstrained feature model"),
        (
            r"\underset{W,H,b}{\mathrm{min}}\;\;\dfrac{1}{N}\,\sum_i\mathcal{L}(Wh_i+b,\,y_i)"
            r"+\dfrac{\lambda_W}{2}\Vert W\Vert_F^{2}+\dfrac{\lambda_H}{2}\Vert H\Vert_F^{2}"
            r"+\dfrac{\lambda_b}{2}\Vert b\Vert^{2}",
        ),
        tr(
            "Features are free variables, held by penalties. For equal classes, convex losses, d "
            "≥ K − 1 and penalties that do not outweigh the loss every global minimum is a neural "
            "collapse. That there are no other local minima is proved for d > K, and later for d "
            "= K. Without penalties cross-entropy still collapses, ever more slowly."
        ),
        (
            (r"H", tr("all features, one column a sample")),
            (r"\lambda_W,\lambda_H,\lambda_b", tr("weight decay of each")),
            (r"\mathcal{L}", tr("cross-entropy, focal, label smoothing or squared error")),
        ),
        tr("Zhu et al., NeurIPS 2021; Zhou et al. 2022; Yaras et al. 2022 (spherical)"),
    ),
    "pick all": Formula(
        tr("Pick-all-labels loss"),
        (
            r"\underset{W,H}{\mathrm{min}}\;\;\dfrac{1}{N}\,\sum_i\,\sum_{y\in S_i}"
            r"\mathcal{L}(Wh_i,\,y)+\dfrac{\lambda_W}{2}\Vert W\Vert_F^{2}"
            r"+\dfrac{\lambda_H}{2}\Vert H\Vert_F^{2}",
            r"h_S=C_m\,\sum_{y\in S}h_y\qquad m=|S|\qquad C_m=\dfrac{t_m}{t_1}",
            r"t_m\left(m\,e^{t_m}+K-m\right)=c=\dfrac{K\rho}{N\lambda_Z\sqrt{K-1}}\qquad"
            r"\rho^{2}=\sum_m N_m\,\dfrac{m(K-m)}{K}\,t_m^{2}",
        ),
        tr(
            "At the optimum rows and single labels are a simplex ETF, and sets of m labels lie at "
            "the scaled sum of theirs, where sets of one size have equally many samples and d ≥ K "
            "− 1; how many those of another size have is free. The factors are one equation in c."
        ),
        (
            (r"S_i", tr("labels of sample i")),
            (r"N_m", tr("samples with m labels")),
            (r"t_m", tr("how far logits of labels are above those of others")),
            (r"\lambda_Z", tr("root of the product of both weight decays")),
        ),
        tr(
            "Li et al., Neural collapse in multi-label learning with pick-all-label loss, ICML "
            "2024; the factors as the root of the optimality condition"
        ),
    ),
    "square loss": Formula(
        tr("Square loss with weight decay"),
        (
            r"\dfrac{1}{2NC}\,\sum_{i,c}(y_{i,c}-f_c(x_i))^{2}"
            r"+\dfrac{\lambda}{2}\,\sum_l\Vert W_l\Vert^{2}",
            r"w_c=\dfrac{\epsilon}{\lambda(C-1)}(\mu_c-\mu_G)\qquad"
            r"\Vert w_c\Vert^{2}=\dfrac{1}{C\lambda}"
            r"\left(\epsilon-\dfrac{C\epsilon^{2}}{C-1}\right)",
            r"\cos(w_c,w_{c'})=-\dfrac{1}{C-1}",
        ),
        tr(
            "With equal classes and λ > 0 the classifier's rows, less their mean, become a "
            "simplex ETF of this size. With λ = 0 nothing is predicted: the loss can be 0 without "
            "collapse."
        ),
        (
            (r"C,\,N", tr("number of classes, K elsewhere; samples of one class: NC in all")),
            (r"\epsilon", tr("how far each sample stays from being fitted, alike for all")),
            (r"\lambda", tr("weight decay")),
            (r"\mu_c,\,\mu_G", tr("mean of class c, mean of the class means")),
        ),
        "Rangamani & Banburski, 2022",
    ),
}
