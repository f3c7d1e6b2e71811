"""One more field in any plan is in its check, its option, its files, its command and its table."""

import argparse
import json
import shlex
import tomllib
from dataclasses import make_dataclass, replace
from pathlib import Path

import pytest

from ncviz.errors import UserError
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.film_plan import FilmPlan
from ncviz.export.model_plan import ModelPlan
from ncviz.export.picture_plan import PicturePlan
from ncviz.export.table_plan import TablePlan
from ncviz.parameters import (
    add_options,
    changed,
    check,
    command,
    declared,
    from_options,
    from_plain,
    parameter,
    table,
    to_plain,
    to_toml,
)
from ncviz.recording.plan import RecordPlan
from ncviz.scenes.camera import Camera
from ncviz.scenes.view import View
from ncviz.training.recipe import Recipe

VIEW = View(epoch=2.5, layer=1, classes=(0, 2), camera=Camera(azimuth=33.25), shapes=True)
PLANS = {
    "recipe": Recipe(image_size=28),  # every network finds room in it
    "recording": RecordPlan(model="torchvision:resnet18", checkpoints=("a.pt",), data="digits"),
    "figure": FigurePlan(Path("a.pdf"), view=VIEW),
    "film": FilmPlan(Path("a.mp4"), view=VIEW, keyframes=(View(), VIEW)),
    "model": ModelPlan(),
    "table": TablePlan(Path("a.csv"), Path("run")),
    "picture": PicturePlan(Path("a.png"), Path("run")),
}
WANTED_BESIDE = {"pick_all": {"two_label_images": 10}}  # by some choices


def made_again(words, plan):
    """Return the plan of the options of a command."""
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_options(parser, plan)
    if "out" not in declared(plan):
        parser.add_argument("--out")
    return from_options(plan, parser.parse_args(shlex.split(words)[2:]))


def given(plan):
    """Return the command that repeats a plan, which itself may say where to."""
    return command(plan, "make", "" if "out" in declared(plan) else "out")


def grown(plan):
    """Return the same plan with one more field, a temperature."""
    tau = parameter(2.0, "Temperature.", low=0.5, high=8.0, unit="K", step=0.5)
    kind = make_dataclass("Grown", [("tau", float, tau)], bases=(type(plan),), frozen=True)
    return kind(**{name: getattr(plan, name) for name in plan.__dataclass_fields__})


@pytest.mark.parametrize("what", PLANS)
def test_a_field_that_is_added_to_a_plan_is_everywhere(what):
    plan = grown(PLANS[what])
    with pytest.raises(UserError, match=rf"^The {what}'s tau is 9: choose a number from 0\.5 to 8"):
        check(replace(plan, tau=9.0), what)
    with pytest.raises(UserError, match=rf"^The {what} has tau = 'hot': it must be a number\.$"):
        from_plain(plan, {"tau": "hot"}, what)
    other = replace(plan, tau=3.5)
    assert made_again(given(other), plan) == other
    parser = argparse.ArgumentParser()
    add_options(parser, plan)
    assert "--tau TAU" in parser.format_help()
    assert from_plain(plan, tomllib.loads(to_toml(other)), what) == other
    assert from_plain(plan, json.loads(json.dumps(to_plain(other))), what) == other
    assert " --tau 3.5" in given(other)
    assert "tau" not in given(plan)
    assert "| `tau` | `2.0` | 0.5 to 8 K | Temperature. |\n" in table(plan, ["tau"])


@pytest.mark.parametrize("what", PLANS)
def test_a_plan_comes_back_from_its_options_and_its_plain_values(what):
    plan = PLANS[what]
    assert from_plain(plan, json.loads(json.dumps(to_plain(plan))), what) == plan
    for name, item in declared(plan).items():
        if len(item.choices) > 1 and not item.parameter.others:
            for choice in item.choices:
                other = changed(plan, {name: choice})
                assert made_again(given(other), plan) == other
                check(changed(other, WANTED_BESIDE.get(choice, {})), what)


@pytest.mark.parametrize("what", PLANS)
def test_what_is_declared_is_said(what):
    """Each field has words for people: a tip, or what its option or its document says."""
    for item in declared(PLANS[what]).values():
        known = item.parameter
        assert item.label
        assert not known.tip or known.tip.endswith(".")
        assert set(known.choice_tips) <= set(item.choices) or not item.choices


def test_views_stand_in_files_as_their_texts():
    film = PLANS["film"]
    plain = to_plain(film)
    assert plain["view"] == "ncviz:v1 epoch=2.5 layer=1 classes=0,2 camera=33.25,18,5.6 shapes=on"
    assert plain["keyframes"] == ["ncviz:v1", plain["view"]]
    for wrong in (3, ["ncviz:v1"], None):
        with pytest.raises(UserError, match=r"^The film has view = .*: it must be text\.$"):
            from_plain(film, {"view": wrong}, "film")
    with pytest.raises(UserError, match=r"keyframes = 'x': it must be a list of texts\.$"):
        from_plain(film, {"keyframes": "x"}, "film")
    with pytest.raises(UserError, match="wings"):
        from_plain(film, {"view": "ncviz:v1 wings=2"}, "film")


def test_what_people_name_of_a_run_is_what_the_plan_holds(small_run, make_run, tmp_path):
    film = FilmPlan(tmp_path / "a.mp4", small_run.path)
    made = changed(film, {"range": "20:0", "size": "64×48", "fine": True, "theme": "dark"})
    assert (made.first_epoch, made.last_epoch, made.range) == (20, 0, "20:0")
    assert (made.width, made.height, made.supersample, made.view.theme) == (64, 48, 2, "dark")
    assert changed(film, range=":5").last_epoch == 5
    assert changed(film, range="").range == ""
    assert changed(film, layer=-2).view.layer == len(small_run.manifest.layers) - 2
    assert changed(film, chosen_classes="4, 1 1").view.classes == (1, 4)
    with pytest.raises(UserError, match="was not recorded: the nearest one is 2"):
        changed(film, first="3")
