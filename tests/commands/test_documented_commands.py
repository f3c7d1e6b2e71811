"""Every command in the documents is one that ncviz understands, on files that are there."""

import re
import shlex
from pathlib import Path

import pytest

from ncviz.assets import asset
from ncviz.cli import _parser, main
from ncviz.commands.train import ending
from ncviz.runs.run import Run

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
PLACES = (
    r"^    (?:\$ )?ncviz ([a-z].*)$",  # an indented line
    r"^ncviz ([a-z][a-z-]* .*)$(?=[^`]*^```$)",  # a line of a fenced block
    r"`ncviz ([a-z][^`\n]*)`",
)
SHIPPED = re.compile(r"(?:assets|docs|script)/\S+")


def commands():
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        text = path.read_text(encoding="utf-8")
        for place in PLACES:
            for found in re.finditer(place, text, re.MULTILINE):
                line = text.count("\n", 0, found.start()) + 1
                yield pytest.param(found[1], id=f"{path.name}:{line} {found[1].split()[0]}")


@pytest.mark.parametrize("command", list(commands()))
def test_the_command_is_understood(command):
    words = shlex.split(re.sub(r" [>|#] .*", "", command))
    if len(words) == 1 or (words[0] == "export" and len(words) == 2):  # the verb is spoken of
        with pytest.raises(SystemExit, match="0"):
            _parser().parse_args([*words, "--help"])
    else:
        assert callable(_parser().parse_args(words).command)
    assert [name for name in SHIPPED.findall(command) if not (ROOT / name).exists()] == []


def test_the_first_training_ends_as_the_readme_prints():
    """The demonstration is that very training."""
    assert f"\n    {ending(Run(asset('demonstration')), 'finished')}\n" in README


def test_the_guide_prints_what_the_layer_peeled_model_gives(capsys):
    command, shown = re.findall(r"^    \$ ncviz (layer-peeled .*)\n((?:    .*\n)+)", GUIDE, re.M)[0]
    assert main(shlex.split(command)) == 0
    printed = dict(line.split(": ") for line in capsys.readouterr().out.splitlines())
    said = dict(line.strip().split(": ") for line in shown.splitlines())
    assert list(said) == list(printed)
    for name in said.keys() - {"gap"}:  # the gap is of the size of rounding
        assert float(said[name]) == pytest.approx(float(printed[name]), rel=1e-5)


# What takes minutes, the network, a window or files of one's own has tests of its own.
NOT_HERE = re.compile(r"open|record|import|columns|train --resume|.*(--download|data_folder)")
BRIEFLY = {
    "train": ["--set", "epochs=2", "--set", "images_per_class=20"],
    "film": ["--seconds", "0.2"],
}


def readme_commands():
    lines = re.findall(PLACES[0], README, re.MULTILINE) + re.findall(PLACES[2], README)
    return [
        re.sub(r" > .*", "", line) for line in lines if " " in line and not NOT_HERE.match(line)
    ]


@pytest.mark.usefixtures("own_signals")
def test_the_commands_of_the_readme_work_in_their_order(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("assets", "docs"):
        (tmp_path / name).symlink_to(ROOT / name)
    commands = readme_commands()
    commands.sort(key=lambda command: not command.startswith("train"))  # a run comes first
    for command in commands:
        words = shlex.split(command.replace("--epoch 600", "--epoch 2"))
        briefly = next((more for word, more in BRIEFLY.items() if word in words[:2]), [])
        assert main([*words, *briefly]) == 0, command
    made = {path.name for path in tmp_path.iterdir() if not path.is_symlink()}
    assert {"runs", "out", "collapse.png", "collapse.pdf", "collapse.mp4", "law.pdf"} <= made
    assert {"layers.mp4", "metrics.csv"} <= made
