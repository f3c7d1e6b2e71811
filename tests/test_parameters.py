"""A field that is declared once: all that follows from it, on a plan with every kind of field."""

import argparse
import json
import math
import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, make_dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ncviz.errors import UserError
from ncviz.parameters import (
    add_options,
    changed,
    check,
    command,
    declared,
    facet,
    from_options,
    from_plain,
    from_text,
    parameter,
    part,
    settle,
    table,
    to_plain,
    to_text,
    to_toml,
    value_of,
    values_of,
)


@dataclass(frozen=True)
class Plain:
    width: int = parameter(100, "Neurons in each layer.", low=1, high=8192)


@dataclass(frozen=True)
class Convolutional:
    width: int = parameter(16, "Channels.", low=1, high=64)
    kernel: int = parameter(3, "Side of the kernel.", low=1, high=11, unit="px")


@dataclass(frozen=True)
class Ending:
    title: str = parameter("", "Above it.")


NETWORKS = {"plain": Plain, "convolutional": Convolutional}


def no_tabs(text):
    if "\t" in text:
        raise UserError(f"The label {text!r} has a tab: leave it out.")


def pairs(words):
    return {name: int(number) for name, _, number in (word.rpartition("=") for word in words)}


@dataclass(frozen=True)
class Toy:
    model: str = parameter("m", "A model.", asked="a model such as resnet18", metavar="MODEL")
    files: tuple[str, ...] = parameter(("f",), "Files.", asked="files", split="words")
    network: str = parameter("plain", "What learns.", choices=lambda: tuple(NETWORKS))
    architecture: object = part(kinds=lambda: NETWORKS, chosen_by="network")
    ending: Ending = part(Ending)
    depth: int = parameter(8, "Layers.", low=2, high=100)
    shallow: int = parameter(1, "Fewer.", low=1, high=lambda plan: plan.depth - 1)
    rate: float = parameter(1e-3, "Step.", low=0.0, high=100.0, above=True)
    ratio: float = parameter(1.0, "R.", low=1.0, fits="1 (balanced) or more", domain="1 or more")
    norm: bool = parameter(True, "Normalise.", option="--no-norm")
    legend: bool = parameter(True, "Say what colours mean.")
    trusted: bool = parameter(False, "Import it.", option="--yes")
    loss: str = parameter("focal", "Made small.", choices={"focal": "Focal", "mse": "Squared"})
    frames: int = parameter(60, "A second.", choices={30: "30", 60: "60", 0: "None"}, option="-")
    label: str = parameter("", "For people.", check=no_tabs)
    first: int | None = parameter(None, "The first.", low=0, high=9)
    classes: tuple[int, ...] = parameter((), "Which.", option="-")
    layers: tuple[str, ...] = parameter(("stages",), "Which.", split="commas")
    epochs: Mapping[str, int] = parameter(
        factory=dict,
        split="words",
        read=pairs,
        write=lambda value: [f"{name}={number}" for name, number in value.items()],
    )
    folder: Path = parameter(Path("runs"), "Where.", when=lambda plan: plan.trusted)
    seen: object = field(default=None, compare=False)  # not declared: of no file and no option

    def __post_init__(self):
        settle(self)


# What no printer shows is written for bash ($'\\x07'), which Python's `shlex` does not read.
LETTERS = st.characters(categories=("L", "N", "P", "S"), include_characters=" ")
WORD = st.text(LETTERS.filter(str.isprintable), min_size=1, max_size=8)
# What argparse takes for an option of its own must not begin with a dash.
GIVEN = WORD.filter(lambda text: not text.startswith("-"))
NAMED = GIVEN.filter(lambda text: "," not in text and text == text.strip())
ARCHITECTURES = {
    "plain": st.builds(Plain, width=st.integers(1, 8192)),
    "convolutional": st.builds(Convolutional, width=st.integers(1, 64), kernel=st.integers(1, 11)),
}


@st.composite
def toys(draw):
    network, depth = draw(st.sampled_from(list(NETWORKS))), draw(st.integers(2, 100))
    return Toy(
        model=draw(GIVEN),
        files=tuple(draw(st.lists(GIVEN, min_size=1, max_size=3))),
        network=network,
        architecture=draw(ARCHITECTURES[network]),
        ending=Ending(draw(GIVEN)),
        depth=depth,
        shallow=draw(st.integers(1, depth - 1)),
        rate=draw(st.floats(0.0, 100.0, exclude_min=True)),
        ratio=draw(st.floats(1.0, allow_infinity=False)),
        norm=draw(st.booleans()),
        legend=draw(st.booleans()),
        trusted=draw(st.booleans()),
        loss=draw(st.sampled_from(["focal", "mse"])),
        label=draw(GIVEN),
        first=draw(st.none() | st.integers(0, 9)),
        layers=tuple(draw(st.lists(NAMED, min_size=1, max_size=3))),
        epochs=draw(st.dictionaries(GIVEN, st.integers(0, 99), max_size=2)),
        folder=Path(draw(NAMED)),
    )


def refused(call):
    """Return the one sentence with which something is refused."""
    with pytest.raises(UserError) as caught:
        call()
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def parsed(plan, words):
    parser = argparse.ArgumentParser(exit_on_error=False)
    parser.add_argument("--out")
    add_options(parser, plan)
    return parser.parse_args(words)


@settings(max_examples=60)
@given(toys())
def test_a_command_line_gives_the_same_plan_again(toy):
    words = shlex.split(command(toy, "make thing", "OUT"))
    assert words[:3] == ["ncviz", "make", "thing"]
    # The options of a part are those of the network that is chosen.
    like = Toy(network=toy.network)
    assert from_options(like, parsed(like, words[3:])) == toy


@settings(max_examples=60)
@given(toys(), st.sampled_from([30, 60, 0]), st.lists(st.integers(0, 99), max_size=3))
def test_plain_values_give_the_same_plan_again(toy, frames, classes):
    toy = replace(toy, frames=frames, classes=tuple(classes))
    check(toy, "toy")
    assert from_plain(Toy(), json.loads(json.dumps(to_plain(toy), allow_nan=False)), "toy") == toy
    assert from_plain(Toy(), tomllib.loads(to_toml(toy)), "toy") == toy
    assert list(to_plain(toy)) == list(declared(toy))


@settings(max_examples=60)
@given(toys())
def test_texts_give_the_same_values_again(toy):
    texts = {
        name: from_text(item, to_text(values_of(toy)[name]))
        for name, item in declared(toy).items()
        if item.kind in (bool, int, float, str) and not item.optional
    }
    texts["classes"] = from_text(declared(toy)["classes"], to_text((3, 1)))
    rest = {k: v for k, v in to_plain(toy).items() if k not in texts}
    assert from_plain(Toy(), {**rest, **texts}, "toy") == replace(toy, classes=(3, 1))


def test_what_is_absent_keeps_its_value():
    assert from_plain(Toy(), {}, "toy") == Toy()
    assert from_plain(Toy(depth=4), {"rate": 1}, "toy") == Toy(depth=4, rate=1.0)
    assert from_options(Toy(), parsed(Toy, ["--model", "x", "--files", "a", "b"])) == Toy(
        model="x", files=("a", "b")
    )
    assert command(Toy(), "make", "RUN") == "ncviz make --model m --files f --out RUN"


def test_a_choice_decides_of_which_type_a_part_is():
    toy = replace(Toy(), network="convolutional")
    assert toy.architecture == Convolutional()
    assert replace(toy, network="plain").architecture == Plain()
    assert "kernel" not in declared(Toy)
    assert declared(toy)["kernel"].default == 3
    assert declared(toy)["width"].limits(toy) == (1, 64)
    assert from_plain(Toy(), {"kernel": 5, "network": "convolutional"}, "toy") == replace(
        toy, architecture=Convolutional(kernel=5)
    )
    assert changed(toy, {"kernel": 7, "title": "x"}).ending == Ending("x")
    with pytest.raises(TypeError, match="has no field 'kernel'"):
        changed(Toy(), {"kernel": 7})


IMPOSSIBLE = {
    "model": [""],
    "files": [[]],
    "network": ["Plain", "", "x" * 500],
    "depth": [1, 101, -(10**30), 10**400],
    "shallow": [0, 8],
    "rate": [0.0, -1.0, 100.5, math.nan, math.inf],
    "ratio": [0.5, math.inf, math.nan],
    "loss": ["Focal", ""],
    "frames": [59, 1],
    "label": ["a\tb"],
    "first": [-1, 10],
    "width": [0, 8193],
}
WRONG_TYPES = {
    "model": [3, None, ["x"]],
    "files": ["f", [1], None],
    "network": [None, 1, {}],
    "depth": ["8", 2.5, True, None, [8]],
    "rate": ["fast", True, None, 10**400],
    "norm": [1, "true", None],
    "frames": ["60", True],
    "first": ["1", True],
    "classes": ["0", [0.5], [True], 3],
    "epochs": [[], 3],
    "folder": [3, None],
    "width": ["wide"],
}


def cases(values):
    return [(name, value) for name, several in values.items() for value in several]


@pytest.mark.parametrize(("name", "value"), cases(IMPOSSIBLE))
def test_an_impossible_value_is_named(name, value):
    sentence = refused(lambda: from_plain(Toy(), {name: value}, "toy"))
    assert name in sentence
    assert not value or repr(value)[:40] in sentence or f"{value:g}" in sentence
    assert len(sentence) < 250
    made = changed(Toy(), {name: tuple(value) if isinstance(value, list) else value})
    assert refused(lambda: check(made, "toy")) == sentence


@pytest.mark.parametrize(("name", "value"), cases(WRONG_TYPES))
def test_a_value_of_the_wrong_type_is_named(name, value):
    sentence = refused(lambda: from_plain(Toy(), {name: value}, "toy", "The toy x.toml"))
    written = str(value).lower() if isinstance(value, bool) else repr(value)  # as TOML has it
    assert sentence.startswith(f"The toy x.toml has {name} = {written}"[:60])
    assert "it must be " in sentence


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"depth": 1}, "The toy's depth is 1: choose a whole number from 2 to 100."),
        ({"shallow": 9}, "The toy's shallow is 9: choose a whole number from 1 to 7."),
        ({"rate": -0.5}, "The toy's rate is -0.5: choose a number above 0 and up to 100."),
        ({"ratio": 0.5}, "The toy's ratio is 0.5: choose 1 (balanced) or more."),
        ({"loss": "mean"}, "The toy's loss is 'mean': choose one of focal, mse."),
        ({"model": ""}, "The toy has no model: name a model such as resnet18."),
        ({"label": "\t"}, "The label '\\t' has a tab: leave it out."),
        ({"depth": "8"}, "The toy has depth = '8': it must be a whole number."),
        ({"classes": [0.5]}, "The toy has classes = [0.5]: it must be a list of whole numbers."),
        # What belongs to another choice is blamed on the choice.
        (
            {"network": "none", "kernel": 3},
            "The toy's network is 'none': choose one of plain, convolutional.",
        ),
    ],
)
def test_the_sentences(values, sentence):
    assert refused(lambda: from_plain(Toy(), values, "toy")) == sentence


def test_an_unknown_name_is_named_with_the_known_ones():
    for values in ({"deepness": 3}, {"kernel": 3}, {"seen": 1}):
        sentence = refused(lambda values=values: from_plain(Toy(), values, "toy"))
        assert sentence.startswith(f"The toy has an unknown parameter {next(iter(values))!r}: ")
        assert all(name in sentence for name in declared(Toy))


@pytest.mark.parametrize("wrong", [{}, [], "seven", None])
def test_an_unknown_name_is_told_before_a_value_of_the_wrong_type(wrong):
    for values in ({"depth": wrong, "kind": "x"}, {"kind": "x", "depth": wrong}):
        with pytest.raises(UserError, match="unknown parameter 'kind'"):
            from_plain(Toy(), values, "toy")


def framed(plan, text):
    try:
        width, height = map(int, text.split("x"))
    except ValueError:
        raise UserError(f"The size {text!r} is none: write 4x3.") from None
    return replace(plan, width=width, height=height)


@dataclass(frozen=True)
class Framed:
    width: int = parameter(4, "Across.", low=1, high=9, option="-")
    height: int = parameter(3, "Up.", low=1, high=9, option="-")
    place: str = parameter("here now", "Where and when.", metavar="WORDS")

    size = facet(str, lambda plan: f"{plan.width}x{plan.height}", framed, of="width")
    time = facet(
        str,
        lambda plan: plan.place.split()[1],
        lambda plan, time: replace(plan, place=f"{plan.place.split()[0]} {time}"),
        "When.",
        of="place",
        choices=("now", "then"),
    )


@dataclass(frozen=True)
class FramedAnew(Framed):
    width: int = parameter(8, "Across.", low=1, high=9, option="-")


def test_a_facet_is_a_value_that_lies_in_fields():
    plan = Framed()
    assert (plan.size, plan.time) == ("4x3", "now")
    assert changed(plan, size="5x6") == Framed(width=5, height=6)
    # What a facet says comes last.
    assert changed(plan, size="5x6", height=9) == Framed(width=5, height=6)
    assert declared(Framed)["size"].default == "4x3"
    assert declared(FramedAnew)["size"].default == "8x3"
    assert list(values_of(plan)) == ["width", "height", "place"]
    assert list(to_plain(plan)) == ["width", "height", "place"]
    assert value_of(plan, "time") == "now"
    assert from_plain(plan, {"size": "5x6", "time": "then"}, "frame") == Framed(
        5, 6, place="here then"
    )


def test_a_facet_is_an_option_and_is_refused_like_a_field():
    words = ["--size", "5x6", "--time", "then"]
    plan = from_options(Framed(), parsed(Framed, words))
    assert plan == Framed(5, 6, place="here then")
    # The time lies in the place, which has an option of its own.
    assert command(plan, "draw") == "ncviz draw --place 'here then' --size 5x6"
    assert command(Framed(), "draw") == "ncviz draw"
    assert refused(lambda: from_options(Framed(), parsed(Framed, ["--size", "big"]))) == (
        "The size 'big' is none: write 4x3."
    )
    assert refused(lambda: check(Framed(width=99), "frame")) == (
        "The frame's width is 99: choose a whole number from 1 to 9."
    )
    assert refused(lambda: check(Framed(place="here soon"), "frame")) == (
        "The frame's time is 'soon': choose one of now, then."
    )


@dataclass(frozen=True)
class Ordered:
    folder: Path | None = parameter(None, "A folder.", option="FOLDER")
    target: Path = parameter(Path("x"), "A file.", asked="a file", option="--out")
    moment: str = parameter("last", "When.", stated=True)
    dots: int = parameter(300, "An inch.", choices=(150, 300), others=True, low=30, metavar="DOTS")


def test_an_option_without_a_dash_is_known_by_its_place():
    words = shlex.split(command(Ordered(Path("a b")), "draw"))
    assert words == ["ncviz", "draw", "a b", "--out", "x", "--moment", "last"]
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_options(parser, Ordered)
    assert from_options(Ordered(), parser.parse_args(words[2:])) == Ordered(Path("a b"))
    assert command(Ordered(), "draw") == "ncviz draw --out x --moment last"


def test_what_may_be_another_than_its_choices_keeps_its_range():
    check(Ordered(dots=200), "drawing")
    assert refused(lambda: check(Ordered(dots=3), "drawing")).startswith("The drawing's dots is 3:")


def test_a_field_that_is_added_is_everywhere():
    grown = make_dataclass(
        "Grown",
        [("tau", float, parameter(2.0, "Temperature.", low=0.5, high=8.0, unit="K"))],
        bases=(Toy,),
        frozen=True,
    )
    assert refused(lambda: check(grown(tau=9.0), "toy")) == (
        "The toy's tau is 9: choose a number from 0.5 to 8."
    )
    given = parsed(grown, ["--model", "m", "--files", "f", "--tau", "3"])
    assert from_options(grown(), given) == grown(tau=3.0)
    assert from_plain(grown(), tomllib.loads(to_toml(grown(tau=4.0))), "toy").tau == 4.0
    assert command(grown(tau=3.0), "make", "RUN").endswith("--tau 3.0")
    assert "| `tau` | `2.0` | 0.5 to 8 K | Temperature. |" in table(grown())


def test_the_table_says_what_may_stand_in_a_file():
    rows = table(Toy(), ["depth", "rate", "ratio", "norm", "loss", "classes"]).splitlines()
    assert rows[2:] == [
        "| `depth` | `8` | 2 to 100 | Layers. |",
        "| `rate` | `0.001` | above 0, at most 100 | Step. |",
        "| `ratio` | `1.0` | 1 or more | R. |",
        "| `norm` | `true` | `true`, `false` | Normalise. |",
        '| `loss` | `"focal"` | `"focal"`, `"mse"` | Made small. |',
        "| `classes` | `[]` | a list of whole numbers | Which. |",
    ]


def test_words_and_places_of_fields():
    known = declared(Toy)
    assert list(known)[:6] == ["model", "files", "network", "width", "title", "depth"]
    assert known["loss"].choices == {"focal": "Focal", "mse": "Squared"}
    assert known["first"].label == "First"
    assert not known["folder"].applies(Toy())
    assert known["folder"].applies(Toy(trusted=True))
    assert {item.name for item in fields(Toy)} - set(known) == {"architecture", "ending", "seen"}
