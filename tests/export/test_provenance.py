import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from ncviz.errors import UserError
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import make_figure
from ncviz.export.film_plan import FilmPlan
from ncviz.export.films import make_film
from ncviz.export.picture import provenance, save_picture, save_png
from ncviz.export.provenance import said_by, view_of_file
from ncviz.runs.run import Run
from ncviz.scenes.camera import Camera
from ncviz.scenes.compose import compose
from ncviz.scenes.view import ShadowChoice, View

VIEW = View(
    epoch=7.25,
    layer=1,
    classes=(0, 2, 3),
    hidden=(2,),
    camera=Camera(azimuth=123.4, elevation=-7.5, distance=4.2),
    show_axes=True,
    shadow=ShadowChoice("tour", time=1.5),
    palette="grey",
    shapes=True,
    pinned=(3,),
)


@pytest.mark.parametrize("name", ["x.png", "x.svg", "x.pdf"])
def test_a_figure_restores_its_view(small_run, tmp_path, name):
    path = tmp_path / name
    make_figure(FigurePlan(path, small_run.path, VIEW, resolution=60))
    assert view_of_file(path) == VIEW
    said = said_by(path)
    assert said["run"] == "Synthetic · 3 layers"
    assert said["seed"] == 0
    assert said["recipe"]["dataset"] == "synthetic"
    assert set(said["software"]) == {"ncviz", "python"}
    assert said["figure"]["preset"] == "scene"


@pytest.mark.parametrize("name", ["x.mp4", "x.gif"])
def test_a_film_restores_its_view(small_run, tmp_path, name):
    path = tmp_path / name
    plan = FilmPlan(path, small_run.path, view=VIEW, width=64, height=48, seconds=0.2, rate=10)
    assert make_film(plan)
    assert view_of_file(path) == VIEW
    assert said_by(path)["film"]["over"] == "epochs"


def test_a_picture_of_the_scene_restores_its_view(small_run, tmp_path):
    run, path = Run(small_run.path), tmp_path / "x.png"
    save_picture(compose(run, VIEW), VIEW.camera, path, 40, 30, said=provenance(run, VIEW))
    assert view_of_file(path) == VIEW


def test_names_in_any_script_come_back(make_run, tmp_path):
    title = '神経 \\ (ρ) <&> "x" 😀'
    run = make_run(tmp_path / "run", title=title, counts=(4, 4), epochs=(0,))
    for name in ("x.png", "x.svg", "x.pdf"):
        make_figure(FigurePlan(tmp_path / name, run.path, preset="fuzziness", resolution=50))
        assert said_by(tmp_path / name)["run"] == title


def foreign_files(folder: Path) -> dict[str, bytes]:
    Image.new("RGB", (3, 3)).save(folder / "plain.png")
    Image.new("P", (3, 3)).save(folder / "plain.gif")
    png = (folder / "plain.png").read_bytes()
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><svg><metadata id="ncviz">&a;&a;</metadata></svg>'
    return {
        "plain.png": png,
        "plain.gif": (folder / "plain.gif").read_bytes(),
        "cut.png": png[:40],
        "head.png": b"\x89PNG\r\n\x1a\n",
        "empty.png": b"",
        "text.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "bomb.svg": bomb,
        "deep.svg": b'<metadata id="ncviz">' + b"[" * 100_000 + b"</metadata>",
        "plain.pdf": b"%PDF-1.4\n%%EOF\n",
        "words.pdf": b"%PDF-1.4\n/Keywords (not JSON)\n",
        "open.pdf": b"%PDF-1.4\n/Keywords (" + b"a" * 2_000_000,
        "noise.mp4": b"\0\0\0\x18ftypmp42" + bytes(200),
        "noise.bin": bytes(range(256)) * 20,
    }


@pytest.mark.parametrize(
    "name",
    [
        "plain.png",
        "plain.gif",
        "cut.png",
        "head.png",
        "empty.png",
        "text.svg",
        "bomb.svg",
        "deep.svg",
        "plain.pdf",
        "words.pdf",
        "open.pdf",
        "noise.mp4",
        "noise.bin",
    ],
)
def test_foreign_files_are_refused_in_a_sentence(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(foreign_files(tmp_path)[name])
    with pytest.raises(UserError, match=f"{name} was not made by ncviz") as caught:
        view_of_file(path)
    assert str(caught.value).endswith(".")


def test_files_without_a_view_or_with_a_strange_one_are_refused(tmp_path):
    path = tmp_path / "x.png"
    for said, words in (
        ({"program": "ncviz 0.1"}, "says nothing of its view"),
        ({"program": "ncviz 0.1", "view_text": 3}, "says nothing of its view"),
        ({"program": "ncviz 9", "view_text": "ncviz:v1 wings=2"}, "no view that can be shown"),
        ({"program": "other"}, "was not made by ncviz"),
    ):
        save_png(Image.new("RGB", (2, 2)), path, said)
        with pytest.raises(UserError, match=words):
            view_of_file(path)
    with pytest.raises(UserError, match=r"nowhere\.png cannot be read: No such file"):
        view_of_file(tmp_path / "nowhere.png")
    with pytest.raises(UserError, match="cannot be read: Is a directory"):
        view_of_file(tmp_path)


def test_what_is_said_can_be_written_as_json(small_run):
    run = Run(small_run.path)
    said = provenance(run, replace(VIEW, layer=-2, hovered=1))
    assert "layer=1" in said["view_text"]
    json.dumps(said, allow_nan=False)
