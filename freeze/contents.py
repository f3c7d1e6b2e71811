"""What goes into the frozen application, and what stays out.

`ncviz.spec` reads these lists. Nothing here imports PyInstaller, so that they can be tested
without it.
"""

from collections.abc import Iterable
from fnmatch import fnmatch
from typing import Any

# Packages that only learning needs: the viewer does without.
LEARNING = ("torch", "torchvision", "sklearn", "torchgen", "functorch", "sympy", "mpmath", "joblib")

# Named in strings only, so that the analysis of imports does not see them.
HIDDEN = (
    "array_api_compat.common._fft",
    "array_api_compat.numpy.fft",
    "array_api_compat.numpy.linalg",
    "vispy.app.backends._pyqt6",
    "vispy.app.backends._egl",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_pdf",
    "matplotlib.backends.backend_svg",
    "fontTools.subset",
    "fontTools.ttLib",
    "pyqtgraph.graphicsItems.ViewBox.axisCtrlTemplate_generic",
    "pyqtgraph.graphicsItems.PlotItem.plotConfigTemplate_generic",
    "pyqtgraph.imageview.ImageViewTemplate_generic",
)
# Packages whose modules are found by name at run time.
WHOLE = ("ncviz", "fontTools.ttLib.tables")
# torchvision registers its operators when this library is loaded.
HIDDEN_LEARNING = (
    "array_api_compat.torch.fft",
    "array_api_compat.torch.linalg",
    "sklearn.datasets.data",
    "sklearn.datasets.descr",
    "torchvision._C",
)

# The user's own models and data may import any of the standard library but this.
NOT_STANDARD = (
    "antigravity",
    "ensurepip",
    "idlelib",
    "lib2to3",
    "pydoc_data",
    "test",
    "this",
    "tkinter",
    "turtle",
    "turtledemo",
    "venv",
)

_QT = (
    "QAxContainer",
    "QtBluetooth",
    "QtDesigner",
    "QtHelp",
    "QtMultimedia",
    "QtMultimediaWidgets",
    "QtNetwork",
    "QtNfc",
    "QtPdf",
    "QtPdfWidgets",
    "QtPositioning",
    "QtPrintSupport",
    "QtQml",
    "QtQuick",
    "QtQuick3D",
    "QtQuickWidgets",
    "QtRemoteObjects",
    "QtSensors",
    "QtSerialPort",
    "QtSpatialAudio",
    "QtSql",
    "QtStateMachine",
    "QtTextToSpeech",
    "QtWebChannel",
    "QtWebEngineCore",
    "QtWebEngineQuick",
    "QtWebEngineWidgets",
    "QtWebSockets",
)
EXCLUDED = (
    *NOT_STANDARD,
    "_pytest",
    "_tkinter",
    "IPython",
    "OpenGL",
    "PIL.ImageTk",
    "clarabel",
    "cvxpy",
    "fsspec",
    "hypothesis",
    "imageio",
    "jinja2",
    "matplotlib.backends.backend_gtk3agg",
    "matplotlib.backends.backend_gtk4agg",
    "matplotlib.backends.backend_qtagg",
    "matplotlib.backends.backend_tkagg",
    "matplotlib.backends.backend_webagg",
    "matplotlib.tests",
    "mypy",
    "networkx",
    "numba",
    "pandas",
    "pip",
    "pyqtgraph.examples",
    "pyqtgraph.opengl",
    "pytest",
    "scipy._lib.array_api_compat.torch",
    "setuptools",
    "tensorboard",
    "torch.testing._internal.common_methods_invocations",
    "torch.testing._internal.distributed.nn",
    "torch.testing._internal.distributed.rpc",
    "torch.testing._internal.generated",
    "torch.testing._internal.jit_utils",
    "torch.testing._internal.opinfo",
    "torch.utils.tensorboard",
    "wx",
    *(f"PyQt6.{module}" for module in _QT),
)

# Files that the hooks of PyInstaller collect and ncviz never opens, by their place in the folder.
UNUSED = (
    "*/tests/*",
    "*.pyi",
    "*/py.typed",
    # Qt: words come from ncviz; the plugins below serve devices, data bases and formats unused.
    "PyQt6/Qt6/translations/*",
    "PyQt6/Qt6/qml/*",
    "PyQt6/Qt6/plugins/egldeviceintegrations/*",
    "PyQt6/Qt6/plugins/generic/*",
    "PyQt6/Qt6/plugins/imageformats/*pdf*",
    "PyQt6/Qt6/plugins/imageformats/*icns*",
    "PyQt6/Qt6/plugins/imageformats/*tga*",
    "PyQt6/Qt6/plugins/imageformats/*tiff*",
    "PyQt6/Qt6/plugins/imageformats/*wbmp*",
    "PyQt6/Qt6/plugins/imageformats/*webp*",
    "PyQt6/Qt6/plugins/networkinformation/*",
    "PyQt6/Qt6/plugins/platforms/*eglfs*",
    "PyQt6/Qt6/plugins/platforms/*linuxfb*",
    "PyQt6/Qt6/plugins/platforms/*minimal*",
    "PyQt6/Qt6/plugins/platforms/*vkkhrdisplay*",
    "PyQt6/Qt6/plugins/platforms/*vnc*",
    "PyQt6/Qt6/plugins/platformthemes/*gtk3*",
    "PyQt6/Qt6/plugins/sqldrivers/*",
    "PyQt6/Qt6/plugins/tls/*",
    "PyQt6/Qt6/lib/*Qt6EglFS*",
    "PyQt6/Qt6/lib/*Qt6Pdf*",
    "PyQt6/Qt6/lib/*Qt6Qml*",
    "PyQt6/Qt6/lib/*Qt6Quick*",
    "PyQt6/Qt6/lib/*Qt6VirtualKeyboard*",
    # torch: what compiles and tests C++ against it.
    "torch/bin/[!t]*",
    "torch/bin/test*",
    "torch/include/*",
    "torch/share/*",
    "torch/test/*",
    "torch/lib/*.a",
    "torch/lib/*.lib",
    "torch/lib/*aoti_custom_ops*",
    "torch/lib/*backend_with_compiler*",
    "torch/lib/*jitbackend_test*",
    "torch/lib/*torchbind_test*",
    "torch/utils/model_dump/*",
    # Only the digits are asked of scikit-learn.
    "sklearn/datasets/images/*",
    "sklearn/datasets/descr/[!d]*",
    "sklearn/datasets/descr/diabetes*",
    "sklearn/datasets/data/[!d]*",
    "sklearn/datasets/data/diabetes*",
    # matplotlib draws with its fonts and mathematics, not with its examples and toolbars.
    "matplotlib/mpl-data/sample_data/*",
    "matplotlib/mpl-data/images/*",
    "matplotlib/mpl-data/plot_directive/*",
    # Pillow reads and writes PNG and GIF here.
    "PIL/_avif*",
    "pillow.libs/libavif*",
    "vispy/testing/*",
    "vispy/util/fonts/data/*",
    "pyqtgraph/examples/*",
)

# Left to the system: its OpenGL driver needs its own, newer ones.
SYSTEM_LIBRARIES = ("libstdc++.so*", "libgcc_s.so*", "libgbm.so*", "libdrm*.so*")
# What Qt's theme for GTK loads, which is left out above.
GTK_LIBRARIES = (
    "libatk*.so*",
    "libcairo*.so*",
    "libdatrie.so*",
    "libfribidi.so*",
    "libgdk*.so*",
    "libgtk-*.so*",
    "libharfbuzz.so*",
    "libgraphite2.so*",
    "libpango*.so*",
    "libpixman*.so*",
    "libthai.so*",
)

# The hook of torch keeps all its source, since some of it is compiled at run time. The part that
# makes programs for a C++ compiler is not, but for its list of settings.
WITHOUT_SOURCE = ("torch/_inductor/*", "torch/testing/*")
_KEPT_SOURCE = ("*/config.py",)


def standard_modules(names: Iterable[str]) -> list[str]:
    """Return the modules of the standard library that the user's code may import.

    Parameters
    ----------
    names : iterable of str
        All of them, such as `sys.stdlib_module_names`.
    """
    return sorted(n for n in names if n not in NOT_STANDARD and not n.startswith("_"))


def excluded_modules(*, viewer: bool) -> list[str]:
    """Return the modules that stay out.

    Parameters
    ----------
    viewer : bool
        Whether the application only opens runs and exports.
    """
    return sorted({*EXCLUDED, *(LEARNING if viewer else ())})


def is_wanted(place: str) -> bool:
    """Return whether a file is kept, by its place in the application's folder."""
    path = place.replace("\\", "/")
    if any(fnmatch(path, pattern) for pattern in UNUSED):
        return False
    if path.endswith(".py") and any(fnmatch(path, pattern) for pattern in WITHOUT_SOURCE):
        return any(fnmatch(path, pattern) for pattern in _KEPT_SOURCE)
    # Libraries that a wheel brings for itself have its name in theirs and are kept.
    left_out = (*SYSTEM_LIBRARIES, *GTK_LIBRARIES)
    return "/" in path or not any(fnmatch(path, pattern) for pattern in left_out)


def wanted(entries: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Return the entries of a table of contents that are kept.

    Parameters
    ----------
    entries : iterable of (place, source, kind)
        As PyInstaller's analysis collects them.
    """
    return [entry for entry in entries if is_wanted(entry[0])]


def distributions(names: Iterable[str], *, viewer: bool) -> list[str]:
    """Return the distributions whose versions and licences go along.

    Parameters
    ----------
    names : iterable of str
        All that ncviz requires, directly or not.
    viewer : bool
    """
    absent = {*LEARNING, "networkx", "jinja2", "markupsafe", "fsspec", "setuptools"}
    absent |= {"scikit-learn", "narwhals", "filelock"} if viewer else set()
    keep_learning = () if viewer else LEARNING
    return sorted(name for name in set(names) if name not in absent or name in keep_learning)


def four_numbers(version: str) -> tuple[int, int, int, int]:
    """Return a version as Windows wants it: '0.1.0.dev3' is (0, 1, 0, 0)."""
    numbers: list[int] = []
    for part in version.split("+")[0].split("."):
        if not part.isdigit():
            break
        numbers.append(int(part))
    first, second, third, fourth, *_ = *numbers, 0, 0, 0, 0
    return first, second, third, fourth


def windows_version(version: str, *, viewer: bool) -> str:
    """Return the version resource of the Windows programs, in PyInstaller's notation."""
    numbers = four_numbers(version)
    title = "ncviz viewer" if viewer else "ncviz"
    strings = {
        "CompanyName": "The ncviz authors",
        "FileDescription": f"{title}: the geometry of deep classifiers",
        "FileVersion": version,
        "InternalName": "ncviz",
        "LegalCopyright": "The ncviz authors, BSD-3-Clause",
        "OriginalFilename": "ncviz.exe",
        "ProductName": title,
        "ProductVersion": version,
    }
    lines = ",\n        ".join(f"StringStruct({k!r}, {v!r})" for k, v in strings.items())
    return f"""VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3f, flags=0x0,
    OS=0x40004, fileType=0x1, subtype=0x0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable('040904B0', [
        {lines}])]),
    VarFileInfo([VarStruct('Translation', [1033, 1200])])
  ]
)
"""


def information_list(version: str, *, viewer: bool) -> dict[str, Any]:
    """Return the Info.plist of the bundle for macOS."""
    title = "ncviz viewer" if viewer else "ncviz"
    return {
        "CFBundleDisplayName": title,
        "CFBundleName": title,
        "CFBundleShortVersionString": ".".join(map(str, four_numbers(version)[:3])),
        "CFBundleVersion": version,
        "LSApplicationCategoryType": "public.app-category.education",
        "LSMinimumSystemVersion": "12.0",
        "NSHighResolutionCapable": True,
        # Qt draws the theme that the system asks for.
        "NSRequiresAquaSystemAppearance": False,
        "NSSupportsAutomaticGraphicsSwitching": True,
    }
