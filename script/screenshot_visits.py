"""What is on each picture of docs/images: rooms, and one picture for each capability.

Each visit brings the window there from its start, and returns the part of the screen to
save; None stands for all of the window.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PyQt6.QtCore import QPointF, QRect
from PyQt6.QtWidgets import QDialog
from screenshot_dialogs import DIALOGS
from screenshot_stage import Stage

from ncviz.desktop.commands.presentation import HINT_MILLISECONDS
from ncviz.desktop.plots.plot_frame import PlotFrame
from ncviz.explorer.room_names import COMPARE, GALLERY, LAYERS, LEARN, THEORY, TRAIN
from ncviz.scenes.camera import Camera
from ncviz.scenes.view import ShadowChoice

MIDDLE = 46  # an epoch when the classes part, and are not yet points
EARLY = 18  # an epoch when the classifier and the nearest class mean disagree here and there
DOUBTFUL = 35  # a sample of which they do at that epoch
FOLLOWED = (20, 35, 80, 93, 150, 205)  # rows of samples whose trails part
TEN = tuple(range(10))


# Rooms


def explore(stage: Stage) -> None:
    """Show the middle of the training."""
    stage.seek(MIDDLE)


def layers(stage: Stage) -> None:
    """Show all layers at the same epoch."""
    stage.seek(MIDDLE)
    stage.window.enter(LAYERS)


def theory(stage: Stage) -> None:
    """Show the model between balance and collapse."""
    _theory(stage, "layer-peeled")
    _two_groups(stage)
    _peeled(stage).set(ratio=20.0)


def train(stage: Stage) -> None:
    """Show the recipe beside the collapsed network."""
    stage.window.enter(TRAIN)
    stage.window.playback.seek(stage.window.player.last)


def compare(stage: Stage) -> None:
    """Show the balanced sample beside the imbalanced one."""
    stage.open_sample("imbalanced")
    stage.window.enter(COMPARE)
    stage.window.playback.seek(stage.window.player.last)


def gallery(stage: Stage) -> None:
    """Show where to begin."""
    stage.window.enter(GALLERY)
    stage.window.rooms.gallery.show_start()


def learn(stage: Stage) -> None:
    """Show the lessons as cards."""
    stage.window.enter(LEARN)


def experiments(stage: Stage) -> None:
    """Show what was published beside what ncviz finds, once every picture is drawn."""
    stage.window.enter(GALLERY)
    room = stage.window.rooms.gallery
    room.show_experiments("law-panels")
    stage.settle()
    while room.experiments.is_drawing:
        stage.settle()


ROOMS: dict[str, Callable[[Stage], None]] = {
    visit.__name__: visit
    for visit in (learn, explore, layers, theory, train, compare, gallery, experiments)
}


def lesson(stage: Stage) -> QRect:
    """Show a question of the first lesson, above the picture that it is about."""
    stage.window.rooms.learn.begin("points-and-means")
    stage.window.lesson_strip.stepped.emit(1)
    stage.settle()
    strip, window = stage.window.lesson_strip, stage.window
    return stage.part(strip, window.left, window.frame)


# The picture


def collapsed(stage: Stage) -> QRect:
    """Show the end of the training: the picture that says it all."""
    stage.seek(600)
    return stage.part(stage.window.frame)


def before_training(stage: Stage) -> QRect:
    """Show the fog that it began with."""
    stage.seek(0)
    return stage.part(stage.window.frame)


def hover_card(stage: Stage) -> QRect:
    """Point at a sample of which the network is not sure."""
    stage.seek(EARLY)
    stage.point_at_sample(DOUBTFUL)
    return stage.part(stage.window.frame)


def pins(stage: Stage) -> QRect:
    """Follow some samples with trails."""
    stage.seek(90)
    for row in FOLLOWED:
        stage.window.explorer.pin(row)
    return stage.part(stage.window.frame)


def one_class_alone(stage: Stage) -> QRect:
    """Keep one class in the legend."""
    stage.seek(MIDDLE)
    stage.window.explorer.keep_alone(3)
    return stage.part(stage.window.frame, stage.window.right)


def shapes(stage: Stage) -> QRect:
    """Tell ten classes apart by shapes as well."""
    stage.window.appearance.set("shapes", True)
    stage.window.explorer.choose_classes(TEN)
    stage.seek(MIDDLE)
    return stage.part(stage.window.frame)


def palettes(stage: Stage) -> QRect:
    """Show the choice of palettes, open."""
    region = preferences(stage)
    _dialog(stage).palette_box.showPopup()
    return region


def shadow_of_chosen_classes(stage: Stage) -> QRect:
    """Show the plane of three classes among ten."""
    stage.window.explorer.choose_classes(TEN)
    stage.window.picture.set_shadow("axes")
    stage.seek(MIDDLE)
    return stage.part(stage.window.left, stage.window.frame)


def grand_tour(stage: Stage) -> QRect:
    """Show a moment of the journey through nine dimensions."""
    explorer = stage.window.explorer
    explorer.choose_classes(TEN)
    stage.seek(600)
    explorer.set_view(replace(explorer.view, shadow=ShadowChoice("tour", time=0.3)))
    stage.window.canvas.move_to(Camera().zoom(0.8))
    return stage.part(stage.window.left, stage.window.frame)


def cosine_matrix(stage: Stage) -> QRect:
    """Point at a pair of classes in the heat map."""
    stage.window.plots.set_layout(["matrix", "angles"])
    stage.window.explorer.choose_classes(TEN)
    stage.seek(MIDDLE)
    stage.settle()
    view = stage.window.plots.plot("matrix").view
    cell = view.center_of(6, 0)  # shirts and T-shirts, of the classifier
    stage.point(view, cell.x() / view.width(), cell.y() / view.height())
    return stage.part(stage.window.frame, stage.window.right)


def orthographic(stage: Stage) -> QRect:
    """Look from a standard direction without perspective, with axes."""
    stage.seek(600)
    stage.window.picture.set_view(show_axes=True)
    stage.window.picture.standard_view("front")
    stage.settle()
    stage.window.picture.set_orthographic(True)
    return stage.part(stage.window.frame)


# The plots


def crosshair(stage: Stage) -> QRect:
    """Read a value of the law."""
    stage.seek(EARLY)
    stage.settle()
    law = stage.window.plots.plot("law")
    across, values = law.trace("now").item.getData()
    scene = law.box.mapViewToScene(QPointF(across[3], values[3]))
    place = law.plot.mapFromScene(scene)
    stage.point(law.plot, place.x() / law.plot.width(), place.y() / law.plot.height())
    return stage.part(law, margin=8)


def formula(stage: Stage) -> QRect:
    """Show the typeset formula of a plot, and its source."""
    stage.seek(MIDDLE)
    law: PlotFrame = stage.window.plots.plot("law")
    law.show_formulas()
    stage.settle()
    return stage.part(law.card, stage.window.right)


def law_emerging(stage: Stage) -> QRect:
    """Show the law at the end, over the ghosts of earlier epochs."""
    stage.window.plots.set_layout(["law"])
    stage.seek(600)
    return stage.part(stage.window.right)


def law_of_each_class(stage: Stage) -> QRect:
    """Show the law class by class, and D over the epochs layer by layer."""
    stage.window.plots.set_layout(["classes", "layers", "splits"])
    stage.seek(600)
    return stage.part(stage.window.right)


def minority_plots(stage: Stage) -> QRect:
    """Show minority and majority apart."""
    stage.open_sample("imbalanced")
    stage.window.plots.set_layout(["groups", "group fuzziness", "norms"])
    stage.window.playback.seek(stage.window.player.last)
    return stage.part(stage.window.frame, stage.window.right)


# Time


def timeline(stage: Stage) -> QRect:
    """Show bookmarks, the learning rate's drops and the terminal phase."""
    explorer = stage.window.explorer
    for epoch, name in ((0, "Before training"), (18, "Classes part"), (600, "Collapse")):
        stage.seek(epoch)
        stage.settle(0.1)
        explorer.add_bookmark(name)
    stage.seek(MIDDLE)
    return stage.part(stage.window.timeline)


def clock_menu(stage: Stage) -> QRect:
    """Show how time may pass."""
    stage.seek(53)
    stage.window.timeline.clock.click()
    stage.settle()
    menu = stage.window.timeline.clock_menu
    return stage.part(menu, stage.window.timeline)


# Theory


def _theory(stage: Stage, model: str) -> None:
    stage.window.enter(THEORY)
    stage.window.rooms[THEORY].open_model(model)
    stage.window.canvas.move_to(Camera())


def _peeled(stage: Stage) -> Any:
    return stage.window.rooms.theory.desks["layer-peeled"]


def _two_groups(stage: Stage, classes: int = 4, majority: int = 2) -> None:
    desk = _peeled(stage)
    desk.points = ()
    desk.set(q=2.0)
    desk.set(preset="two groups")
    desk.set(classes=classes, majority=majority, budget=5.0)
    while desk.pins:
        desk.unpin(0)


def free_class_sizes(stage: Stage) -> None:
    """Solve the Layer-Peeled Model for a long tail, with curves beside it."""
    _theory(stage, "layer-peeled")
    _two_groups(stage, classes=8, majority=4)
    desk = _peeled(stage)
    for name in ("one giant", "exponential"):
        desk.set(preset=name)
        stage.settle()
        desk.pin()
    desk.set(preset="long tail 100")
    stage.settle()


def run_over_the_curve(stage: Stage) -> None:
    """Lay the imbalanced sample over the curve of the model."""
    stage.open_sample("imbalanced")
    _theory(stage, "layer-peeled")
    _two_groups(stage)
    stage.window.rooms[THEORY].overlay_run()


def power_of_the_norm(stage: Stage) -> None:
    """Bound another power of the norm than the second."""
    _theory(stage, "layer-peeled")
    _two_groups(stage)
    _peeled(stage).set(ratio=1.0)
    _peeled(stage).set(q=4.0)
    stage.settle(1.0)
    stage.settle()


def unconstrained_features(stage: Stage) -> None:
    """Let free features descend to the simplex ETF."""
    _theory(stage, "unconstrained-features")
    _descend(stage)


def square_loss(stage: Stage) -> None:
    """Let the rows of the classifier go to the predicted length."""
    _theory(stage, "square-loss")
    _descend(stage)


def _descend(stage: Stage) -> None:
    """Play a model from its start to its end, and go back to the middle of its way."""
    desk = stage.window.rooms[THEORY].desk
    desk.restart()
    desk.player.speed = 8.0
    desk.toggle_playing()
    stage.window.presenter.show_all()
    stage.settle()
    desk.player.speed = 1.0
    stage.window.playback.seek(0.3 * desk.player.last)
    stage.window.presenter.show_all()


# Comfort


def palette_of_commands(stage: Stage) -> None:
    """Find a command by a few letters."""
    stage.seek(MIDDLE)
    stage.settle()
    stage.window.find_command()
    stage.settle()
    stage.window._palette.field.setText("lay")


def shortcuts(stage: Stage) -> QRect:
    """Show all keys."""
    stage.seek(MIDDLE)
    stage.settle()
    stage.window.shortcuts()
    stage.settle()
    return stage.part(_dialog(stage))


def preferences(stage: Stage) -> QRect:
    """Show the preferences."""
    stage.seek(MIDDLE)
    stage.settle()
    stage.window.appearance.set("motion", True)
    stage.window.preferences()
    stage.settle()
    return stage.part(_dialog(stage))


def presentation(stage: Stage) -> None:
    """Show the picture alone, for a lecture."""
    stage.seek(MIDDLE)
    stage.window.presentation.enter()
    stage.let(HINT_MILLISECONDS / 1000 + 0.2)


def error(stage: Stage) -> QRect:
    """Show what a text says that is no view."""
    stage.seek(MIDDLE)
    stage.settle()
    stage.application.clipboard().setText("hello")
    stage.window.sessions.paste_view()
    stage.settle(0.1)
    return stage.part(stage.window.frame)


def _dialog(stage: Stage) -> QDialog:
    dialogs = stage.window.findChildren(QDialog)
    return next(dialog for dialog in dialogs if dialog.isVisible())


CAPABILITIES: dict[str, Callable[[Stage], QRect | None]] = {
    "lesson": lesson,
    "before-training": before_training,
    "collapsed": collapsed,
    "hover-card": hover_card,
    "pins-and-trails": pins,
    "one-class-alone": one_class_alone,
    "shapes": shapes,
    "palettes": palettes,
    "shadow-of-three-classes": shadow_of_chosen_classes,
    "grand-tour": grand_tour,
    "cosine-matrix": cosine_matrix,
    "orthographic": orthographic,
    "crosshair": crosshair,
    "formula-card": formula,
    "law-emerging": law_emerging,
    "law-of-each-class": law_of_each_class,
    "minority-plots": minority_plots,
    "timeline": timeline,
    "clock-menu": clock_menu,
    "theory-free-sizes": free_class_sizes,
    "theory-run-over-curve": run_over_the_curve,
    "theory-q": power_of_the_norm,
    "theory-unconstrained-features": unconstrained_features,
    "theory-square-loss": square_loss,
    **DIALOGS,
    "command-palette": palette_of_commands,
    "shortcuts": shortcuts,
    "preferences": preferences,
    "presentation": presentation,
    "error": error,
}
