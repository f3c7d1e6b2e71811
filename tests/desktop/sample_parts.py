"""Where samples and classes lie on the canvas of a window, for a pointer to find them."""

from PyQt6.QtCore import QPoint

from ncviz.explorer.pointing import sample_at


def point_in(window, position, panel=0):
    """Return where a point of a panel's scene lies, in pixels of the canvas."""
    canvas = window.canvas
    width, height = canvas.native.width(), canvas.native.height()
    left, top, across, down = canvas.picture.panels[panel].pixels(width, height)
    x, y, _ = canvas.drawing_camera.project(position, across, down)[0]
    return QPoint(round(left + x), round(top + y))


def row_at(window, point):
    canvas = window.canvas
    size = canvas.native.width(), canvas.native.height()
    found = sample_at(canvas.picture, canvas.drawing_camera, *size, point.x(), point.y())
    return None if found is None else found.sample_id


def clear_sample(window, panel=0):
    """Return row and place of a sample that the pointer meets first."""
    scene = window.canvas.picture.panels[panel].scene
    for row, position in zip(scene.sample_ids, scene.samples.positions, strict=True):
        point = point_in(window, position, panel)
        covered = window.canvas.native.childAt(point)
        inside = window.canvas.native.rect().contains(point)
        if inside and covered is None and row_at(window, point) == row:
            return int(row), point
    raise AssertionError("no sample lies free")


def classes_of(window, scene=None):
    """Return the classes of the samples that are drawn."""
    scene = scene or window.canvas.scene
    return set(window.explorer.run.probe.labels[scene.sample_ids].tolist())


def rest(window):
    """Put the view in order that a test of this module changed."""
    window.picture.turn(False)
    window.explorer.tour(False)
    for name, value in (("palette", "hues"), ("shapes", False), ("recorded_only", False)):
        window.appearance.set(name, value)
    window.plots.set_layout(("law", "collapse", "loss"))
    player = window.explorer.player
    player.pace = "keep the speed"
    player.set_spacing("recorded")


def make_plots(window, *kinds):
    """Make plots now: pyqtgraph gives each of them a menu that belongs to no window."""
    window.plots.set_layout(kinds)
    window.plots.set_layout(("law", "collapse", "loss"))
