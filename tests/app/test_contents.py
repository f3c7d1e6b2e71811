"""Which files and modules go into the frozen application."""

import sys
from importlib.util import find_spec

import pytest


@pytest.fixture
def contents():
    import contents

    return contents


@pytest.mark.parametrize(
    "place",
    [
        "PyQt6/Qt6/plugins/platforms/libqxcb.so",
        "PyQt6/Qt6/plugins/platforms/libqwayland.so",
        "PyQt6/Qt6/plugins/platforms/qwindows.dll",
        "PyQt6\\Qt6\\plugins\\platforms\\qwindows.dll",
        "PyQt6/Qt6/plugins/imageformats/libqjpeg.so",
        "PyQt6/Qt6/plugins/xcbglintegrations/libqxcb-glx-integration.so",
        "libxcb-cursor.so.0",
        "torch/lib/libtorch_cpu.so",
        "torch/lib/c10.dll",
        "torch/bin/torch_shm_manager",
        "torch/nn/functional.py",
        "torch/_inductor/config.py",
        "torch/_refs/__init__.py",
        "torchvision/models/densenet.py",
        "sklearn/datasets/data/digits.csv.gz",
        "sklearn/datasets/descr/digits.rst",
        "matplotlib/mpl-data/fonts/ttf/DejaVuSans.ttf",
        "matplotlib/mpl-data/matplotlibrc",
        "vispy/glsl/build_spatial_filters.py",
        "ncviz/assets/demonstration/manifest.json",
        # PyAV's wheel brings its own, under names of its own.
        "av.libs/libdrm-28be2f6c.so.2",
    ],
)
def test_what_the_program_opens_is_kept(contents, place):
    assert contents.is_wanted(place)


@pytest.mark.parametrize(
    "place",
    [
        "PyQt6/Qt6/translations/qtbase_de.qm",
        "PyQt6/Qt6/plugins/sqldrivers/libqsqlite.so",
        "PyQt6/Qt6/plugins/imageformats/libqpdf.so",
        "PyQt6/Qt6/plugins/imageformats/libqtiff.so",
        "PyQt6/Qt6/plugins/platforms/libqeglfs.so",
        "PyQt6/Qt6/plugins/platformthemes/libqgtk3.so",
        "PyQt6/Qt6/lib/libQt6Quick3D.so.6",
        "PyQt6/Qt6/lib/libQt6Pdf.so.6",
        "torch/bin/protoc",
        "torch/bin/test_jit",
        "torch/include/ATen/ATen.h",
        "torch\\include\\ATen\\ATen.h",
        "torch/lib/libprotobuf.a",
        "torch/lib/libjitbackend_test.so",
        "torch/_inductor/lowering.py",
        "sklearn/datasets/data/diabetes_data_raw.csv.gz",
        "sklearn/datasets/images/china.jpg",
        "numpy/linalg/tests/test_linalg.py",
        "matplotlib/mpl-data/sample_data/goog.npz",
        # Mesa's driver needs the system's own.
        "libstdc++.so.6",
        "libgcc_s.so.1",
        "libcairo.so.2",
    ],
)
def test_what_it_never_opens_is_left_out(contents, place):
    assert not contents.is_wanted(place)


def test_a_table_of_contents_keeps_its_order(contents):
    entries = [("b.so", "/b.so", "BINARY"), ("torch/bin/protoc", "/p", "DATA"), ("a", "/a", "DATA")]
    assert contents.wanted(entries) == [entries[0], entries[2]]


def test_only_the_viewer_does_without_torch(contents):
    assert {"torch", "torchvision", "sklearn"} <= set(contents.excluded_modules(viewer=True))
    assert not {"torch", "torchvision", "sklearn", "sympy"} & set(
        contents.excluded_modules(viewer=False)
    )


def test_what_is_named_in_strings_exists(contents):
    for name in (*contents.HIDDEN, *contents.WHOLE):
        package = name.rpartition(".")[0]
        assert find_spec(package or name) is not None, name
    assert find_spec("vispy.app.backends._egl") is not None


def test_nothing_is_both_asked_for_and_left_out(contents):
    excluded = contents.excluded_modules(viewer=True)
    standard = contents.standard_modules(sys.stdlib_module_names)
    for name in (*contents.HIDDEN, *contents.WHOLE, *standard):
        assert not any(name == out or name.startswith(f"{out}.") for out in excluded), name


def test_the_user_s_code_finds_the_standard_library(contents):
    found = contents.standard_modules(sys.stdlib_module_names)
    assert {"csv", "sqlite3", "statistics", "unittest", "zoneinfo"} <= set(found)
    assert not {"tkinter", "idlelib", "_csv"} & set(found)


def test_versions_and_licences_go_along(contents):
    names = ["numpy", "torch", "scikit-learn", "sympy", "networkx", "pyqt6", "ncviz"]
    full = contents.distributions(names, viewer=False)
    assert full == ["ncviz", "numpy", "pyqt6", "scikit-learn", "sympy", "torch"]
    assert contents.distributions(names, viewer=True) == ["ncviz", "numpy", "pyqt6"]


@pytest.mark.parametrize(
    ("version", "numbers"),
    [
        ("0.1.0", (0, 1, 0, 0)),
        ("1.2.3.4.5", (1, 2, 3, 4)),
        ("0.1.0.dev3+g12", (0, 1, 0, 0)),
        ("0+unknown", (0, 0, 0, 0)),
    ],
)
def test_versions_as_windows_wants_them(contents, version, numbers):
    assert contents.four_numbers(version) == numbers


def test_the_windows_resource_is_what_pyinstaller_evaluates(contents):
    """Its text is Python of six names; here they keep what they are given."""
    kept = {}

    def keep(name):
        def construct(*arguments, **named):
            kept.setdefault(name, []).append((arguments, named))
            return name

        return construct

    names = (
        "VSVersionInfo",
        "FixedFileInfo",
        "StringFileInfo",
        "StringTable",
        "StringStruct",
        "VarFileInfo",
        "VarStruct",
    )
    eval(contents.windows_version("0.2.1", viewer=True), {name: keep(name) for name in names})
    strings = dict(arguments for arguments, _ in kept["StringStruct"])
    assert strings["ProductName"] == "ncviz viewer"
    assert strings["FileVersion"] == "0.2.1"
    assert kept["FixedFileInfo"][0][1]["filevers"] == (0, 2, 1, 0)


def test_the_bundle_s_list_says_what_macos_reads(contents):
    said = contents.information_list("0.2.1.dev1", viewer=False)
    assert said["CFBundleShortVersionString"] == "0.2.1"
    assert said["CFBundleName"] == "ncviz"
    assert said["NSHighResolutionCapable"] is True
