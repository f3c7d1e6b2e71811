"""What a site says of its runs, beside the numbers of their files, computed here once more.

Nothing of ncviz computes them: the files are read as `docs/run-format.md` tells, and the formulas
are those of that document.
"""

import html
import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file

from ncviz.export.model_plan import ModelPlan
from ncviz.export.page_plan import PagePlan
from ncviz.export.site_plan import SitePlan
from ncviz.export.web.making import page_bytes
from ncviz.export.web.packing import array_at, unpacked
from ncviz.export.web.site import make_site, named_runs
from ncviz.runs.repeats import open_run

SHIPPED = Path(__file__).resolve().parents[3] / "assets" / "experiments"
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")


def number(text):
    """Return a number as people read it: '1,230', '4.5·10⁻⁷', '∞', '–'."""
    if text in ("–", "∞", "−∞"):
        return {"–": math.nan, "∞": math.inf, "−∞": -math.inf}[text]
    mantissa, _, power = text.replace(",", "").partition("·10")
    if not power and mantissa.startswith("10") and mantissa != mantissa.translate(RAISED):
        mantissa, power = "1", mantissa[2:]
    return float(mantissa.translate(RAISED)) * 10.0 ** int(power.translate(RAISED) or 0)


def same(text, value, digits=3):
    """Whether a text says a number to so many digits."""
    shown = number(text)
    if not math.isfinite(value) or not math.isfinite(shown):
        return math.isnan(value) == math.isnan(shown) and (math.isnan(value) or shown == value)
    if value == 0:
        return shown == 0
    unit = 10.0 ** (math.floor(math.log10(abs(value))) - digits + 1)
    return abs(shown - value) <= 0.501 * unit


class Files:
    """The files of a run, and what follows from them."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.told = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
        self.layers = len(self.told["layers"])
        found = sorted((self.folder / "snapshots").glob("*.safetensors"))
        self.epochs = [int(path.stem) for path in found]
        self.tensors = dict(zip(self.epochs, map(load_file, found), strict=True))
        self.scalars = {}
        for epoch, path in zip(self.epochs, found, strict=True):
            with safe_open(path, "numpy") as file:
                self.scalars[epoch] = json.loads(file.metadata()["scalars"])

    def weights(self, epoch, layer):
        held = self.tensors[epoch]
        sizes = held.get(f"{layer}.train.sizes", held[f"{layer}.train.counts"]).astype(float)
        return sizes / sizes.sum(), held[f"{layer}.train.counts"] > 0

    def fuzziness(self, epoch, layer):
        weights, there = self.weights(epoch, layer)
        return float((weights * self.tensors[epoch][f"{layer}.train.class_fuzziness"])[there].sum())

    def means(self, epoch, layer):
        means = self.tensors[epoch][f"{layer}.train.means"].astype(float)
        _, there = self.weights(epoch, layer)
        return means - means[there].mean(axis=0)

    def of_last(self, epoch):
        """Return NC1 to NC4 and D of the last layer, in the order of the cards."""
        layer = self.layers - 1
        held, (weights, there) = self.tensors[epoch], self.weights(epoch, layer)
        variability = held[f"{layer}.train.class_variability"]
        means = self.means(epoch, layer)
        lengths, count = np.linalg.norm(means[there], axis=1), int(there.sum())
        angles = self.cosines(epoch, layer)[there][:, there]
        rows, apart = held.get("classifier.weight"), math.nan
        if rows is not None and rows.shape == means.shape and there.all():
            apart = float(
                np.sum((rows / np.linalg.norm(rows) - means / np.linalg.norm(means)) ** 2)
            )
        return (
            float((weights * variability)[there].sum()) / count,
            float(np.std(lengths, ddof=1) / lengths.mean()),
            float(np.abs(angles[~np.eye(count, dtype=bool)] + 1 / (count - 1)).mean()),
            apart,
            self.scalars[epoch].get("nc4_train", math.nan),
            self.fuzziness(epoch, layer),
        )

    def cosines(self, epoch, layer, *, of_rows=False):
        held = self.tensors[epoch]
        vectors = held["classifier.weight"] if of_rows else self.means(epoch, layer)
        return cosines(vectors.astype(float))

    def law(self, epoch):
        """Return ρ, the half-life and r of the fitted law."""
        values = np.array([self.fuzziness(epoch, layer) for layer in range(self.layers)])
        known = np.isfinite(values) & (values > 0)
        t, logs = np.arange(1.0, self.layers + 1)[known], np.log(values[known])
        slope = float(np.polyfit(t, logs, 1)[0])
        half = math.log(2) / -slope if slope < 0 else math.inf
        return math.exp(slope), half, float(np.corrcoef(t, logs)[0, 1])


def cosines(vectors):
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit @ unit.T


def words(text):
    return html.unescape(re.sub("<[^>]*>", "", text))


def cards_of(index):
    """Return what the cards of an index say, by the names of their pages."""
    text = re.sub("<picture>.*?</picture>", "", index.read_text(encoding="utf-8"), flags=re.DOTALL)
    found = {}
    for card in re.findall("<article>(.*?)</article>", text, flags=re.DOTALL):
        told = re.findall("<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", card)
        lines = [words(line) for line in re.findall("<p[^>]*>(.*?)</p>", card)]
        found[re.search('href="([^"]*)"', card)[1]] = (told, lines)
    return found


def check_errors(sentence, files, epoch):
    """Check which errors a sentence names; return how many."""
    found = re.findall(r"(training|test) error (∞|[\d.,]+(?:·10[⁻⁰-⁹]+)?) %", sentence)
    for split, shown in found:
        key = "train_error" if split == "training" else "test_error"
        assert same(shown, 100 * files.scalars[epoch][key]), (sentence, files.folder)
    since = re.search(r"training error 0 (?:from|by|since) epoch ([\d,]+)", sentence)
    if since:
        first = int(number(since[1]))
        assert all(files.scalars[e]["train_error"] == 0 for e in files.epochs if e >= first)
        before = [e for e in files.epochs if e < first]
        assert not before or files.scalars[before[-1]]["train_error"] > 0
    return len(found) + bool(since)


def check_card(card, files):
    """Compare a card of the index with its run's files; return how many numbers it has."""
    told, lines = card
    values = files.of_last(files.epochs[-1])
    assert len(told) == len(values)
    for (name, shown), value in zip(told, values, strict=True):
        assert same(shown, value), (name, shown, value, files.folder)
    facts = " · ".join(lines)
    assert f"Classes: {len(files.told['class_names']):,} · " in facts
    assert f"Layers: {files.layers}" in facts
    assert f"epoch {files.epochs[-1]:,}" in facts
    return len(told) + check_errors(lines[0], files, files.epochs[-1])


def check_page(content, files):
    """Compare a page with its run's files; return how many numbers it says."""
    text = content.decode()
    page, arrays = unpacked(re.search(r'id="data">([^<]*)<', text)[1])
    moments = [int(value) for value in page["times"]["values"]]
    assert set(moments) <= set(files.epochs)
    side, count = page["sides"][0], 0
    for look in side["looks"]:
        for epoch, row in zip(moments, look["captions"], strict=True):
            said = [page["sentences"][caption] for caption in row]
            count += sum(check_errors(sentence, files, epoch) for sentence in said)
    charts = {chart["name"]: chart for chart in page["charts"]}
    if "law" in charts:
        count += _check_law(charts["law"], moments, files)
    if side["matrix"]:
        count += _check_matrix(
            side["matrix"], array_at(arrays, side["matrix"]["cosines"]), moments, files
        )
    return count


def _check_law(chart, moments, files):
    """Compare what stands above the law, and the points of D, with the files."""
    count, (low, *_, high) = (
        0,
        [(share, math.log10(number(word))) for share, word in chart["rises"]],
    )
    scale = (high[1] - low[1]) / (high[0] - low[0])
    for epoch, readings, frame in zip(moments, chart["readings"], chart["frames"], strict=True):
        ratio, half, fit = files.law(epoch)
        for said, _key in readings:
            for pattern, value in (
                ("^ρ = (.+)", ratio),
                ("^half-life (.+) layers", half),
                ("^r = (.+)", fit),
            ):
                found = re.search(pattern, said)
                if found:
                    digits = 4 if pattern.startswith("^r") else 3
                    assert same(found[1], value, digits) or abs(number(found[1]) - value) < 5.1e-5
                    count += 1
        points = next(
            curve for curve in frame if curve["points"] == "full" and curve["label"] == "now"
        )
        for layer, share in enumerate(points["up"]):
            if share is not None and 0 < share < 1:
                value = 10 ** (low[1] + scale * (share - low[0]))
                assert value == pytest.approx(files.fuzziness(epoch, layer), rel=0.01)
                count += 1
    return count


def _check_matrix(matrix, tables, moments, files):
    """Compare the cosines between classes with the files."""
    names = files.told["class_names"]
    drawn, last = [names.index(name) for name in matrix["names"]], tables.shape[1] - 1
    if last != files.layers - 1:
        return 0
    above = np.triu(np.ones((len(drawn), len(drawn)), dtype=bool), 1)
    for moment, epoch in enumerate(moments):
        for layer in range(files.layers):
            shown = tables[moment, layer].astype(float)
            known = shown < 255
            told = shown / 127 - 1
            truth = files.cosines(epoch, layer)[np.ix_(drawn, drawn)]
            assert np.abs(told - truth)[above & known].max(initial=0) < 0.5 / 127 + 1e-6
            if layer == last and "classifier.weight" in files.tensors[epoch]:
                rows = files.cosines(epoch, layer, of_rows=True)[np.ix_(drawn, drawn)]
                assert np.abs(told - rows)[above.T & known].max(initial=0) < 0.5 / 127 + 1e-6
    return tables.size


# Imbalanced; of two classes; of more classes than dimensions and one; of merged classes; of a law
# whose D lies about one power of ten.
KINDS = (
    "minority-collapse-oversampling",
    "text-encoder",
    "generalized-collapse-dimensions",
    "coarse-labels",
    "feature-lengths",
)


def _one_epoch(make_run, folder):
    return make_run(folder / "one", counts=(9, 4, 7), epochs=(3,), widths=(6, 5), per_class=4)


def test_cards_and_pages_say_what_follows_from_the_files(make_run, tmp_path):
    folder, out = tmp_path / "runs", tmp_path / "site"
    folder.mkdir()
    _one_epoch(make_run, folder)
    make_run(folder / "two", counts=(12, 5), epochs=(0, 7), widths=(4, 3), per_class=4)
    make_run(folder / "many", counts=(6,) * 9, epochs=(0, 2, 5), widths=(6, 2), per_class=3)
    make_run(folder / "uneven", counts=(90, 60, 3, 2), epochs=(0, 4), widths=(7, 6), per_class=2)
    made = make_site(SitePlan(out, folder, chosen_only=True))
    cards, runs = cards_of(made.index), named_runs(folder)
    assert set(cards) == set(runs)
    for name, path in runs.items():
        files = Files(path)
        assert check_card(cards[name], files) >= 6
        assert check_page((out / name).read_bytes(), files) > 20


@pytest.mark.parametrize("kind", KINDS)
def test_pages_of_shipped_runs_say_what_follows_from_the_files(kind):
    path = next(iter(named_runs(SHIPPED / kind).values()))
    run = open_run(path)
    content, _ = page_bytes(PagePlan(Path("page.html"), path, chosen_only=True))
    assert check_page(content, Files(run.path)) > 100


def _readings_of(name, moment, **settings):
    """Return the numbers that the page of a model says at a moment, by their names."""
    model = ModelPlan(name, settings)
    text = page_bytes(PagePlan(Path("page.html"), model=model))[0].decode()
    page, _ = unpacked(re.search(r'id="data">([^<]*)<', text)[1])
    said = [reading[0].rsplit(" ", 1) for reading in page["charts"][0]["readings"][moment]]
    return {words: number(shown) for words, shown in said}


def test_the_law_by_hand_says_the_product_of_its_ratios_and_what_an_error_does_to_it():
    said = _readings_of("law", 0)
    ratio, error = 0.01 ** (1 / 7), 0.01  # eight points, seven equal steps
    assert said["overall"] == pytest.approx(ratio**7, rel=0.005)
    assert said["sensitivity"] == pytest.approx(ratio**7 * 7 / ratio * error, rel=0.005)
    assert said["exact change"] == pytest.approx((ratio + error) ** 7 - ratio**7, rel=0.005)
    assert said["ρ"] == pytest.approx(ratio, rel=0.005)


def test_the_layer_peeled_model_says_the_loss_of_a_simplex_etf_and_then_of_collapse():
    balanced, last = (_readings_of("layer-peeled", moment) for moment in (0, -1))
    logits = math.sqrt(5) * 4 / 3  # of a class over another one: K = 4, E_H·E_W = 5
    assert balanced["objective"] == pytest.approx(math.log1p(3 * math.exp(-logits)), rel=0.005)
    assert balanced["cosine, minority"] == pytest.approx(-1 / 3, abs=5e-4)
    assert last["cosine, minority"] == 1


def test_rows_of_the_square_loss_have_the_length_that_is_predicted():
    said = _readings_of("square-loss", -1)
    rest = said["ε"]
    length = math.sqrt((rest - 4 * rest**2 / 3) / (4 * 0.01))
    assert said["predicted"] == pytest.approx(length, rel=0.01)
    assert said["‖w‖"] == pytest.approx(length, rel=0.01)
    assert said["cosine"] == pytest.approx(-1 / 3, abs=5e-4)


def test_what_is_read_here_is_what_is_written():
    assert [number(t) for t in ("1,230", "4.5·10⁻⁷", "10⁵", "−0.25", "∞")] == [
        1230,
        pytest.approx(4.5e-7),
        1e5,
        -0.25,
        math.inf,
    ]
    assert same("0.0123", 0.01234)
    assert not same("0.0124", 0.01234)
