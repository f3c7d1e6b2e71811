"""Pages of runs read as arrays: against the window's own places, and pages that are none."""

import base64
import io
import json
import re
import tracemalloc
import zlib

import numpy as np
import pytest
from PIL import Image

from ncviz.arrays import page_file
from ncviz.arrays.page_file import open_page
from ncviz.cli import main
from ncviz.errors import UserError
from ncviz.export.model_plan import ModelPlan
from ncviz.export.page_plan import PagePlan
from ncviz.export.web.making import make_page, page_bytes
from ncviz.runs.run import Run
from ncviz.scenes.compose import compose
from ncviz.scenes.view import View

CLASSES = (0, 1, 3)


@pytest.fixture(scope="module")
def page(small_run, tmp_path_factory):
    out = tmp_path_factory.mktemp("page") / "page.html"
    make_page(PagePlan(out, small_run.path, view=View(classes=CLASSES, layer=1).at(10)))
    return out


def _changed(page, out, change):
    """Write the page with other words than it carries."""
    text = page.read_text(encoding="utf-8")
    block = re.search(r'id="data">([^<]*)<', text)[1]
    whole = zlib.decompress(base64.b64decode(block))
    length = int.from_bytes(whole[:4], "little")
    words = json.loads(whole[4 : 4 + length])
    words = change(words) or words
    body = words if isinstance(words, bytes) else json.dumps(words).encode()
    packed = len(body).to_bytes(4, "little") + body + whole[4 + length :]
    coded = base64.b64encode(zlib.compress(packed)).decode()
    out.write_text(text.replace(block, coded), encoding="utf-8")
    return out


def test_places_are_those_of_the_picture_with_which_the_page_begins(page, small_run):
    run, file = Run(small_run.path), open_page(page)
    assert file.title == f"{run.manifest.title} (from a page, thinned)"
    assert file.arrays["epochs"].read().tolist() == list(run.epochs)
    names = file.arrays["class_names"].read().tolist()
    assert names == [run.manifest.class_names[k] for k in CLASSES]
    layers = [name for name in file.arrays if name.startswith("layer.")]
    for number, name in enumerate(layers):
        for moment, epoch in enumerate(run.epochs):
            scene = compose(run, View(classes=CLASSES, layer=number).at(epoch))
            places = file.arrays[name].read()[moment]
            assert np.abs(places - scene.samples.positions).max() < 1e-3
    labels = run.drawn_labels[scene.sample_ids]
    assert [CLASSES[k] for k in file.arrays["labels"].read()] == labels.tolist()
    images = file.arrays["images"].read()
    assert np.array_equal(images, run.probe.images[scene.sample_ids])


def test_a_page_is_imported_as_a_run_of_its_places(page, tmp_path, capsys):
    assert main(["import", str(page), "--out", str(tmp_path / "run")]) == 0
    assert "not of the network's layers" in capsys.readouterr().out
    run = Run(tmp_path / "run")
    assert run.manifest.title.endswith("(from a page, thinned)")
    assert {layer.width for layer in run.manifest.layers} == {3}


def _too_deep(words):
    return b"[" * 100_000 + b"]" * 100_000


def _other_format(words):
    words["format"] = "ncviz-page:99"


def _far_array(words):
    look = words["sides"][0]["looks"][0]
    look["states"]["at"] = [10**15] * len(look["states"]["at"])


def _no_number(words):
    look = words["sides"][0]["looks"][0]
    look["states"]["step"][0] = float("nan")


def _huge(words):
    words["times"]["names"] = ["x"] * 300_000


def _negative(words):
    for parts in words["sides"][0]["looks"][0]["parts"]:
        parts["samples"]["count"] = -(10**9)


def _no_side(words):
    words["sides"] = {}


def _no_sides(words):
    words["sides"] = None


def _words_for_number(words):
    words["sides"][0]["looks"][0]["parts"][0]["samples"]["count"] = "many"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_too_deep, "too deep"),
        (_other_format, "another version"),
        (_far_array, "beyond its end"),
        (_no_number, "no finite number"),
        (_huge, "too many moments"),
        (_negative, "not a whole page"),
        (_no_side, "do not fit together"),
        (_no_sides, "do not fit together"),
        (_words_for_number, "no whole number"),
    ],
)
def test_a_page_that_says_what_cannot_be_is_refused_in_one_sentence(
    page, tmp_path, capsys, change, sentence
):
    broken = _changed(page, tmp_path / "broken.html", change)
    assert main(["import", str(broken), "--out", str(tmp_path / "run")]) == 1
    error = capsys.readouterr().err
    assert sentence in error
    assert "broken.html" in error
    assert len(error.splitlines()) == 1
    assert not (tmp_path / "run").exists()


def test_a_damaged_page_is_refused_in_one_sentence(page, tmp_path, monkeypatch):
    text = page.read_text(encoding="utf-8")
    block = re.search(r'id="data">([^<]*)<', text)[1]
    broken = tmp_path / "broken.html"
    for changed, sentence in (
        (text[: text.index(block) + 4000], "cut off or changed"),
        (text.replace(block, block[:800] + "!!" + block[800:]), "cut off or changed"),
        (text.replace(block, "AAAA" + block), "cut off or changed"),
        (text[: text.index(block) - 200], "cut off or changed"),
        (text.replace('id="data"', 'id="other"'), "carries no data"),
        (text.replace(block, block[: len(block) // 2]), "cut off"),
        (text.replace(block, "=" + block[1:]), "cut off or changed|not a whole page"),
        ("<!DOCTYPE html><p>Hello", "carries no data"),
    ):
        broken.write_text(changed, encoding="utf-8")
        with pytest.raises(UserError, match=sentence):
            open_page(broken)
    monkeypatch.setattr(page_file, "MOST_UNPACKED", 1000)
    with pytest.raises(UserError, match="unpack"):
        open_page(page)


def _bomb(_words):
    return bytes(2**29)


def _bomb_in_a_bomb(_words):
    return zlib.compress(zlib.compress(bytes(2**28), 9), 9) * 50


def _many_lists(words):
    return json.dumps(words).encode()[:-1] + b',"more":[' + b"[]," * 6_000_000 + b"0]}"


def _many_dicts(words):
    return json.dumps(words).encode()[:-1] + b',"more":[' + b'{"":0},' * 4_000_000 + b"0]}"


def _of_samples(words, count):
    """Say of all scenes that they hold so many samples, and of each that it has a card."""
    look, cards = words["sides"][0]["looks"][0], words["sides"][0]["cards"]
    for parts in look["parts"]:
        parts["samples"]["count"] = count
        parts["samples"]["ids"] = {"at": 0, "kind": "u4", "shape": [count]}
        parts["samples"]["owners"] = {"at": 0, "kind": "i2", "shape": [count]}
        parts["balls"]["count"] = parts["lines"]["count"] = 0
        parts["labels"]["texts"] = []
    look["states"]["at"] = [0] * len(look["states"]["at"])
    cards["ids"] = list(range(count))
    cards["titles"] = {str(k): "a class" for k in range(2**15)}
    return cards


def _more_samples_than_cards(words):
    _of_samples(words, 100)["ids"] = [0, 1]


def _many_moments(words):
    words["layers"], words["times"]["names"] = ["input"], ["x"] * 100_000
    states = words["sides"][0]["looks"][0]["states"]
    for name in states:
        states[name] = [0] * 100_000
    _of_samples(words, 1000)


def _long_text(words):
    _of_samples(words, 400_000)["texts"] = ["x" * 400] + [""] * 399_999


def _large_images(words):
    cards = words["sides"][0]["cards"]
    cards["columns"], cards["size"] = 1, [4000, 4000]


def _large_sheet(words):
    sheet = io.BytesIO()
    Image.new("L", (7000, 8000)).save(sheet, "PNG", optimize=True)
    coded = base64.b64encode(sheet.getvalue()).decode()
    words["sides"][0]["cards"]["images"] = f"data:image/png;base64,{coded}"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_bomb, "would unpack to more than"),
        (_bomb_in_a_bomb, "not a whole page"),
        (_many_lists, "too many parts"),
        (_many_dicts, "too many parts"),
        (_more_samples_than_cards, "other samples than cards"),
        (_many_moments, "would unpack to more than"),
        (_long_text, "would unpack to more than|not a whole page"),
        (_large_images, "too large"),
        (_large_sheet, "too large"),
    ],
)
def test_a_forged_page_claims_little_memory(page, tmp_path, change, sentence):
    forged = _changed(page, tmp_path / "forged.html", change)
    assert forged.stat().st_size < 8_000_000
    tracemalloc.start()
    try:
        with pytest.raises(UserError, match=sentence):
            open_page(forged)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 400_000_000


def test_the_first_numbers_of_planes_are_those_of_all(page):
    carried = page_file._unpacked(page)
    every = carried.words(0, 40, "i2")
    assert carried.words(0, 40, "i2", 12).tolist() == every[:12].tolist()
    assert carried.words(0, 40, "u4", 12).tolist() == carried.words(0, 40, "u4")[:12].tolist()


def test_a_page_of_a_model_has_no_samples_of_a_run(tmp_path):
    out = tmp_path / "model.html"
    plan = PagePlan(out, model=ModelPlan("layer-peeled", {"classes": 3}))
    out.write_bytes(page_bytes(plan)[0])
    with pytest.raises(UserError, match="without samples of a run"):
        open_page(out)
