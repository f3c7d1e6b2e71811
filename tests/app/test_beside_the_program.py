"""Icons, the entry for menus, the table of sizes, and how the program begins."""

import configparser
import sys

import pytest
from PIL import Image

import ncviz.viewer
from ncviz.errors import UserError
from ncviz.viewer import is_viewer, need_torch


@pytest.fixture
def without_torch(monkeypatch):
    is_viewer.cache_clear()
    monkeypatch.setattr(ncviz.viewer, "find_spec", lambda _name: None)
    yield
    is_viewer.cache_clear()


def test_icons_of_every_system_are_drawn(qapp, root, tmp_path):
    import icons

    icons.write(root / "assets" / "icons" / "ncviz.svg", tmp_path)
    with Image.open(tmp_path / "ncviz.ico") as icon:
        assert {(16, 16), (32, 32), (256, 256)} <= icon.info["sizes"]
    with Image.open(tmp_path / "ncviz.icns") as icon:
        assert icon.size == (1024, 1024)
    with Image.open(tmp_path / "ncviz-256.png") as icon:
        assert icon.mode == "RGBA"
        transparent, opaque = icon.getchannel("A").histogram()[0], icon.getchannel("A").histogram()
        assert transparent > 10_000
        assert opaque[255] > 5_000


def test_the_entry_for_menus_names_program_and_icon(root):
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str
    entry.read(root / "assets" / "ncviz.desktop", encoding="utf-8")
    said = entry["Desktop Entry"]
    assert (said["Type"], said["Exec"], said["Icon"]) == ("Application", "ncviz", "ncviz")
    assert said["Terminal"] == "false"
    assert said["StartupWMClass"] == "ncviz"
    assert all(said[key].endswith(";") for key in ("Categories", "Keywords"))


def test_sizes_are_told_by_package(tmp_path):
    import sizes

    for place, size in (
        ("ncviz", 500_000),
        ("_internal/torch/lib/libtorch_cpu.so", 3_000_000),
        ("_internal/PyQt6/Qt6/lib/libQt6Core.so.6", 2_000_000),
        ("_internal/libcudart.so.13", 100_000),
        ("_internal/ncviz/assets/a", 200_000),
        ("README.txt", 0),
    ):
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(size))
    (tmp_path / "ncviz").chmod(0o755)
    (tmp_path / "_internal" / "link").symlink_to("torch/lib/libtorch_cpu.so")
    assert sizes.total(tmp_path) == 5_800_000
    rows = [line.rsplit(maxsplit=2) for line in sizes.table(tmp_path).splitlines()]
    assert rows[:2] == [["torch", "3.1", "MB"], ["Qt", "2.0", "MB"]]
    assert ["ncviz and its data", "0.2", "MB"] in rows
    assert rows[-1] == ["together", "5.8", "MB"]


def test_the_full_application_has_torch():
    is_viewer.cache_clear()
    assert not is_viewer()
    need_torch()


def test_the_viewer_says_what_it_is(without_torch):
    assert is_viewer()
    with pytest.raises(UserError, match=r"viewer.*cannot train or record.*full ncviz"):
        need_torch()


def test_the_program_says_so_too_where_nobody_asked(without_torch, monkeypatch, capsys):
    import launch

    import ncviz.cli

    def main():
        raise ModuleNotFoundError("No module named 'torch'", name="torch")

    monkeypatch.setattr(ncviz.cli, "main", main)
    assert launch._run() == 1
    assert capsys.readouterr().err == f"ncviz: {ncviz.viewer.VIEWER}\n"


def test_a_module_that_is_really_missing_is_not_hidden(monkeypatch):
    import launch

    import ncviz.cli

    is_viewer.cache_clear()

    def main():
        raise ModuleNotFoundError("No module named 'numpy.f2py'", name="numpy.f2py")

    monkeypatch.setattr(ncviz.cli, "main", main)
    with pytest.raises(ModuleNotFoundError):
        launch._run()


def test_a_program_without_a_console_writes_nowhere(monkeypatch):
    import launch

    monkeypatch.setattr(launch, "_find_our_libraries", lambda: None)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    launch._prepare()
    print("nobody reads this", file=sys.stderr)
    assert not sys.stderr.isatty()
    sys.stdout.close()
    sys.stderr.close()


def test_libraries_that_the_system_lacks_are_found_in_the_folder(monkeypatch, tmp_path):
    import ctypes.util

    import launch

    (tmp_path / "libfontconfig.so.1").touch()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    monkeypatch.setattr(
        ctypes.util, "find_library", lambda name: "libGL.so.1" if name == "GL" else None
    )
    launch._find_our_libraries()
    assert ctypes.util.find_library("GL") == "libGL.so.1"
    assert ctypes.util.find_library("fontconfig") == str(tmp_path / "libfontconfig.so.1")
    assert ctypes.util.find_library("absent") is None


def test_programs_that_it_opens_find_their_own_libraries(monkeypatch):
    import os

    import launch

    monkeypatch.setattr(launch, "_find_our_libraries", lambda: None)
    for name in ("LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_CTYPE", "")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/ours")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/theirs")
    launch._prepare()
    assert os.environ["LD_LIBRARY_PATH"] == "/theirs"
    assert os.environ["LC_CTYPE"] == "C.UTF-8"
    assert "LD_LIBRARY_PATH_ORIG" not in os.environ
    launch._prepare()
    assert "LD_LIBRARY_PATH" not in os.environ
