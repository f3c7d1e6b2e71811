import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ncviz.errors import UserError
from ncviz.geometry import slabs as slabs_module
from ncviz.geometry.class_means import ClassMeans
from ncviz.geometry.collapse import nc1
from ncviz.geometry.separation import separation_fuzziness
from ncviz.geometry.statistics import WithinScatter, class_statistics

BALANCED = (7, 7, 7, 7)
IMBALANCED = (11, 2, 5, 8)
SHAPES = [(BALANCED, 6), (IMBALANCED, 6), (BALANCED, 2), (IMBALANCED, 3), ((9, 4), 1)]
FIELDS = ("counts", "means", "within_variance", "class_fuzziness", "class_variability")


def same(first, second, rtol=1e-10):
    for name in FIELDS:
        ours, theirs = getattr(first, name), getattr(second, name)
        scale = float(np.abs(theirs).max())
        np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=rtol * scale, err_msg=name)


@pytest.mark.parametrize(("counts", "d"), SHAPES)
def test_fuzziness_is_the_textbook_trace(clusters, textbook_fuzziness, counts, d):
    x, y = clusters(counts, d)
    found = separation_fuzziness(class_statistics(x, y, len(counts)))
    assert found == pytest.approx(textbook_fuzziness(x, y), rel=1e-9)


@pytest.mark.parametrize(("counts", "d"), SHAPES)
def test_nc1_is_the_textbook_trace(clusters, textbook_nc1, counts, d):
    x, y = clusters(counts, d)
    found = nc1(class_statistics(x, y, len(counts)))
    assert found == pytest.approx(textbook_nc1(x, y), rel=1e-9)


def test_numpys_pseudo_inverse_agrees_where_it_can_be_trusted(clusters):
    x, y = clusters(IMBALANCED, 3)  # d = K − 1: SSB has full rank
    means = np.array([x[y == k].mean(axis=0) for k in range(4)])
    m = means[y] - x.mean(axis=0)
    w = x - means[y]
    trace = np.trace((w.T @ w / len(x)) @ np.linalg.pinv(m.T @ m / len(x)))
    assert separation_fuzziness(class_statistics(x, y, 4)) == pytest.approx(trace, rel=1e-10)


def test_many_dimensions_give_no_garbage(textbook_fuzziness, clusters):
    # Rotating 5 dimensions into 3000 changes nothing; the textbook's cut-off fails there.
    x, y = clusters(IMBALANCED, 5)
    frame = np.linalg.qr(np.random.default_rng(1).normal(size=(3000, 5)))[0]
    wide = separation_fuzziness(class_statistics((x @ frame.T).astype(np.float32), y, 4))
    assert wide == pytest.approx(textbook_fuzziness(x, y), rel=1e-5)


@pytest.mark.parametrize("kind", ["float16", "float32", "float64"])
@pytest.mark.parametrize("counts", [BALANCED, IMBALANCED])
def test_torch_and_numpy_agree_at_any_precision(clusters, textbook_fuzziness, kind, counts):
    x, y = clusters(counts, 6)
    x = x.astype(kind)
    ours = class_statistics(x, y, 4)
    same(class_statistics(torch.from_numpy(x), torch.from_numpy(y), 4), ours)
    exact = textbook_fuzziness(x.astype(np.float64), y)
    assert separation_fuzziness(ours) == pytest.approx(exact, rel=1e-9)


def test_bfloat16_is_measured_as_what_it_holds(clusters):
    x, y = clusters(BALANCED, 6)
    rounded = torch.from_numpy(x).bfloat16()
    found = class_statistics(rounded, torch.from_numpy(y), 4)
    same(found, class_statistics(rounded.double().numpy(), y, 4))


@pytest.mark.parametrize("kind", ["uint8", "int16", "int32", "int64"])
def test_labels_of_any_whole_type(clusters, kind):
    x, y = clusters(IMBALANCED, 6)
    expected = class_statistics(x, y, 4)
    same(class_statistics(x, y.astype(kind), 4), expected)
    same(class_statistics(torch.from_numpy(x), torch.from_numpy(y.astype(kind)), 4), expected)


def test_features_are_left_as_they_are(clusters):
    x, y = clusters(BALANCED, 6)
    kept = x.copy()
    class_statistics(x, y, 4)
    class_statistics(torch.from_numpy(x), torch.from_numpy(y), 4)
    np.testing.assert_array_equal(x, kept)


def test_means_counts_and_variance_by_their_definitions(clusters):
    x, y = clusters(IMBALANCED, 5)
    found = class_statistics(x, y, 4)
    for k, count in enumerate(IMBALANCED):
        members = x[y == k]
        assert found.counts[k] == count == len(members)
        np.testing.assert_allclose(found.means[k], members.mean(axis=0), rtol=1e-12)
        variance = np.mean([np.sum((h - members.mean(axis=0)) ** 2) for h in members])
        assert found.within_variance[k] == pytest.approx(variance, rel=1e-12)
    np.testing.assert_allclose(found.sample_mean, x.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(found.mean_of_class_means, found.means.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(found.centered_means.sum(axis=0), 0, atol=1e-13)
    np.testing.assert_allclose(found.shares, np.array(IMBALANCED) / 26, rtol=1e-15)


def test_class_shares_add_up(clusters, textbook_fuzziness, textbook_nc1):
    x, y = clusters(IMBALANCED, 6)
    found = class_statistics(x, y, 4)
    shares = np.array(IMBALANCED) / sum(IMBALANCED)
    assert shares @ found.class_fuzziness == pytest.approx(textbook_fuzziness(x, y), rel=1e-9)
    assert shares @ found.class_variability / 4 == pytest.approx(textbook_nc1(x, y), rel=1e-9)
    # Each one is the trace with the within-class scatter of that class alone.
    means = found.means - found.sample_mean
    between = (means.T * shares) @ means
    values, vectors = np.linalg.eigh(between)
    inverse = (vectors[:, -3:] / values[-3:]) @ vectors[:, -3:].T
    for k in range(4):
        centered = x[y == k] - found.means[k]
        own = np.einsum("ni,ij,nj->n", centered, inverse, centered).mean()
        assert found.class_fuzziness[k] == pytest.approx(own, rel=1e-9)


def test_balanced_fuzziness_is_k_times_nc1(clusters):
    x, y = clusters(BALANCED, 6)
    found = class_statistics(x, y, 4)
    assert separation_fuzziness(found) == pytest.approx(4 * nc1(found), rel=1e-12)
    np.testing.assert_allclose(found.class_fuzziness, found.class_variability, rtol=1e-12)


def test_imbalanced_measures_have_each_their_own_global_mean(clusters):
    x, y = clusters(IMBALANCED, 6)
    found = class_statistics(x, y, 4)
    assert separation_fuzziness(found) != pytest.approx(4 * nc1(found), rel=1e-3)


def test_two_classes_on_a_line_by_hand():
    # Means 0 and 2, variance 1 in each: SSW = 1, SSB = 1, D = 1 and NC1 = 1/2.
    x = np.array([[-1.0], [1.0], [1.0], [3.0]])
    found = class_statistics(x, np.array([0, 0, 1, 1]), 2)
    assert separation_fuzziness(found) == pytest.approx(1, rel=1e-14)
    assert nc1(found) == pytest.approx(0.5, rel=1e-14)
    # Three against one: means 0 and 4, sample mean 1; SSW = (2/3)(3/4), SSB = 3/4 + 9/4.
    x = np.array([[-1.0], [0.0], [1.0], [4.0]])
    found = class_statistics(x, np.array([0, 0, 0, 1]), 2)
    assert separation_fuzziness(found) == pytest.approx(0.5 / 3, rel=1e-14)
    # About the mean of class means, 2: Σ_B = 4.
    assert nc1(found) == pytest.approx(0.5 / 4 / 2, rel=1e-14)


def test_two_gaussians_reach_their_closed_form():
    # In d dimensions with deviation σ and means ±a apart along one axis: D → σ²/a².
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1], 200_000)
    x = 0.3 * rng.normal(size=(len(y), 3))
    x[:, 1] += np.where(y == 0, -0.7, 0.7)
    found = class_statistics(x, y, 2)
    assert separation_fuzziness(found) == pytest.approx((0.3 / 0.7) ** 2, rel=0.01)
    np.testing.assert_allclose(found.within_variance, 3 * 0.3**2, rtol=0.01)


@given(
    seed=st.integers(0, 10_000),
    counts=st.lists(st.integers(1, 9), min_size=2, max_size=5).map(tuple),
    d=st.integers(1, 6),
    scale=st.floats(1e-6, 1e6),
    offset=st.floats(-100, 100),
)
def test_rotation_scale_and_translation_change_no_ratio(seed, counts, d, scale, offset):
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    x = 3 * rng.normal(size=(len(counts), d))[y] + rng.normal(size=(len(y), d))
    rotation = np.linalg.qr(rng.normal(size=(d, d)))[0]
    before = class_statistics(x, y, len(counts))
    after = class_statistics(scale * (x @ rotation + offset), y, len(counts))
    np.testing.assert_allclose(after.class_fuzziness, before.class_fuzziness, rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(
        after.class_variability, before.class_variability, rtol=1e-5, atol=1e-9
    )
    variance = before.within_variance * scale**2
    np.testing.assert_allclose(after.within_variance, variance, rtol=1e-7, atol=1e-9 * scale**2)


@given(seed=st.integers(0, 10_000), permutation=st.permutations(range(4)))
def test_class_numbers_and_sample_order_do_not_matter(seed, permutation):
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.repeat(np.arange(4), IMBALANCED))
    x = rng.normal(size=(len(y), 5)) + rng.normal(size=(4, 5))[y]
    before = class_statistics(x, y, 4)
    order, renamed = rng.permutation(len(y)), np.array(permutation)
    after = class_statistics(x[order], renamed[y[order]], 4)
    for name in FIELDS:
        ours = getattr(after, name)[renamed]
        np.testing.assert_allclose(ours, getattr(before, name), rtol=1e-9, atol=1e-12)


@pytest.fixture
def slabs(monkeypatch):
    """Return what sets the height of a slab for features of 5 numbers."""

    def set_height(height):
        monkeypatch.setattr(slabs_module, "WHOLE", 0)
        monkeypatch.setattr(slabs_module, "FEWEST_ROWS", 1)
        monkeypatch.setattr(slabs_module, "CACHE_BYTES", height * 8 * 5)
        x = np.zeros((26, 5))
        heights = [len(slab.rows) for slab in slabs_module.ClassRows(x, np.zeros(26, int)).slabs()]
        assert heights[0] == min(height, 26)
        assert sum(heights) == 26

    return set_height


@pytest.mark.parametrize("height", [1, 2, 3, 7, 25, 26, 27])
@pytest.mark.parametrize("library", [np.asarray, torch.from_numpy])
def test_the_height_of_a_slab_does_not_matter(clusters, slabs, height, library):
    x, y = clusters(IMBALANCED, 5)
    whole = class_statistics(x, y, 4)
    slabs(height)
    same(class_statistics(library(x), library(y), 4), whole, rtol=1e-12)


def test_a_row_larger_than_the_cache(clusters, monkeypatch):
    x, y = clusters(IMBALANCED, 5)
    whole = class_statistics(x, y, 4)
    for fewest in (1, 4):
        monkeypatch.setattr(slabs_module, "WHOLE", 0)
        monkeypatch.setattr(slabs_module, "FEWEST_ROWS", fewest)
        monkeypatch.setattr(slabs_module, "CACHE_BYTES", 1)
        same(class_statistics(x, y, 4), whole, rtol=1e-12)


@pytest.mark.parametrize("cores", [1, 2, 3, 40, None])
@pytest.mark.parametrize("counts", [BALANCED, IMBALANCED, (1, 1, 1, 1)])
def test_the_number_of_cores_does_not_matter(clusters, monkeypatch, cores, counts):
    x, y = clusters(counts, 5)
    whole = class_statistics(x, y, 4)
    monkeypatch.setattr(slabs_module, "PARALLEL_FROM", 1)
    monkeypatch.setattr(slabs_module, "FEWEST_ROWS", 1)
    monkeypatch.setattr(slabs_module.os, "cpu_count", lambda: cores)
    assert len(slabs_module.parts(x, y)) == min(cores or 1, len(x) // 4)
    same(class_statistics(x, y, 4), whole, rtol=1e-12)


@pytest.mark.parametrize("cores", [1, 8])
def test_wide_features_take_no_more_memory_than_they_have_themselves(monkeypatch, cores):
    monkeypatch.setattr(slabs_module.os, "cpu_count", lambda: cores)
    x = np.random.default_rng(0).normal(size=(64, 200_000)).astype(np.float32)
    tracemalloc.start()
    class_statistics(x, np.arange(64) % 2, 2)
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert used < x.nbytes


def test_what_cannot_be_measured_is_refused_on_several_cores_too(clusters, monkeypatch):
    x, y = clusters(IMBALANCED, 5)
    monkeypatch.setattr(slabs_module, "PARALLEL_FROM", 1)
    monkeypatch.setattr(slabs_module, "FEWEST_ROWS", 1)
    monkeypatch.setattr(slabs_module.os, "cpu_count", lambda: 3)
    with pytest.raises(UserError, match="must lie in 0…2"):
        class_statistics(x, y, 3)
    with pytest.raises(UserError, match=r"\(26, 5\) do not fit labels of shape \(25,\)"):
        class_statistics(x, y[:-1], 4)
    with pytest.raises(UserError, match=r"labels of shape \(52,\)"):
        class_statistics(x, np.concatenate([y, y]), 4)
    x[-1, -1] = np.inf
    with pytest.raises(UserError, match="NaN or infinite"):
        class_statistics(x, y, 4)


def test_a_split_of_more_than_one_slab_as_it_comes(clusters, textbook_fuzziness):
    x, y = clusters((3000, 2500, 100), 60)
    assert 8 * x.size > slabs_module.CACHE_BYTES
    found = separation_fuzziness(class_statistics(x, y, 3))
    assert found == pytest.approx(textbook_fuzziness(x, y), rel=1e-9)


# Features that come in batches


def in_batches(batches, classes):
    """Measure batches as two workers would, each with every other batch."""
    workers = [ClassMeans(classes), ClassMeans(classes)]
    for number, (x, y) in enumerate(batches):
        workers[number % 2].update(x, y)
    means = ClassMeans(classes).merge(workers[0]).merge(workers[1])
    scatters = [WithinScatter(means), WithinScatter(means)]
    for number, (x, y) in enumerate(batches):
        scatters[number % 2].update(x, y)
    return scatters[0].merge(scatters[1]).statistics()


@given(
    seed=st.integers(0, 10_000),
    cuts=st.lists(st.integers(1, 25), max_size=5, unique=True).map(sorted),
)
def test_batches_of_any_size_are_measured_as_the_whole(seed, cuts):
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.repeat(np.arange(4), IMBALANCED))
    x = 2 * rng.normal(size=(4, 5))[y] + rng.normal(size=(len(y), 5))
    whole = class_statistics(x, y, 4)
    parts = list(zip(np.split(x, cuts), np.split(y, cuts), strict=True))
    same(in_batches(parts, 4), whole, rtol=1e-9)
    as_tensors = [(torch.from_numpy(a), torch.from_numpy(b)) for a, b in parts]
    same(in_batches(as_tensors[::-1], 4), whole, rtol=1e-9)


def test_batches_that_miss_a_class_leave_it_absent(clusters):
    x, y = clusters((6, 4), 5)
    found = in_batches([(x[:3], y[:3]), (x[3:], y[3:])], 4)
    assert found.present.tolist() == [True, True, False, False]
    same(found, class_statistics(x, y, 4), rtol=1e-10)


def test_the_second_pass_must_see_what_the_first_saw(clusters):
    x, y = clusters(IMBALANCED, 5)
    means = ClassMeans(4).update(x, y)
    with pytest.raises(UserError, match="second pass saw 0 samples, the first 26"):
        WithinScatter(means).statistics()
    with pytest.raises(UserError, match="second pass saw 20 samples"):
        WithinScatter(means).update(x[:20], y[:20]).statistics()
    other = ClassMeans(4).update(x + 1, y)
    with pytest.raises(UserError, match="different means"):
        WithinScatter(means).merge(WithinScatter(other))


def test_batches_of_different_layers_are_refused(clusters):
    x, y = clusters(IMBALANCED, 5)
    with pytest.raises(UserError, match="Batches of 3 and 5 features do not fit together"):
        ClassMeans(4).update(x, y).update(x[:, :3], y)


def test_nothing_at_all_has_no_means():
    empty = ClassMeans(3)
    assert empty.merge(ClassMeans(3)) is empty
    with pytest.raises(UserError, match="no samples"):
        WithinScatter(empty)


def test_what_is_not_finite_in_a_batch_is_refused(clusters):
    x, y = clusters(IMBALANCED, 5)
    means = ClassMeans(4).update(x, y).update(x * np.inf, y)
    with pytest.raises(UserError, match="NaN or infinite"):
        WithinScatter(means)


def test_an_absent_class_counts_for_nothing(clusters, textbook_fuzziness, textbook_nc1):
    x, y = clusters((6, 4, 9), 5)
    y = np.array([0, 2, 4])[y]  # of five classes, 1 and 3 are absent
    found = class_statistics(x, y, 5)
    assert found.counts.tolist() == [6, 0, 4, 0, 9]
    assert found.present.tolist() == [True, False, True, False, True]
    assert not found.means[[1, 3]].any()
    assert found.centered_means.shape == (3, 5)
    for name in FIELDS[2:]:
        assert getattr(found, name)[[1, 3]].tolist() == [0.0, 0.0]
    assert separation_fuzziness(found) == pytest.approx(textbook_fuzziness(x, y), rel=1e-9)
    assert nc1(found) == pytest.approx(textbook_nc1(x, y), rel=1e-9)


def test_a_class_of_one_sample_has_no_spread(clusters, textbook_fuzziness):
    x, y = clusters((1, 6, 5), 4)
    found = class_statistics(x, y, 3)
    assert found.within_variance[0] == 0.0
    assert found.class_fuzziness[0] == 0.0
    assert separation_fuzziness(found) == pytest.approx(textbook_fuzziness(x, y), rel=1e-9)


def test_one_class_alone_cannot_be_separated():
    x = np.random.default_rng(0).normal(size=(5, 3))
    for classes in (1, 3):
        found = class_statistics(x, np.zeros(5, dtype=int), classes)
        assert np.isnan(separation_fuzziness(found))
        assert np.isnan(nc1(found))


def test_coinciding_means_are_infinitely_fuzzy():
    x = np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, -2.0], [0.0, 2.0]])
    found = class_statistics(x, np.array([0, 0, 1, 1]), 2)
    assert separation_fuzziness(found) == np.inf
    assert nc1(found) == np.inf
    assert found.class_fuzziness.tolist() == [np.inf, np.inf]


def test_coinciding_means_with_one_class_a_point_are_infinitely_fuzzy():
    x = np.array([[-1.0], [1.0], [0.0], [0.0]])
    found = class_statistics(x, np.array([0, 0, 1, 1]), 2)
    assert found.class_fuzziness.tolist() == [np.inf, 0.0]
    assert separation_fuzziness(found) == np.inf
    assert nc1(found) == np.inf


@pytest.mark.parametrize("value", [0.0, 1.0, 0.1, -3.7e5, 1e-30])
@pytest.mark.parametrize("samples", [9, 700, 10_000])
@pytest.mark.parametrize("library", [np.asarray, torch.from_numpy])
def test_equal_samples_have_no_fuzziness_in_spite_of_rounding(value, samples, library):
    x = np.full((samples, 4), value)
    y = np.random.default_rng(0).choice(3, samples, p=(0.1, 0.3, 0.6))
    y[:3] = range(3)
    found = class_statistics(library(x), library(y), 3)
    assert np.isnan(separation_fuzziness(found))
    assert np.isnan(nc1(found))


def test_a_point_per_class_is_no_fuzziness_at_all():
    y = np.repeat([0, 1, 2], 4)
    x = np.array([[0.1, 0.2], [0.7, -0.3], [-0.9, 0.4]])[y]
    found = class_statistics(x, y, 3)
    assert separation_fuzziness(found) == pytest.approx(0.0, abs=1e-28)
    assert nc1(found) == pytest.approx(0.0, abs=1e-28)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("library", [np.asarray, torch.from_numpy])
@pytest.mark.parametrize("kind", ["float32", "float64"])
@pytest.mark.parametrize("samples", [4, 5000])
def test_what_is_not_finite_is_refused(value, library, kind, samples):
    x = np.ones((samples, 3), dtype=kind)
    x[samples // 2, 1] = value
    y = np.arange(samples) % 2
    with pytest.raises(UserError, match=r"NaN or infinite.*\.$"):
        class_statistics(library(x), library(y), 2)


@pytest.mark.parametrize(
    ("x", "y", "classes", "words"),
    [
        (np.ones((4, 2)), np.array([0, 1, 2, 3]), 3, "from 0 to 3: they must lie in 0…2"),
        (np.ones((4, 2)), np.array([0, -1, 1, 0]), 3, "from -1 to 1"),
        (np.ones((4, 2)), np.array([0, 1, 0]), 2, r"\(4, 2\) do not fit labels of shape \(3,\)"),
        (np.ones(4), np.array([0, 1, 0, 1]), 2, r"\(4,\)"),
        (np.ones((2, 2, 2)), np.array([0, 1]), 2, r"\(2, 2, 2\)"),
        (np.ones((2, 2)), np.array([[0], [1]]), 2, r"\(2, 1\)"),
        (np.ones((0, 2)), np.array([], dtype=int), 2, "no samples"),
    ],
)
@pytest.mark.parametrize("library", [np.asarray, torch.from_numpy])
def test_what_cannot_be_measured_is_refused(library, x, y, classes, words):
    with pytest.raises(UserError, match=words) as caught:
        class_statistics(library(x), library(y), classes)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_what_does_not_fit_together_is_told(clusters):
    x, y = clusters(BALANCED, 6)
    means = ClassMeans(4).update(x, y)
    with pytest.raises(UserError, match="4 and of 5 classes"):
        means.merge(ClassMeans(5).update(x, y))
    with pytest.raises(UserError, match="batch of 5 features does not fit means of 6"):
        WithinScatter(means).update(x[:, :5], y)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_classes_that_are_points_have_no_spread_at_all(dtype):
    rng = np.random.default_rng(11)
    labels = np.repeat(np.arange(5), (1000, 7, 333, 50, 2))
    features = (3.7 + rng.normal(size=(5, 20))).astype(dtype)[labels]
    found = class_statistics(features, labels, 5)
    for name in ("within_variance", "class_fuzziness", "class_variability"):
        assert np.array_equal(getattr(found, name), np.zeros(5)), name


@pytest.mark.parametrize("rank", [1, 2, 4])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_directions_are_those_in_which_means_differ(rank, dtype):
    """Means in few dimensions of many, as features of low rank have them."""
    rng = np.random.default_rng(12)
    labels = np.repeat(np.arange(6), 60)
    frame = np.linalg.qr(rng.normal(size=(40, 40)))[0][:rank]
    features = (rng.normal(size=(6, rank))[labels] + 0.1 * rng.normal(size=(360, rank))) @ frame
    assert class_statistics(features.astype(dtype), labels, 6).directions == rank


def test_classes_about_one_mean_differ_in_no_direction():
    labels = np.repeat(np.arange(3), 2)
    features = np.tile([[1.0, 0.0], [-1.0, 0.0]], (3, 1))
    assert class_statistics(features, labels, 3).directions == 0


def test_a_sample_drawn_class_by_class_stands_for_the_whole_split():
    rng = np.random.default_rng(3)
    counts, times = (6, 5, 4, 3), (1, 2, 7, 30)
    y = np.repeat(np.arange(4), counts)
    x = rng.normal(size=(len(y), 9)) + 3 * rng.normal(size=(4, 9))[y]
    sizes = np.multiply(counts, times)
    # The whole split holds every sample so many times.
    often = np.repeat(np.arange(len(y)), np.take(times, y))
    whole, found = class_statistics(x[often], y[often], 4), class_statistics(x, y, 4, sizes)
    assert found.counts.tolist() == list(counts)
    for name in ("means", "within_variance", "class_fuzziness", "class_variability", "shares"):
        np.testing.assert_allclose(getattr(found, name), getattr(whole, name), rtol=1e-9)
    np.testing.assert_allclose(found.sample_mean, x[often].mean(axis=0))
    assert separation_fuzziness(found) == pytest.approx(separation_fuzziness(whole), rel=1e-9)
    assert nc1(found) == pytest.approx(nc1(whole), rel=1e-9)
    alone = class_statistics(x, y, 4)
    assert separation_fuzziness(alone) != pytest.approx(separation_fuzziness(whole), rel=1e-2)
    in_batches = ClassMeans(4, sizes).update(x[:7], y[:7]).update(x[7:], y[7:])
    scatter = WithinScatter(in_batches).update(x[7:], y[7:]).update(x[:7], y[:7])
    np.testing.assert_allclose(scatter.statistics().class_fuzziness, whole.class_fuzziness)


def test_sizes_like_the_sample_change_nothing():
    rng = np.random.default_rng(4)
    y = np.repeat(np.arange(3), (4, 4, 8))
    x = rng.normal(size=(16, 5)).astype(np.float32)
    plain, sized = class_statistics(x, y, 3), class_statistics(x, y, 3, np.array([10, 10, 20]))
    np.testing.assert_allclose(sized.class_fuzziness, plain.class_fuzziness, rtol=1e-12)
    assert sized.rounding == pytest.approx(plain.rounding)
    assert sized.effective_samples == pytest.approx(16)
    assert plain.effective_samples == pytest.approx(16)


def test_classes_of_size_nought_weigh_nothing():
    y = np.repeat(np.arange(3), 4)
    x = np.random.default_rng(5).normal(size=(12, 5))
    found = class_statistics(x, y, 3, np.array([5, 5, 0]))
    assert found.shares.tolist() == [0.5, 0.5, 0]
    assert found.present.all()
    assert np.isfinite(found.class_fuzziness).all()
    assert class_statistics(x, y, 3, np.zeros(3, int)).shares.tolist() == [1 / 3] * 3
