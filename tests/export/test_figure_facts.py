"""What is on a figure's page: inside it, legible, in the window's order and colours."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_hex
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator

from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import presets_for, sized_figure
from ncviz.export.pages import Page, drawing
from ncviz.export.plots import pages
from ncviz.export.styles import STYLES
from ncviz.runs.directions import classifier_directions, mean_directions
from ncviz.runs.measures import fuzziness_by_layer
from ncviz.runs.run import Run
from ncviz.scenes.compose import compose_comparison, compose_layers
from ncviz.scenes.cosine_colors import cosine_colors
from ncviz.scenes.epoch_scale import EpochScale
from ncviz.scenes.palette import LIGHT
from ncviz.scenes.plot_heights import place_of_zero
from ncviz.scenes.view import View

NAMES = (
    "tench, Tinca tinca — " + "a very long name that goes on " * 3,
    "cost_$5 & 10%",
    "<b>bold</b>",
    "new\nline\tand tab",
    "Ankle boot",
    "{x}~y^2\\alpha #1",
)
LAYERS = ("input", "encoder.layers.encoder_layer_11", "features.denseblock4.denselayer16")


def renamed(run, classes=(), layers=(), title=""):
    """Give a recorded run other names."""
    path = run.path / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    if classes:
        manifest["class_names"] = list(classes)
    for layer, name in zip(manifest["layers"], layers, strict=bool(layers)):
        layer["name"] = name
    manifest["title"] = title or manifest["title"]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    return run.path


@pytest.fixture(scope="module")
def runs(make_run, tmp_path_factory, small_run, imbalanced_run):
    folder = tmp_path_factory.mktemp("figures")
    odd = make_run(folder / "odd", counts=(8,) * 6, epochs=(0, 1, 40))
    deep = make_run(folder / "deep", counts=(6,) * 3, epochs=(0, 7), widths=(8,) * 20)
    return {
        "small": small_run.path,
        "imbalanced": imbalanced_run.path,
        "odd names": renamed(odd, NAMES, LAYERS, "50% of $R$ & <all> " * 9),
        "deep": deep.path,
        "two classes": make_run(folder / "two", counts=(9, 9), epochs=(0, 2)).path,
        "one epoch": make_run(folder / "one", counts=(9,) * 4, epochs=(3,)).path,
        "many": make_run(folder / "many", (5,) * 30, (0, 1), (40, 40), per_class=2).path,
    }


def page_of(path, preset, **changes):
    run = Run(path)
    plan = FigurePlan(Path("x.svg"), path, View(epoch=run.epochs[-1]), preset)
    with drawing():
        return Page(run, sized_figure(replace(plan, **changes)))


def seen_words(page):
    """Return every text that is drawn, with its box in points."""
    page.figure.set_dpi(72)
    with drawing():
        renderer = FigureCanvasAgg(page.figure).get_renderer()
        page.figure.draw_without_rendering()
        found = []
        for text in page.figure.findobj(Text):
            hidden = text.axes is not None and not text.axes.axison and text.axes.texts == []
            if text.get_visible() and text.get_text().strip() and not hidden:
                found.append((text, text.get_window_extent(renderer)))
    return found


def drawn_ticks(axes):
    """Return tick labels that are within the limits of their axis."""
    kept = set()
    for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        for tick in axis.get_major_ticks():
            if min(low, high) - 1e-9 <= tick.get_loc() <= max(low, high) + 1e-9:
                kept |= {tick.label1, tick.label2}
    return kept


def on_page(page):
    """Return texts with boxes, without labels of ticks outside the axes."""
    every = {axes: drawn_ticks(axes) for axes in page.figure.findobj(lambda a: hasattr(a, "xaxis"))}
    ticks = {
        label
        for axes in every
        for axis in (axes.xaxis, axes.yaxis)
        for tick in axis.get_major_ticks() + axis.get_minor_ticks()
        for label in (tick.label1, tick.label2)
    }
    kept = set().union(*every.values()) if every else set()
    return [(t, box) for t, box in seen_words(page) if t not in ticks or t in kept]


PAGES = (
    ("imbalanced", 60.0),
    ("imbalanced", 180.0),
    ("odd names", 60.0),
    ("odd names", 85.0),
    ("odd names", 180.0),
    ("deep", 85.0),
    ("two classes", 60.0),
    ("one epoch", 85.0),
    ("many", 85.0),
)


@pytest.mark.parametrize(("name", "width"), PAGES)
def test_every_word_is_on_the_page(runs, name, width):
    for preset in presets_for(Run(runs[name])):
        page = page_of(runs[name], preset, width=width)
        wide, high = page.figure.get_size_inches() * 72
        for text, box in on_page(page):
            where = preset, text.get_text(), box.extents, (wide, high)
            assert box.x0 > -0.5, where
            assert box.x1 < wide + 0.5, where
            assert box.y0 > -0.5, where
            assert box.y1 < high + 0.5, where


@pytest.mark.parametrize("name", ["imbalanced", "odd names", "deep"])
def test_no_word_lies_on_data(runs, name):
    run = Run(runs[name])
    for preset in [p for p in presets_for(run) if p in (*pages(), "minority", "law")]:
        page = page_of(runs[name], preset)
        words = on_page(page)
        for axes in page.figure.axes:
            points = [line.get_transform().transform(line.get_xydata()) for line in axes.lines]
            kept = np.concatenate(points)
            kept = kept[np.isfinite(kept).all(axis=1)]
            assert len(kept)
            for text, box in words:
                inside = (kept >= box.min).all(axis=1) & (kept <= box.max).all(axis=1)
                assert not inside.any(), (preset, text.get_text())


@pytest.mark.parametrize("name", ["small", "odd names", "many"])
def test_the_matrix_has_the_order_and_the_colours_of_the_window(runs, name):
    run = Run(runs[name])
    page = page_of(runs[name], "heat-map")
    (axes,) = page.figure.axes
    mesh = next(child for child in axes.get_children() if isinstance(child, QuadMesh))
    count = run.manifest.classes
    shown = np.ma.filled(mesh.get_array(), np.nan).reshape(count, count)
    means = mean_directions(run, run.epochs[-1], len(run.manifest.layers) - 1).cosines
    rows = classifier_directions(run, run.epochs[-1]).cosines
    above, below = np.triu_indices(count, 1), np.tril_indices(count, -1)
    assert shown[above] == pytest.approx(means[above])
    assert shown[below] == pytest.approx(rows[below])
    low, high = axes.get_ylim()
    assert low > high  # the first class is the top row
    expected = cosine_colors(STYLES["paper"].theme, -1 / (count - 1)) / 255
    for value in (-1.0, -0.5, 0.0, 0.99):
        place = round((value + 1) / 2 * 255)
        found = mesh.cmap(mesh.norm(value))[:3]
        assert found == pytest.approx(expected[place], abs=0.02)
    (bar,) = axes.child_axes
    labels = [label.get_text() for label in bar.get_yticklabels()]
    assert {"1", "−1"} < set(labels)
    assert any(label.startswith("−1/(K−1)") for label in labels)


def test_the_matrix_follows_the_legend_that_hides_a_class(runs):
    view = View(epoch=20, classes=(0, 1, 2), hidden=(1,))
    page = page_of(runs["small"], "heat-map", view=view)
    (axes,) = page.figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["class 0", "class 2"]


def test_epochs_stand_where_the_timeline_has_them(runs):
    run = Run(runs["small"])
    stops = tuple(float(e) for e in run.epochs)
    for spacing in ("recorded", "linear", "logarithmic"):
        (axes,) = page_of(runs["small"], "loss", spacing=spacing).figure.axes
        scale = EpochScale(stops, spacing)
        assert axes.lines[0].get_xdata() == pytest.approx(scale.places)
        assert axes.get_xlabel() == scale.title
        assert axes.get_ylabel() == "loss, log"


def test_zero_stands_at_the_foot_as_in_the_window(make_run, tmp_path):
    run = make_run(tmp_path / "run", counts=(9,) * 3, epochs=(0, 1, 2, 3))
    errors = np.array([Run(run.path).snapshot(e).scalars["train_error"] for e in range(4)])
    test = np.array([Run(run.path).snapshot(e).scalars["test_error"] for e in range(4)])
    assert (errors == 0).any()
    (axes,) = page_of(run.path, "error").figure.axes
    foot = place_of_zero(np.concatenate([errors, test]))
    drawn = axes.lines[0].get_ydata()
    assert np.isfinite(drawn).all()
    assert drawn == pytest.approx(np.where(errors == 0, foot, errors))
    assert axes.get_yscale() == "log"
    assert isinstance(axes.yaxis.get_major_locator(), FixedLocator)
    ticks = {float(v): axes.yaxis.get_major_formatter()(v) for v in axes.get_yticks()}
    assert ticks[foot] == "0"


def test_curves_have_the_colours_of_the_window(runs):
    theme = STYLES["paper"].theme
    assert (theme.means, theme.classifier, theme.etf) == (LIGHT.means, LIGHT.classifier, LIGHT.etf)
    (axes,) = page_of(runs["small"], "nc").figure.axes
    assert [to_hex(line.get_color()).upper() for line in axes.lines[:5]] == [
        theme.text,
        theme.means,
        theme.means,
        theme.classifier,
        theme.quiet,
    ]
    (axes,) = page_of(runs["small"], "held-out").figure.axes
    hues = {to_hex(line.get_color()).upper() for line in axes.lines if line.get_marker() == "o"}
    assert hues >= {theme.text, theme.quiet}


def test_the_law_shows_earlier_epochs_and_rings_the_layer(runs):
    run = Run(runs["small"])
    view = View(epoch=10, layer=1)
    (axes,) = page_of(runs["small"], "fuzziness", view=view).figure.axes
    words = [text.get_text() for text in axes.texts]
    assert "20" not in words  # a later epoch
    assert "epoch 10" in words
    ring = axes.lines[-1]
    assert ring.get_markerfacecolor() == "none"
    assert ring.get_xydata() == pytest.approx(np.array([[2, fuzziness_by_layer(run, 10)[1]]]))
    assert axes.get_xlabel() == "layer"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["input", "1", "2"]


@pytest.mark.parametrize("preset", ["collapse", "layers", "law", "summary"])
def test_panels_have_letters(runs, preset):
    page = page_of(runs["small"], preset)
    letters = [t.get_text() for t in page.figure.texts if (t.get_gid() or "").startswith("panel-")]
    assert letters == list("abcdefg")[: len(letters)]
    assert len(letters) == {"collapse": 4, "layers": 3, "law": 4, "summary": 7}[preset]


@pytest.mark.parametrize("preset", ["scene", "collapse", "layers", "summary"])
def test_scenes_hold_every_sample(runs, preset):
    """The raw input and the first epoch reach farthest."""
    for name in ("small", "imbalanced", "one epoch"):
        if preset not in presets_for(Run(runs[name])):
            continue
        page = page_of(runs[name], preset, view=View(epoch=Run(runs[name]).epochs[0], layer=0))
        artists = [a for axes in page.figure.axes for a in axes.artists]
        assert artists
        for artist in artists:
            box = artist.axes.get_position()
            width = box.width * page.figure.get_figwidth() * 72
            height = box.height * page.figure.get_figheight() * 72
            x, y, _ = artist.camera.project(
                artist.scene.samples.positions, round(100 * width), round(100 * height)
            ).T
            assert x.min() > 0
            assert x.max() < 100 * width
            assert y.min() > 0
            assert y.max() < 100 * height


def test_the_legend_names_what_is_drawn_alone(runs):
    def legend(**changes):
        page = page_of(runs["small"], "scene", **changes)
        return {t.get_text() for t in page.figure.texts}

    assert {"simplex ETF", "class means", "classifiers"} <= legend()
    first = legend(view=View(epoch=20, layer=0))
    assert "classifiers" not in first  # the raw input has none
    assert "class means" in first


@pytest.mark.parametrize("preset", ["scene", "summary", "law", "heat-map"])
@pytest.mark.parametrize("size", [(0.0, 0.0), (400.0, 225.0)])
def test_slides_are_read_from_the_last_row(runs, preset, size):
    page = page_of(runs["small"], preset, theme="slide", width=size[0], height=size[1])
    high = page.figure.get_figheight() * 72
    cells = {text for axes in page.figure.axes for text in axes.texts if preset == "heat-map"}
    sizes = [t.get_fontsize() for t, _ in on_page(page) if t not in cells]
    assert min(sizes) >= 0.025 * high


@pytest.mark.parametrize("name", ["small", "imbalanced", "one epoch", "odd names"])
def test_no_halo_of_a_name_erases_a_sample(runs, name):
    run = Run(runs[name])
    for view in (View(epoch=run.epochs[0], layer=0), View(epoch=run.epochs[-1])):
        page = page_of(runs[name], "scene", view=view)
        page.figure.set_dpi(72)
        (axes,) = page.figure.axes
        (artist,) = [a for a in axes.artists if hasattr(a, "camera")]
        box = axes.get_window_extent()
        width, height = box.width, box.height
        x, y, _ = artist.camera.project(
            artist.scene.samples.positions, round(16 * width), round(16 * height)
        ).T
        points = np.column_stack([box.x0 + x / 16, box.y1 - y / 16])
        for halo in axes.patches:
            extent = halo.get_window_extent()
            inside = (points > extent.min).all(axis=1) & (points < extent.max).all(axis=1)
            assert not inside.any()


def test_the_legend_of_two_runs_names_the_classes_that_both_show(runs):
    first, second = Run(runs["small"]), Run(runs["imbalanced"])
    view = View(epoch=4)
    both = compose_comparison(first, view, second, view)
    page = page_of(runs["small"], "scene", view=view, scene=both)
    labels = {label.text for label in both.panels[1].scene.labels}
    found = {text.get_text() for text in page.figure.texts}
    assert labels <= found
    assert {name for name in found if re.fullmatch(r"class \d", name)} == labels
    assert "classifiers" in found


def test_the_legend_of_all_layers_has_the_classifier_of_the_last(runs):
    layers = compose_layers(Run(runs["small"]), View(epoch=20), 1.5)
    page = page_of(runs["small"], "scene", scene=layers)
    assert "classifiers" in {text.get_text() for text in page.figure.texts}
