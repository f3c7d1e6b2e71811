"""Samples coloured by what is known of them, chosen in the left column."""

from PyQt6.QtCore import Qt
from window_parts import settle

from ncviz.runs.sample_columns import sample_columns


def test_samples_are_coloured_by_what_is_chosen(window, qtbot):
    colors = window.run_panel.colors
    names = [colors.choice.itemData(n) for n in range(colors.choice.count())]
    assert names == list(sample_columns(window.explorer.run))
    before = window.explorer.view
    colors.choice.setFocus()
    qtbot.keyClick(colors.choice, Qt.Key.Key_Down)
    settle(qtbot, window)
    assert window.explorer.view.color_by == names[1] == "predicted"
    shown = set(colors.said().split(", "))
    assert shown <= set(window.explorer.run.manifest.class_names)
    window.explorer.set_view(before)
    settle(qtbot, window)
    assert colors.choice.currentData() == "class"
    assert colors.said() == ""
