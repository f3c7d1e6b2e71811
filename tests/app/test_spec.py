"""The specification, followed with a builder that only notes what it is asked for."""

import sys
import types
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest


@dataclass
class Made:
    """What one step of the build was asked for."""

    arguments: tuple[Any, ...] = ()
    named: dict[str, Any] = field(default_factory=dict)
    scripts = pure = ()
    binaries = (("libstdc++.so.6", "/x", "BINARY"), ("libxcb-cursor.so.0", "/y", "BINARY"))
    datas = (("torch/include/a.h", "/a.h", "DATA"), ("vispy/glsl/a.glsl", "/a", "DATA"))


@pytest.fixture
def follow(monkeypatch, root):
    """Run ncviz.spec as if on a system; return what was made, by its kind."""
    hooks = types.ModuleType("PyInstaller.utils.hooks")
    hooks.collect_data_files = lambda name: [(f"/{name}", name)]
    hooks.collect_submodules = lambda name: [name]
    hooks.copy_metadata = lambda name: [(f"/{name}.dist-info", f"{name}.dist-info")]
    for name in ("PyInstaller", "PyInstaller.utils"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setitem(sys.modules, "PyInstaller.utils.hooks", hooks)
    written = {}
    monkeypatch.setattr(Path, "write_text", lambda path, text, **_: written.update({path: text}))

    def follow(platform, *options):
        made: dict[str, list[Made]] = {}

        def maker(kind):
            def make(*arguments, **named):
                made.setdefault(kind, []).append(Made(arguments, named))
                return made[kind][-1]

            return make

        monkeypatch.setattr(sys, "platform", platform)
        monkeypatch.setattr(sys, "argv", ["pyinstaller", "ncviz.spec", *options])
        monkeypatch.setattr(sys, "path", list(sys.path))
        steps = {kind: maker(kind) for kind in ("Analysis", "PYZ", "EXE", "COLLECT", "BUNDLE")}
        path = root / "ncviz.spec"
        exec(compile(path.read_text(), path, "exec"), {"SPECPATH": str(root), **steps})
        return made, written

    return follow


def test_on_linux_it_makes_one_program_in_one_folder(follow, root):
    made, _ = follow("linux")
    assert [step.named["name"] for step in made["EXE"]] == ["ncviz"]
    assert made["EXE"][0].named["console"] is True
    assert made["COLLECT"][0].named["name"] == "ncviz"
    assert "BUNDLE" not in made
    analysis = made["Analysis"][0]
    assert analysis.arguments[0] == [str(root / "freeze" / "launch.py")]
    assert (str(root / "assets"), "ncviz/assets") in analysis.named["datas"]
    assert ("/torch.dist-info", "torch.dist-info") in analysis.named["datas"]
    assert "torch" not in analysis.named["excludes"]
    assert {"ncviz", "torchvision._C", "csv"} <= set(analysis.named["hiddenimports"])
    assert [place for place, *_ in analysis.binaries] == ["libxcb-cursor.so.0"]
    assert [place for place, *_ in analysis.datas] == ["vispy/glsl/a.glsl"]


def test_the_viewer_has_a_folder_of_its_own_and_no_torch(follow):
    made, _ = follow("linux", "--viewer")
    assert made["COLLECT"][0].named["name"] == "ncviz-viewer"
    analysis = made["Analysis"][0]
    assert "torch" in analysis.named["excludes"]
    assert not {"torchvision._C", "torch"} & set(analysis.named["hiddenimports"])
    assert ("/torch.dist-info", "torch.dist-info") not in analysis.named["datas"]


def test_on_windows_a_second_program_opens_no_console(follow):
    made, written = follow("win32")
    assert {step.named["name"]: step.named["console"] for step in made["EXE"]} == {
        "ncviz": True,
        "ncviz-window": False,
    }
    for step in made["EXE"]:
        assert step.named["icon"].endswith("ncviz.ico")
        assert "VSVersionInfo(" in written[Path(step.named["version"])]
    assert made["COLLECT"][0].arguments[:2] == tuple(made["EXE"])


def test_on_macos_it_makes_a_bundle(follow):
    made, _ = follow("darwin")
    bundle = made["BUNDLE"][0]
    assert bundle.arguments == (made["COLLECT"][0],)
    assert bundle.named["name"] == "ncviz.app"
    assert bundle.named["icon"].endswith("ncviz.icns")
    assert bundle.named["info_plist"]["CFBundleName"] == "ncviz"
    assert made["EXE"][0].named["console"] is False
