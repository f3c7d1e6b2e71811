"""What a page carries, against the window's own scenes and slow references."""

import html
import itertools
import json
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

import ncviz
from ncviz.assets import asset
from ncviz.charts.law import LAW
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.cli import main
from ncviz.errors import UserError
from ncviz.export.page_plan import (
    PagePlan,
    read_bytes,
    saved_page,
    written_bytes,
)
from ncviz.export.provenance import said_by, view_of_file
from ncviz.export.web.making import make_page
from ncviz.export.web.on_page import views_of
from ncviz.export.web.packing import STEPS, Packing, array_at, in_steps, unpacked
from ncviz.export.web.shaders import shaders
from ncviz.export.web.thinning_rule import (
    LEAST_MOMENTS,
    Thinning,
    first_of_each,
    kept_within,
    spread_moments,
)
from ncviz.runs.run import Run
from ncviz.scenes.compose import compose
from ncviz.scenes.view import View
from ncviz.wording import bytes_in_words

HOSTILE = ("<script>alert(1)</script>", "\"quoted\" & 'so'", "运动鞋", "حذاء", "</title><b>bold")


@pytest.fixture(scope="module")
def made(small_run, tmp_path_factory):
    """Return the run, the plan and the text of its page."""
    out = tmp_path_factory.mktemp("page") / "page.html"
    plan = PagePlan(out, small_run.path, view=View(classes=(0, 1, 3), layer=1).at(10))
    make_page(plan)
    return Run(small_run.path), plan, out.read_text(encoding="utf-8")


def carried(text):
    return unpacked(re.search(r'id="data">([^<]*)<', text)[1])


def points_at(page, content, look, moment, layer):
    told = page["sides"][0]["looks"][look]
    number = moment * len(page["layers"]) + layer
    parts = told["parts"][told["states"]["parts"][number]]
    counts = parts["samples"]["count"], parts["balls"]["count"], parts["lines"]["count"]
    total = counts[0] + counts[1] + 2 * counts[2] + len(parts["labels"]["texts"])
    place = {"at": told["states"]["at"][number], "kind": "i2", "shape": [total, 3]}
    points = array_at(content, place) * told["states"]["step"][number]
    ends = np.cumsum([*counts, counts[2]])
    return parts, np.split(points, ends), told["states"]["step"][number]


@pytest.mark.parametrize(("look", "classes"), [(0, (0, 1, 3)), (1, (0, 1, 2, 3, 4))])
def test_places_are_those_that_the_window_draws(made, look, classes):
    run, _, text = made
    page, content = carried(text)
    for moment, layer in itertools.product((0, 2, 5), (0, 2)):
        view = View(classes=classes, layer=layer).at(run.epochs[moment])
        scene = compose(run, view)
        parts, (samples, balls, starts, ends, labels), step = points_at(
            page, content, look, moment, layer
        )
        within = step / 2 + 1e-6
        assert np.abs(samples - scene.samples.positions).max() <= within
        assert np.abs(balls - scene.balls.positions).max() <= within
        lines = scene.sticks, scene.edges, scene.links, scene.ground, scene.trails
        assert np.abs(starts - np.concatenate([line.starts for line in lines])).max() <= within
        assert np.abs(ends - np.concatenate([line.ends for line in lines])).max() <= within
        assert [label.text for label in scene.labels] == parts["labels"]["texts"]
        assert np.abs(labels - [label.position for label in scene.labels]).max() <= within
        for theme in ("light", "dark"):
            drawn = compose(run, replace(view, theme=theme)).samples
            colors = array_at(content, parts["samples"]["colors"][theme])
            assert np.abs(colors / 255 - drawn.colors).max() <= 0.5 / 255 + 1e-6
        assert array_at(content, parts["samples"]["ids"]).tolist() == scene.sample_ids.tolist()


def test_what_belongs_to_a_class_is_what_goes_where_it_is_hidden(made):
    run, _, text = made
    page, content = carried(text)
    view = View(classes=(0, 1, 3), layer=2).at(20)
    parts, (_, balls, starts, _, _), _ = points_at(page, content, 0, 5, 2)
    for hidden in (0, 1, 3):
        scene = compose(run, replace(view, hidden=(hidden,)))
        for kind, points, wanted in (
            ("samples", None, len(scene.samples)),
            ("balls", balls, len(scene.balls)),
            ("lines", starts, sum(map(len, (scene.sticks, scene.edges, scene.links)))),
        ):
            owners = array_at(content, parts[kind]["owners"])
            assert (owners != hidden).sum() == wanted
            if kind == "balls":
                left = points[owners != hidden]
                assert np.abs(left - scene.balls.positions).max() < 2e-3


def test_the_law_stands_where_its_values_are(made):
    run, plan, text = made
    page, _ = carried(text)
    chart = next(chart for chart in page["charts"] if chart["name"] == "law")
    values, shares = [], []
    for moment, epoch in enumerate(run.epochs):
        drawn = LAW.draw(Numbers(run), Moment(run, epoch, plan.view))
        values += drawn.curve("now").values.tolist()
        now = next(c for c in chart["frames"][moment] if c["label"] == "now")
        shares += now["up"]
    # On a logarithmic axis equal factors are equal distances.
    slope, height = np.polyfit(np.log10(values), shares, 1)
    assert np.abs(slope * np.log10(values) + height - shares).max() < 2e-4
    assert min(shares) > 0
    assert max(shares) < 1
    assert slope > 0


def test_cosines_are_those_of_the_class_means(made, small_run):
    run, _, text = made
    page, content = carried(text)
    cosines = array_at(content, page["sides"][0]["matrix"]["cosines"])
    assert cosines.shape == (6, 3, 5, 5)
    for moment, layer in ((0, 0), (5, 2), (3, 1)):
        features, labels = small_run.features, small_run.labels["train"]
        samples = features[run.epochs[moment], layer, "train"]
        means = np.array([samples[labels == k].mean(axis=0) for k in range(5)])
        means -= means.mean(axis=0)
        means /= np.linalg.norm(means, axis=1, keepdims=True)
        wanted = means @ means.T
        found = cosines[moment, layer] / 127 - 1
        upper = np.triu_indices(5, k=1)
        assert np.abs(found[upper] - wanted[upper]).max() < 1 / 127


def test_a_page_fetches_nothing_and_says_what_made_it(made):
    run, plan, text = made
    assert "default-src 'none'" in html.unescape(text.split("</head>")[0])
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?!data:|#)""", text)
    assert not re.search(r"https?://(?!www\.w3\.org)", text.replace(svg_of(text), ""))
    said = said_by(plan.out)
    assert said["run"] == run.manifest.title
    assert said["program"].startswith("ncviz")
    assert str(run.path) not in text
    assert view_of_file(plan.out).classes == (0, 1, 3)
    assert view_of_file(plan.out).epoch == 10


def svg_of(text):
    return re.search(r'src="data:image/svg[^"]*"', text)[0]


class _Elements(HTMLParser):
    def __init__(self):
        super().__init__()
        self.names, self.words = [], []

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(scope="module")
def hostile_page(small_run, tmp_path_factory):
    """Return the page of a run whose every name is markup or written otherwise."""
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copytree(small_run.path, folder / "run")
    path = folder / "run" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["class_names"] = list(HOSTILE)
    manifest["title"] = "</script><img src=x>"
    path.write_text(json.dumps(manifest))
    out = folder / "hostile.html"
    make_page(PagePlan(out, folder / "run", view=View(classes=(0, 1, 2, 3, 4)).at(20)))
    return out.read_text(encoding="utf-8")


def test_names_stay_text(hostile_page):
    parsed = _Elements()
    parsed.feed(hostile_page)
    assert parsed.names.count("script") == 3  # what tells of failures, the data, all others
    assert parsed.names.count("img") == 1
    assert "b" not in parsed.names
    assert "</script><img src=x>" in "".join(parsed.words)
    page, _ = carried(hostile_page)
    assert [
        line["text"] for line in page["sides"][0]["looks"][0]["legend"] if line["owner"] is not None
    ] == list(HOSTILE)


def test_a_page_is_as_small_as_asked_for_and_says_what_it_left_out(make_run, tmp_path, capsys):
    epochs = tuple(range(120))
    run = make_run(
        tmp_path / "run", counts=(60, 60, 30), epochs=epochs, widths=(5, 4), per_class=60
    )
    out = tmp_path / "small.html"
    assert main(["export", "page", str(run.path), "--out", str(out), "--size", "450kB"]) == 0
    printed = capsys.readouterr().out
    assert out.stat().st_size <= 450_000
    page, content = carried(out.read_text(encoding="utf-8"))
    moments, samples = (
        len(page["times"]["names"]),
        page["sides"][0]["looks"][0]["parts"][0]["samples"]["count"],
    )
    assert moments < 120 or samples < 150
    rule = printed.splitlines()[0]
    assert rule in html.unescape(out.read_text(encoding="utf-8"))
    assert "450 kB" in rule
    if moments < 120:
        assert f"{moments} of 120 recorded epochs" in rule
    if samples < 150:
        assert f"{samples} of 150 drawn samples" in rule
    assert page["times"]["names"][0] == "epoch 0"
    assert page["times"]["names"][-1] == "epoch 119"
    owners = array_at(content, page["sides"][0]["looks"][0]["parts"][0]["samples"]["owners"])
    each = np.bincount(owners)
    assert each[0] == each[1]
    assert abs(each[0] - 2 * each[2]) <= 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--size", "10"], "out of range"),
        (["--size", "much"], "no number of bytes"),
        (["--size", "200kB"], "ask for"),
        (["--layer", "9"], "has no layer 9"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(small_run, tmp_path, capsys, words, sentence):
    out = tmp_path / "page.html"
    assert main(["export", "page", str(small_run.path), "--out", str(out), *words]) == 1
    error = capsys.readouterr().err
    assert sentence in error
    assert len(error.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("chosen_only", "most"), [(False, 4_000_000), (True, 1_500_000)])
def test_the_demonstration_is_small(tmp_path, chosen_only, most):
    """Of four classes it has three dimensions; with the view of all classes, nine."""
    run, out = asset("demonstration"), tmp_path / "page.html"
    _, rule = make_page(PagePlan(out, run, view=View().at(600), chosen_only=chosen_only))
    assert rule == ""
    assert out.stat().st_size <= most


def test_another_ending_is_refused(small_run, tmp_path):
    with pytest.raises(UserError, match=r"end in \.html"):
        make_page(PagePlan(tmp_path / "page.pdf", small_run.path))


@pytest.mark.parametrize("text", ["10MB", "1.5MB", "800kB", "400000", "2GB"])
def test_sizes_are_read_as_they_are_written(text):
    count = read_bytes(text)
    assert read_bytes(written_bytes(count)) == count
    assert bytes_in_words(1_500_000) == "1.5 MB"


def test_it_is_said_where_a_page_is_and_how_large(tmp_path):
    path = tmp_path / "page.html"
    path.write_bytes(bytes(1_500_000))
    assert saved_page(path) == f"Saved {path}. 1.5 MB, for any browser."


def test_arrays_come_back():
    rng = np.random.default_rng(0)
    packing = Packing()
    arrays = {
        "i2": rng.integers(-32768, 32768, (7, 3)),
        "u1": rng.integers(0, 256, (5,)),
        "u2": rng.integers(0, 65536, (2, 2, 3)),
        "u4": rng.integers(0, 2**32, (3,)),
        "f4": rng.normal(size=(4, 1)).astype(np.float32),
    }
    places = {kind: packing.add(array, kind) for kind, array in arrays.items()}
    words, content = unpacked(packing.packed({"name": "</script> 运动 ü"}))
    assert words == {"name": "</script> 运动 ü"}
    for kind, array in arrays.items():
        assert np.array_equal(array_at(content, places[kind]), array)


def test_places_are_rounded_to_the_nearest_step():
    points = np.random.default_rng(1).normal(size=(50, 3))
    points[3, 1], points[9] = np.nan, np.inf
    whole, step = in_steps(points)
    known = np.isfinite(points).all(axis=1)
    assert np.abs(whole[known] * step - points[known]).max() <= step / 2 + 1e-12
    assert np.abs(whole[known]).max() == STEPS
    assert (whole[~known] == -32768).all()
    assert in_steps(np.zeros((2, 3)))[0].tolist() == [[0, 0, 0]] * 2


@pytest.mark.parametrize(
    ("moments", "samples", "room"),
    [(40, 600, 1e9), (600, 300, 60_000), (40, 60_000, 120_000), (600, 60_000, 1e5), (3, 5, 2)],
)
def test_what_is_kept_fits_and_what_there_is_more_of_goes_first(moments, samples, room):
    kept = kept_within(moments, samples, room)
    number = kept.share * samples
    if moments * samples <= room:
        assert kept == Thinning(moments, 1.0)
        return
    assert kept.moments * number <= room + 1e-6 or kept.moments == LEAST_MOMENTS
    if (
        LEAST_MOMENTS < kept.moments < moments and kept.share < 1
    ):  # both were thinned: to as many of both
        assert kept.moments / 40 == pytest.approx(number / 300, abs=1 / 40)


def test_moments_are_spread_and_the_first_samples_of_each_class_stay():
    epochs = tuple(range(0, 1000, 10))
    chosen = spread_moments(epochs, 11, 40)
    assert chosen[0] == 0
    assert chosen[-1] == 990
    assert 40 in chosen
    assert set(chosen) <= set(epochs)
    labels = np.array([0, 1, 0, 0, 2, 1, 0])
    assert first_of_each(labels, 0.5).tolist() == [0, 1, 2, 4]
    assert first_of_each(labels, 1.0).tolist() == list(range(7))


def test_shaders_are_of_webgl_2():
    for vertex, fragment in shaders().values():
        for source in (vertex, fragment):
            assert source.startswith("#version 300 es\n")
            assert not re.search(r"\b(?:attribute|varying|gl_FragColor|FLAT)\b", source)
        assert "gl_FragDepth" in fragment


def test_nothing_is_ideal_where_no_simplex_etf_fits(make_run, tmp_path):
    run = make_run(tmp_path / "run", counts=(9,) * 5, epochs=(0, 1), widths=(6, 2), per_class=4)
    out = tmp_path / "page.html"
    make_page(PagePlan(out, run.path, view=View().at(1)))
    matrix = carried(out.read_text(encoding="utf-8"))[0]["sides"][0]["matrix"]
    assert [ideal is not None for ideal in matrix["ideals"]] == [True, False]
    assert "No simplex ETF" not in matrix["words"][0]
    assert "it needs 4 dimensions, there are 2" in matrix["words"][1]


def test_of_very_many_classes_a_page_says_how_many_are_drawn(small_run, monkeypatch):
    run, view = Run(small_run.path), View(classes=(0, 1))
    every = f"all {run.manifest.classes} classes"
    assert [name for name, _ in views_of(run, view, chosen_only=False)] == ["2 classes", every]
    monkeypatch.setattr("ncviz.scenes.view.MOST_SHOWN", 3)
    some = f"3 of {run.manifest.classes} classes"
    assert [name for name, _ in views_of(run, view, chosen_only=False)] == ["2 classes", some]


def test_a_still_picture_takes_no_more_than_its_share(make_run, tmp_path):
    many = make_run(tmp_path / "run", counts=(400,) * 4, epochs=(0, 1), per_class=400)
    for size, kind in ((20_000_000, "svg+xml"), (300_000, "png")):
        out = tmp_path / "page.html"
        make_page(PagePlan(out, many.path, view=View().at(1), most_bytes=size))
        assert out.stat().st_size <= size
        (picture,) = re.findall(r'class="still" src="([^"]*)"', out.read_text(encoding="utf-8"))
        assert picture.startswith(f"data:image/{kind};base64,")


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"layer": "layer 9"}, "no layer 'layer 9': choose one of input, layer 1, layer 2"),
        ({"layer": 1.5}, "A layer is a name or a number, not 1.5"),
        ({"layer": 9}, "no layer 9"),
        ({"classes": ("shoe",)}, "no class 'shoe': choose one of class 0"),
        ({"classes": (0, 99)}, "no class 99"),
        ({"epoch": "last"}, "The epoch 'last' is no number"),
        ({"epoch": float("nan")}, "no epoch nan"),
        ({"run": 3}, "3 is no run"),
        ({"run": "nowhere"}, "nowhere does not exist"),
        ({"theme": "blue"}, "no theme 'blue'"),
        ({"epoch": True}, "The epoch True is no number"),
        ({"classes": 3.5}, "A class is a name or a number, not 3.5"),
        ({"classes": None}, "A class is a name or a number, not None"),
        ({"height": "720"}, "The height '720' is no whole number of pixels from 100 to 10,000"),
        ({"height": -3}, "The height -3 is no whole number"),
        ({"most_bytes": None}, "The size 'None' is no number of bytes"),
        ({"most_bytes": "large"}, "The size 'large' is no number of bytes"),
        ({"most_bytes": -1}, "-1 bytes is out of range"),
    ],
)
def test_a_notebook_is_told_in_a_sentence_what_a_run_lacks(small_run, asked, sentence):
    with pytest.raises(UserError, match=re.escape(sentence)):
        ncviz.show(**{"run": small_run.path, **asked})


def test_an_epoch_that_was_not_recorded_is_said_above_and_within_the_page(
    small_run, tmp_path, capsys
):
    said = "Epoch 12 was not recorded: the page begins with epoch 10, the nearest."
    assert 12 not in Run(small_run.path).epochs
    shown = ncviz.show(small_run.path, epoch=12)
    assert shown._repr_html_().startswith(f'<p dir="auto">{said}</p><div')
    assert said in shown.text
    assert ncviz.show(small_run.path, epoch=10)._repr_html_().startswith("<div")
    out = tmp_path / "page.html"
    asked = ["export", "page", str(small_run.path), "--out", str(out)]
    assert main([*asked, "--epoch", "12"]) == 0
    assert said in capsys.readouterr().out
    assert main([*asked, "--epoch", "10"]) == 0
    assert "not recorded" not in capsys.readouterr().out


def test_layers_and_classes_are_shown_by_name(small_run):
    shown = ncviz.show(small_run.path, layer="layer 1", classes=("class 3", 0))
    page, _ = carried(shown.text)
    assert page["layer"] == 1
    assert {line["text"] for line in page["sides"][0]["looks"][0]["legend"]} >= {
        "class 0",
        "class 3",
    }
