"""Every command of the registry, by its keys and by the menus."""

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QApplication, QLabel, QMenu
from window_parts import dispose, drag, peeled, press_class, settle

from ncviz import __version__
from ncviz.desktop.commands.commands import Command
from ncviz.desktop.commands.window_commands import window_commands
from ncviz.desktop.guide.help import AboutPage, ShortcutsPage
from ncviz.desktop.widgets.mnemonics import unlettered
from ncviz.explorer.room_names import EXPLORE, THEORY, TRAIN
from ncviz.scenes.camera import Camera
from ncviz.scenes.camera_fit import shows_all
from ncviz.scenes.palette import DARK, LIGHT

CTRL = Qt.KeyboardModifier.ControlModifier


def menus(window):
    return {unlettered(menu.title()): menu for menu in window.menuBar().findChildren(QMenu)}


def commands_of(window):
    entries = (entry for menu in window_commands(window).values() for entry in menu)
    return [entry for entry in entries if isinstance(entry, Command)]


def test_every_command_stands_in_exactly_one_menu(window):
    listed = commands_of(window)
    assert len({command.key for command in listed}) == len(listed) == len(window.commands)
    for title, entries in window_commands(window).items():
        actions = menus(window)[title].actions()
        assert [action.isSeparator() for action in actions] == [e is None for e in entries]
        wanted = [window.commands[e.key] for e in entries if isinstance(e, Command)]
        assert [a for a in actions if not a.isSeparator() and a.menu() is None] == wanted


def test_every_entry_of_a_menu_explains_itself(window):
    for menu in menus(window).values():
        if menu.menuAction() not in window.menuBar().actions():
            continue  # the recent runs, which have their paths
        assert menu.toolTipsVisible()
        for action in menu.actions():
            assert action.isSeparator() or action.toolTip().endswith(".")


def test_every_command_has_words_and_no_shortcut_is_taken_twice(window):
    for command in commands_of(window):
        action = window.commands[command.key]
        assert command.text[0].isupper()
        assert action.toolTip().endswith(".")
    keys = [keys for _, keys in window.commands.shortcuts()]
    assert len(set(keys)) == len(keys)
    wanted = {"Space", "Left", "Right", "Home", "End", "L", "F", "R", "F1", "F9", "F10", "F11"}
    wanted |= {f"Ctrl+{number}" for number in range(1, 7)}
    wanted |= {"Ctrl+D", "Ctrl+T", "Ctrl+O", "Ctrl+E", "Ctrl+Q", "Ctrl+Z", "Ctrl+K", "Ctrl+Return"}
    assert set(keys) >= wanted


def test_an_unknown_command_names_its_neighbour(window):
    with pytest.raises(KeyError, match=r"file\.open"):
        window.commands["file.opne"]


def test_the_rooms_by_keys_and_by_mouse(window, qtbot, key):
    pages = {
        EXPLORE: (window.run_panel, window.plots.plot("law")),
        THEORY: (
            window.rooms["Theory"].panel.panel_of("layer-peeled"),
            window.rooms["Theory"].plots.page_of("layer-peeled").plot("cosine"),
        ),
        TRAIN: (window.training.panel, window.plots.plot("law")),
    }

    def check(room):
        settle(qtbot, window)
        assert window.room == room
        assert window.header.rooms[room].isChecked()
        for other, (left, right) in pages.items():
            assert left.isVisible() == (other == room)
            assert right.isVisible() == (right is pages[room][1])

    for room, digit in ((THEORY, Qt.Key.Key_3), (TRAIN, Qt.Key.Key_6), (EXPLORE, Qt.Key.Key_1)):
        key(window, (digit, CTRL))
        check(room)
    for room in (TRAIN, THEORY, EXPLORE):
        qtbot.mouseClick(window.header.rooms[room], Qt.MouseButton.LeftButton)
        check(room)


def test_entering_another_room_pauses(window):
    window.playback.toggle_playing()
    window.enter(THEORY)
    assert not window.explorer.player.playing
    window.playback.toggle_playing()
    window.enter(EXPLORE)
    assert not peeled(window).player.playing


def test_the_dark_theme_and_back(window, qtbot, key):
    for theme in (DARK, LIGHT):
        key(window, (Qt.Key.Key_D, CTRL))
        settle(qtbot, window)
        assert window.settings.theme == theme.name
        assert window.commands["view.dark"].isChecked() == (theme is DARK)
        assert window.palette().window().color().name() == theme.surface.lower()
        assert theme.background in QApplication.instance().styleSheet()
        assert window.plots.plot("law").theme is theme
        assert window.explorer.view.theme == theme.name
    qtbot.mouseClick(window.header.theme, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert window.settings.theme == "dark"
    assert window.commands["view.dark"].isChecked()
    assert "light" in window.header.theme.toolTip()


def test_large_text_and_back(window, qtbot, key):
    small = window.run_panel.title.fontMetrics().height()
    key(window, (Qt.Key.Key_T, CTRL))
    settle(qtbot, window)
    large = window.run_panel.title.fontMetrics().height()
    assert large == pytest.approx(1.5 * small, rel=0.1)
    assert window.settings.text_scale == 1.5
    key(window, (Qt.Key.Key_T, CTRL))
    settle(qtbot, window)
    assert window.run_panel.title.fontMetrics().height() == small


def test_large_text_does_not_stop_the_film(window, key):
    """A lecturer enlarges the text while it plays."""
    window.playback.set_speed(0.25)
    window.playback.toggle_playing()
    key(window, (Qt.Key.Key_T, CTRL))
    assert window.player.playing


def test_motion_is_switched(window):
    window.commands["view.motion"].trigger()
    assert window.settings.motion
    assert window.explorer.player.ease
    window.commands["view.motion"].trigger()
    assert not window.settings.motion
    assert not window.explorer.player.ease


@pytest.mark.parametrize(("which", "side"), [("F9", "left"), ("F10", "right")])
def test_the_columns_fold(window, qtbot, key, which, side):
    column, scene = getattr(window, side), window.canvas.native
    before = scene.width()
    key(window, getattr(Qt.Key, f"Key_{which}"))
    qtbot.waitUntil(lambda: scene.width() >= before + column.minimumWidth())
    assert not column.isVisible()
    assert not window.commands[f"view.{side}"].isChecked()
    key(window, getattr(Qt.Key, f"Key_{which}"))
    qtbot.waitUntil(lambda: scene.width() == before)
    assert column.isVisible()


def test_a_folded_column_stays_folded_in_another_room(window, qtbot, key):
    key(window, Qt.Key.Key_F9)
    window.enter(TRAIN)
    window.enter(EXPLORE)
    window.appearance.set("text_scale", 1.5)
    assert not window.left.isVisible()
    assert not window.commands["view.left"].isChecked()


def test_r_resets_the_camera(window, key):
    drag(window.canvas.native, [(100, 200), (160, 190)])
    assert window.canvas.camera != Camera()
    key(window, Qt.Key.Key_R)
    camera = window.canvas.camera
    assert (camera.azimuth, camera.elevation) == (Camera().azimuth, Camera().elevation)
    assert shows_all(camera, [window.canvas.scene], window.canvas.aspect)


def words_of(dialog):
    return " ".join(label.text() for label in dialog.findChildren(QLabel))


def test_the_shortcuts_are_listed(window, key, qtbot):
    key(window, Qt.Key.Key_F1)
    (page,) = window.findChildren(ShortcutsPage)
    words = words_of(page)
    for text in ("Play or pause", "Space", "Open run", "Ctrl+O", "F9", "Turntable"):
        assert text in words
    page.close()
    qtbot.waitUntil(lambda: not window.findChildren(ShortcutsPage))


def test_about(window, qtbot):
    window.commands["help.about"].trigger()
    (page,) = window.findChildren(AboutPage)
    assert __version__ in words_of(page)
    assert "BSD-3-Clause" in words_of(page)
    page.close()
    qtbot.waitUntil(lambda: not window.findChildren(AboutPage))


def test_quit_closes_the_window(make_window, small_run):
    window = make_window(run=small_run.path, opengl=False)
    window.commands["file.quit"].trigger()
    assert not window.isVisible()


def test_closing_twice_is_closing_once(make_window, small_run):
    """A window that is hidden already is told to close again when the session ends."""
    window = make_window(run=small_run.path, opengl=False)
    assert window.close()
    assert window.close()


def test_what_is_to_be_shown_after_the_end_touches_nothing_that_is_gone(make_window, small_run):
    window = make_window(run=small_run.path, opengl=False)
    presenter = window.presenter
    dispose(window)
    presenter.show_all()


# The keyboard alone


def focus_by_tab(window, qtbot, widget, key):
    """Reach a widget with the Tab key, as someone without a mouse must."""
    for _ in range(80):
        if widget.hasFocus():
            return
        key(window, Qt.Key.Key_Tab)
    raise AssertionError(f"Tab never reaches {widget.accessibleName() or widget}")


def test_enter_presses_a_button_that_tab_has_reached(window, qtbot, key):
    switch = window.run_panel.switches["show_samples"]
    focus_by_tab(window, qtbot, switch, key)
    key(window, Qt.Key.Key_Return)
    assert not window.player.playing
    assert not window.explorer.view.show_samples


def test_arrows_move_a_slider_that_tab_has_reached(window, qtbot, key):
    window.enter(THEORY)
    slider = window.rooms["Theory"].panel.panel_of("layer-peeled").fields["classes"].slider
    focus_by_tab(window, qtbot, slider, key)
    key(window, Qt.Key.Key_Right)
    assert peeled(window).parameters.classes == 5


def test_keys_typed_into_a_field_are_text(window, qtbot, key):
    window.enter(TRAIN)
    field = window.training.panel.form["classes"]
    field.setFocus()
    field.clear()
    before = window.player.position
    key(window, Qt.Key.Key_1, Qt.Key.Key_Space, Qt.Key.Key_2, Qt.Key.Key_F, Qt.Key.Key_L)
    key(window, Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_R, Qt.Key.Key_End)
    assert field.text() == "1r 2fl"
    assert (window.player.position, window.player.playing) == (before, False)
    assert not window.player.looping


def test_space_plays_after_a_click_on_a_switch(window, qtbot, key):
    """The lecturer's mouse was on a check box; Space is for the film all the same."""
    press_class(qtbot, window.run_panel.classes, 4)
    key(window, Qt.Key.Key_Space)
    assert window.player.playing


def test_every_action_of_the_menus_belongs_to_the_registry(window):
    known = {id(window.commands[command.key]) for command in commands_of(window)}
    for title in window_commands(window):
        for action in menus(window)[title].actions():
            if action.isSeparator() or action.menu() is not None:
                continue
            assert isinstance(action, QAction)
            assert id(action) in known


def test_a_new_window_leaves_space_to_the_film(make_window, qtbot):
    window = make_window()
    qtbot.waitUntil(lambda: window.canvas.frames > 0)
    assert window.focusWidget() is window.canvas.native
