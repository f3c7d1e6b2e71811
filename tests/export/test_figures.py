import re
import xml.etree.ElementTree as ElementTree
import zlib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from ncviz.charts.plot import first_plots, plots
from ncviz.errors import UserError
from ncviz.explorer.beside_curve import RunPoint
from ncviz.explorer.optimum_desk import OptimumDesk
from ncviz.export.end_words import spread
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import figure_bytes, make_figure, preview_figure
from ncviz.export.model_path import model_path
from ncviz.export.model_plan import ModelPlan, peeled_as, plan_of
from ncviz.export.page_grid import summary_plots
from ncviz.export.plot_axes import power_of_ten
from ncviz.export.plots import pages
from ncviz.export.presets.preset import presets
from ncviz.export.representative_epochs import representative_epochs
from ncviz.export.styles import STYLES
from ncviz.models.layer_peeled import LAYER_PEELED
from ncviz.runs import writer as writer_module
from ncviz.runs.run import Run
from ncviz.runs.snapshot import to_bytes
from ncviz.scenes.compose import compose
from ncviz.scenes.view import View

SVG = "{http://www.w3.org/2000/svg}"
POINTS = 72 / 25.4  # in a millimetre
VIEW = View(epoch=5, classes=(0, 1, 2))


@pytest.fixture(scope="module")
def plan(small_run):
    return FigurePlan(Path("figure.svg"), small_run.path, VIEW, width=90, height=70)


def svg_of(plan):
    return ElementTree.fromstring(figure_bytes(plan))


def words(root):
    return [" ".join("".join(element.itertext()).split()) for element in root.iter(f"{SVG}text")]


def pdf_streams(content):
    found = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    for stream in found:
        try:
            # A checksum that ends in what looks like the end of a line is cut short.
            yield zlib.decompressobj().decompress(stream)
        except zlib.error:
            yield stream


@pytest.mark.parametrize("pixels", [101, 102, 1004, 1919, 1920])
def test_a_png_has_the_pixels_that_were_asked_for(small_run, tmp_path, pixels):
    plan = FigurePlan(tmp_path / "x.png", small_run.path, preset="loss", resolution=101)
    wide = replace(plan, width=pixels * 25.4 / 101, height=pixels * 25.4 / 101)
    make_figure(wide)
    with Image.open(wide.out) as picture:
        assert picture.size == (pixels, pixels)


def test_every_plot_has_a_name_and_words():
    assert set(pages()) < set(presets())


OF_OTHER_RUNS = {  # with further splits, crowded classes, several labels, later recordings
    "all-splits",
    "all-splits-nc1",
    "answers-to-label-sets",
    "generalized",
    "linear-probe-of-splits",
    "nc5-by-layer",
    "square-loss-parts",
    "sums-of-labels",
    "unknown-classes",
    "weights",
    "weights-by-layer",
}


@pytest.mark.parametrize("preset", [name for name in presets() if name != "minority"])
def test_every_preset_is_drawn_as_vectors_with_editable_text(plan, preset, imbalanced_run):
    whole = replace(plan, preset=preset, width=0, height=0)
    if preset in ("groups", "group-fuzziness", "class-errors"):
        whole = replace(whole, run=imbalanced_run.path, view=View(epoch=4))
    if preset in OF_OTHER_RUNS:
        with pytest.raises(UserError, match="nothing to show in the figure"):
            svg_of(whole)
        return
    root = svg_of(whole)
    assert words(root)
    assert list(root.iter(f"{SVG}image")) == []
    if preset in ("scene", "collapse", "layers", "summary"):
        assert "class 0" in words(root)
        assert "simplex ETF" in words(root)
        assert len(list(root.iter(f"{SVG}radialGradient"))) > 4


def test_the_size_is_in_millimetres(plan, tmp_path):
    root = svg_of(plan)
    assert float(root.get("width").removesuffix("pt")) == pytest.approx(90 * POINTS, abs=0.01)
    assert float(root.get("height").removesuffix("pt")) == pytest.approx(70 * POINTS, abs=0.01)
    pdf = figure_bytes(replace(plan, file_format="pdf"))
    box = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+)", pdf)
    assert [float(side) for side in box.groups()] == pytest.approx(
        [90 * POINTS, 70 * POINTS], abs=0.01
    )
    make_figure(replace(plan, out=tmp_path / "x.png", resolution=254))
    with Image.open(tmp_path / "x.png") as image:
        assert image.size == (900, 700)
        assert image.info["dpi"] == pytest.approx((254, 254), abs=0.1)


def test_balls_in_the_file_stand_where_the_camera_sees_them(plan):
    bare = replace(
        plan, view=replace(VIEW, show_etf=False, show_classifier=False, show_samples=False)
    )
    root = svg_of(replace(bare, legend=False))
    width, height = 90 * POINTS, 70 * POINTS
    scene = compose(Run(plan.run), bare.view)
    drawn, tints = [], []
    for circle in root.iter(f"{SVG}circle"):
        _, _, _, _, x, y = re.findall(r"-?[\d.]+", circle.get("transform"))
        drawn.append((float(x), float(y)))
        name = circle.get("fill").removeprefix("url(#").removesuffix(")")
        gradient = next(g for g in root.iter(f"{SVG}radialGradient") if g.get("id") == name)
        colors = [stop.get("stop-color") for stop in gradient.iter(f"{SVG}stop")]
        tints.append([int(colors[0][i : i + 2], 16) for i in (1, 3, 5)])
    # Each is followed by the disc in its middle, in the hue of its class, on a hair of background.
    assert drawn[0::3] == drawn[1::3] == drawn[2::3]
    for red, _, blue in tints[0::3]:
        assert blue > red + 40  # class means are blue
    drawn = drawn[0::3]
    seen = bare.view.camera.project(scene.balls.positions, round(64 * width), round(64 * height))
    expected = seen[np.argsort(-seen[:, 2]), :2] / 64
    assert np.array(drawn) == pytest.approx(expected, abs=0.05)


def test_shapes_tell_classes_apart_too(plan):
    root = svg_of(replace(plan, view=replace(VIEW, shapes=True)))
    paths = [p for p in root.iter(f"{SVG}path") if (p.get("fill") or "").startswith("url(#ball")]
    assert len({path.get("d") for path in paths}) == 2  # cubes and pyramids; the first are spheres


def test_the_letters_are_in_the_file(plan):
    svg = figure_bytes(plan).decode()
    assert svg.count("@font-face{font-family:'Source Sans 3'") == 2
    pdf = figure_bytes(replace(plan, file_format="pdf"))
    assert b"SourceSans3-Regular" in pdf
    assert b"SourceSans3-Semibold" in pdf
    assert b"/FontFile2" in pdf


def test_a_pdf_holds_each_kind_of_ball_once_as_a_shading(plan):
    pdf = figure_bytes(replace(plan, file_format="pdf"))
    forms = pdf.count(b"/ShadingType 3")
    assert forms > 4
    page = next(stream for stream in pdf_streams(pdf) if b" Do" in stream and b"/Ball0" in stream)
    scene = compose(Run(plan.run), VIEW)
    uses = len(re.findall(rb"/Ball\d+ Do", page))
    cores = int((scene.balls.cores[:, 3] > 0).sum())
    assert forms < uses <= len(scene.samples) + len(scene.balls) + 2 * cores


def test_pixels_and_vectors_agree(plan, tmp_path):
    """The same ball at the same place in PNG, drawn by OpenGL, as in the vectors."""
    bare = replace(VIEW, show_etf=False, show_classifier=False, show_samples=False)
    plain = replace(plan, view=bare, legend=False, out=tmp_path / "x.png", resolution=254)
    make_figure(plain)
    with Image.open(tmp_path / "x.png") as image:
        pixels = np.asarray(image.convert("RGB")).astype(int)
    scene = compose(Run(plan.run), bare)
    places = bare.camera.project(scene.balls.positions, 900, 700)
    rims = 0.8 * scene.balls.radii * bare.camera.pixels_per_unit(700, places[:, 2])
    for (x, y, _), rim in zip(places, rims, strict=True):
        red, _, blue = pixels[round(y - rim), round(x)]
        assert blue > red + 40


@pytest.mark.parametrize("theme", list(STYLES))
def test_themes_decide_paper_and_words(plan, theme):
    style = STYLES[theme]
    svg = figure_bytes(replace(plan, theme=theme)).decode()
    assert f"fill: {style.theme.background.lower()}" in svg
    assert f"{style.size:g}px" in svg


def test_a_transparent_figure_has_no_background(plan, tmp_path):
    svg = figure_bytes(replace(plan, transparent=True)).decode()
    patch = re.search(r'<g id="patch_1">.*?</g>', svg, re.DOTALL).group()
    assert "fill: none" in patch or "opacity: 0" in patch
    make_figure(replace(plan, transparent=True, out=tmp_path / "x.png", resolution=100))
    with Image.open(tmp_path / "x.png") as image:
        assert image.mode == "RGBA"
        assert image.getpixel((2, 2))[3] == 0


@pytest.mark.parametrize("file_format", ["svg", "pdf", "png"])
def test_the_same_plan_gives_the_same_bytes(plan, file_format):
    same = replace(plan, file_format=file_format, resolution=72)
    assert figure_bytes(same) == figure_bytes(same)


def test_epochs_and_layers_stand_side_by_side(plan):
    root = svg_of(replace(plan, preset="collapse", epochs=(0, 5, 20), width=180))
    assert {"Epoch 0", "Epoch 5", "Epoch 20"} <= set(words(root))
    root = svg_of(replace(plan, preset="layers", layers=(0, -1), width=180))
    assert {"input", "layer 2"} <= set(words(root))
    root = svg_of(replace(plan, preset="law", epochs=(1, 20), width=180))
    assert {"Epoch 1", "Epoch 20"} <= set(words(root))


def test_two_thousand_samples_stay_light(make_run, tmp_path):
    make_run(tmp_path / "run", counts=(500,) * 4, epochs=(0, 1), per_class=500)
    plan = FigurePlan(tmp_path / "x.svg", tmp_path / "run", View(epoch=0))
    assert len(compose(Run(plan.run), plan.view).samples) == 2000
    for name in ("x.svg", "x.pdf"):
        make_figure(replace(plan, out=tmp_path / name))
        assert (tmp_path / name).stat().st_size < 1_000_000


def test_a_shadow_of_many_classes_says_so(plan):
    note = "3-D shadow of 4 dimensions"
    assert note in words(svg_of(replace(plan, view=replace(VIEW, classes=(0, 1, 2, 3, 4)))))
    five = replace(plan, view=replace(VIEW, classes=(0, 1, 2, 3, 4)), preset="collapse", width=180)
    assert note in words(svg_of(replace(five, epochs=(0, 1))))


def test_a_model_needs_no_run(plan):
    scene = compose(Run(plan.run), VIEW)
    root = svg_of(FigurePlan(Path("x.svg"), scene=scene, title="Model"))
    assert "Model" in words(root)


def test_the_minority_cosine_over_the_ratio(imbalanced_run):
    model = ModelPlan(last=1000.0)
    found = words(svg_of(FigurePlan(Path("x.svg"), preset="cosine", model=model)))
    said = " ".join(found)
    assert "K = 4, 2 of them majority, E = 5; dashed: R₀ = " in said
    assert {"cosine", "imbalance ratio R, logarithmic"} <= set(found)
    figure = FigurePlan(Path("x.svg"), imbalanced_run.path, preset="minority")
    run = Run(imbalanced_run.path)
    found = words(svg_of(replace(figure, model=peeled_as(run, model))))
    assert run.manifest.title.split(" · ")[0] in " ".join(found)


def test_one_minority_class_has_no_curve_and_the_figure_says_so():
    model = ModelPlan(settings={"majority": 3})
    found = " ".join(words(svg_of(FigurePlan(Path("x.svg"), preset="cosine", model=model))))
    assert "One minority class has no second one" in found
    assert "R₀" not in found


def test_a_preview_is_pixels(plan):
    pixels = preview_figure(plan, 300)
    assert pixels.shape == (233, 300, 3)
    assert pixels.std() > 5


def test_names_in_any_script_do_not_stop_a_figure(make_run, tmp_path):
    run = make_run(tmp_path / "run", title="神経 <&> $x$", counts=(4, 4), epochs=(0,))
    root = svg_of(FigurePlan(Path("x.svg"), run.path, preset="summary"))
    assert "神経 <&> $x$" in words(root)
    assert figure_bytes(FigurePlan(Path("x.pdf"), run.path, preset="summary"))


@pytest.mark.parametrize("theme", ["paper", "slide"])
def test_the_summary_of_an_imbalanced_run_shows_the_minority(imbalanced_run, small_run, theme):
    def titles(run):
        plan = FigurePlan(Path("x.svg"), run.path, preset="summary", theme=theme)
        return words(svg_of(plan))

    found = titles(imbalanced_run)
    assert "Cosines of minority and majority" in found
    assert "Fuzziness of minority and majority" in found
    assert "minority" not in titles(small_run)


def test_a_loss_of_ones_own_loop_is_a_curve_of_its_own(make_run, tmp_path):
    run = make_run(tmp_path / "run", epochs=(0, 1, 2))
    plan = FigurePlan(Path("x.svg"), run.path, preset="loss")
    assert not any("own" in text for text in words(svg_of(plan)))
    for epoch in (1, 2):
        snapshot = Run(run.path).snapshot(epoch).load()
        scalars = {**snapshot.scalars, "given_loss": 0.25 * epoch}
        path = run.path / "snapshots" / f"{epoch:06d}.safetensors"
        path.write_bytes(to_bytes(replace(snapshot, scalars=scalars)))
    found = words(svg_of(plan))
    assert {"own loss", "train"} <= set(found)
    assert "own: as the training loop gave it; others: measured" in " ".join(found)


def test_a_summary_begins_with_the_plots_that_the_window_shows(imbalanced_run, make_run, tmp_path):
    first = tuple(plots()[name].pages[0].preset for name in first_plots(imbalanced_run))
    assert summary_plots(imbalanced_run, slide=False)[:3] == first
    # One minority class has no other to fall together with.
    one = make_run(tmp_path / "one", counts=(24, 24, 6), epochs=(0, 1, 4))
    assert summary_plots(one, slide=False)[:2] == ("nc", "group-fuzziness")
    # Of one epoch there are no curves over epochs.
    single = make_run(tmp_path / "single", counts=(24, 24, 6, 6), epochs=(3,))
    assert not set(summary_plots(single, slide=False)) & {"groups", "group-fuzziness", "nc"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"preset": "nope"}, "no preset 'nope': choose scene"),
        ({"theme": "nope"}, "no theme 'nope'"),
        ({"out": Path("x.doc")}, "x.doc is of no format"),
        ({"out": Path("x")}, "x is of no format"),
        ({"width": 5.0}, "width of 5 mm is out of range"),
        ({"height": 9999.0}, "height of 9999 mm is out of range"),
        ({"width": float("nan")}, "width of nan mm"),
        ({"resolution": 5}, "5 dots per inch"),
        ({"out": Path("x.png"), "width": 2000.0, "height": 2000.0}, "cannot be drawn"),
        ({"preset": "collapse", "epochs": (3,)}, "Epoch 3 was not recorded.*nearest one is 2"),
        ({"preset": "layers", "layers": (9,)}, "no layer 9: choose 0 to 2"),
        ({"view": View(layer=7)}, "no layer 7"),
        ({"view": View(epoch=99)}, "no epoch 99: choose 0 to 20"),
        ({"view": View(epoch=float("nan"))}, "no epoch nan"),
        ({"view": View(classes=(0, 8))}, "no class 8: choose 0 to 4"),
        ({"view": View(classes=(1,))}, "at least two classes"),
        ({"run": None}, "needs a run"),
        ({"model": ModelPlan("nobody")}, "no model 'nobody': choose one of layer-peeled"),
        (
            {"run": None, "preset": "collapse", "model": ModelPlan()},
            "no preset 'collapse': choose scene, cosine",
        ),
        ({"model": ModelPlan(settings={"classes": 200})}, "no model of 200 classes"),
        ({"model": ModelPlan(settings={"legs": "4"})}, "no parameter 'legs': the known ones are"),
        ({"model": ModelPlan(first=9, last=3)}, "R cannot go from 9 to 3"),
        ({"preset": "collapse", "epochs": (0,) * 13}, "at most 12"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_sentence(plan, changes, words):
    with pytest.raises(UserError, match=words) as caught:
        figure_bytes(replace(plan, **changes))
    assert str(caught.value).endswith(".")


def test_nothing_half_written_is_left(plan, tmp_path, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writer_module.os, "fsync", full)
    with pytest.raises(UserError, match=r"x\.svg cannot be written: No space left"):
        make_figure(replace(plan, out=tmp_path / "x.svg"))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(UserError, match="is a folder"):
        make_figure(replace(plan, out=tmp_path, file_format="svg"))


def test_representative_epochs_are_recorded_ones(small_run):
    run = Run(small_run.path)
    assert set(representative_epochs(run, 4)) <= set(run.epochs)
    assert representative_epochs(run, 4)[0] == 0
    assert representative_epochs(run, 4)[-1] == 20


@pytest.mark.parametrize(
    ("epochs", "count", "told"),
    [
        pytest.param((*range(11), *range(20, 201, 10)), 4, (0, 4, 30, 200), id="usual"),
        pytest.param((*range(11), *range(20, 201, 10)), 3, (0, 4, 200), id="three"),
        pytest.param(range(500, 4_000_001, 500), 3, (500, 4500, 4_000_000), id="steps"),
        pytest.param(range(500, 4_000_001, 500), 4, (500, 4500, 137_500, 4_000_000), id="many"),
        pytest.param(range(1000, 1006), 4, (1000, 1001, 1003, 1005), id="late"),
        pytest.param((0, 1, 2), 3, (0, 1, 2), id="as-many"),
        pytest.param((0, 5), 4, (0, 5), id="fewer"),
        pytest.param((7,), 3, (7,), id="one"),
        pytest.param((0, 5, 9), 2, (0, 9), id="two"),
    ],
)
def test_as_many_epochs_are_told_as_asked_for_where_there_are_as_many(epochs, count, told):
    assert representative_epochs(SimpleNamespace(epochs=tuple(epochs)), count) == told


def test_words_beside_curves_keep_apart():
    placed = spread([0.5, 0.5, 0.51], 0.1)
    assert np.diff(placed) == pytest.approx([0.1, 0.1])
    assert np.mean(placed) == pytest.approx(0.5033, abs=1e-3)
    assert spread([0.0, 0.01], 0.1)[0] >= 0
    assert spread([0.99, 1.0], 0.1) == pytest.approx([0.9, 1.0])
    assert [power_of_ten(v) for v in (0.05, 1, 200, 1e-3, 2e5)] == [
        "0.05",
        "1",
        "200",
        "10⁻³",
        "2·10⁵",
    ]


def test_curves_that_were_kept_and_runs_lie_beside_that_of_a_model():
    desk = OptimumDesk(LAYER_PEELED)
    desk.pin()
    desk.points = (RunPoint("mine", 30.0, 0.5),)
    desk.set(ratio=10.0, budget=2.0)
    plan = FigurePlan(Path("x.svg"), preset="cosine", model=plan_of(desk))
    said = " ".join(words(svg_of(plan)))
    assert "①" in said
    assert "◆ mine: R = 30, cosine 0.5" in said
    other = OptimumDesk(LAYER_PEELED)
    other.restore(model_path(plan.model).said())
    assert [(pin.label, len(pin.ratios)) for pin in other.pins] == [("K = 4, K_A = 2, E = 5", 200)]
    assert other.points == desk.points
