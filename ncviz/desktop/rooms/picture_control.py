"""What pointing, the legend and the camera buttons do to the picture."""

from dataclasses import replace
from typing import Any

import numpy as np
from PyQt6.QtCore import QPoint, Qt

from ncviz.desktop.one_shot import one_shot
from ncviz.desktop.rooms.explore.samples_dialog import SamplesDialog
from ncviz.desktop.rooms.rooms_window import RoomsWindow
from ncviz.desktop.widgets.formula_card import show_concept
from ncviz.desktop.widgets.teaching import teach
from ncviz.errors import UserError
from ncviz.explorer.answers import Answer, of_class
from ncviz.explorer.direction_facts import DirectionFacts
from ncviz.explorer.pointing import SampleFacts
from ncviz.geometry.etf import DRAWN
from ncviz.language import tr
from ncviz.runs.directions import default_classes
from ncviz.runs.sample_columns import CLASS
from ncviz.scenes.camera_moves import far_enough, focus_on, standard_view
from ncviz.scenes.compose import vertices_of
from ncviz.scenes.placements import MOST_TOURED, dimensions_of
from ncviz.scenes.shadows import reach_of_tour
from ncviz.scenes.view import ShadowChoice, View

HEAD = 44  # pixels of a panel's title and numbers at normal text
NO_TOUR = tr(
    "A grand tour turns all samples in every frame: choose fewer classes, {most_toured} at most, "
    "and fewer still where they have very many samples.",
    most_toured=MOST_TOURED,
)
CROWD = 400  # samples of a scene that a card looks at before it takes its place
MARKED = 3000  # milliseconds for which a class stands out that was brought to the front
TURNTABLE = 18.0  # degrees a second


class PictureControl:
    """Connects the canvas, the legend and the run panel with the view."""

    def __init__(self, window: RoomsWindow) -> None:
        self._window = window
        self._pointed: tuple[int, int] | None = None
        self._ball: tuple[int, int] | None = None
        self._kept: tuple[int, ...] = ()  # classes that stand out while nothing else does
        self._marked = one_shot(window, self.point_at_classes)
        canvas, legend = window.canvas, window.frame.legend
        canvas.hovered.connect(self._hovered)
        canvas.signals.hovered_ball.connect(self._hovered_ball)
        canvas.signals.enclosed.connect(self.show_samples)
        canvas.signals.handle_dragged.connect(
            lambda handle, place, begins: window.current.drag_handle(handle, place, begins=begins)
        )
        canvas.clicked_sample.connect(self._clicked)
        canvas.clicked_panel.connect(lambda panel: window.current.panel_opened(panel))
        canvas.camera_changed.connect(self.hide_card)
        canvas.camera_changed.connect(self._show_perspective)
        legend.toggled.connect(self.hide_class)
        legend.alone.connect(window.explorer.keep_alone)
        legend.pointed.connect(lambda k: self.point_at_classes(k))
        legend.tell = lambda k: of_class(window.explorer, k)
        window.plots.pair_hovered.connect(self.point_at_classes)
        window.plots.pair_kept.connect(self.keep_classes)
        panel = window.run_panel
        panel.layers.chosen.connect(self.show_layer)
        panel.classes.toggled.connect(self.toggle_class)
        panel.shadow_asked.connect(self.set_shadow)
        panel.tour_asked.connect(self.tour)
        panel.colors.color_asked.connect(
            lambda name: self.set_view(color_by="" if name == CLASS else name)
        )
        panel.samples.split_asked.connect(self.show_split)
        for name, switch in panel.switches.items():
            switch.toggled.connect(lambda on, field=name: self.set_view(**{field: on}))
        window.frame.arranged.connect(lambda: window.presenter.wake("scene"))
        window.frame.explained.connect(self.explain)
        teach(canvas.native, self._head_of_panel)
        window.explorer.listen(lambda what: self.forget_pointer() if what == "run" else None)
        tools = window.frame.tools
        tools.standard_view.connect(self.standard_view)
        tools.class_view.connect(self.focus_on_class)
        tools.turning.connect(self.turn)
        tools.orthographic.connect(self.set_orthographic)

    def _head_of_panel(self, point: QPoint) -> Answer | None:
        """Return what is said of the head of one of several scenes at a point."""
        window, canvas = self._window, self._window.canvas
        size = canvas.native.width(), canvas.native.height()
        number = canvas.picture.panel_at(point.x() / max(size[0], 1), point.y() / max(size[1], 1))
        if number is None or self._pointed is not None or len(canvas.picture.panels) < 2:
            return None
        top = canvas.picture.panels[number].pixels(*size)[1]
        is_head = point.y() - top < HEAD * window.settings.text_scale
        return window.current.answer_of_panel(number) if is_head else None

    def explain(self, notion: str) -> None:
        """Open the card of a notion, as a word of the caption or a search asks for it."""
        window = self._window
        show_concept(window.frame.caption, notion)

    # The view

    def set_view(self, **changes: Any) -> None:
        """Change some fields of the view."""
        explorer = self._window.explorer
        explorer.set_view(replace(explorer.view, **changes))

    def show_layer(self, layer: int) -> None:
        """Look at another layer."""
        self.set_view(layer=layer)

    def show_split(self, split: str) -> None:
        """Look at the samples of another split; what was pinned is none of them."""
        self.set_view(split=split, pinned=(), hovered=None)

    def step_layer(self, steps: int) -> None:
        """Look at the layer above or below."""
        explorer = self._window.explorer
        if explorer.run is not None:
            last = len(explorer.run.manifest.layers) - 1
            self.set_view(layer=min(max(explorer.view.layer + steps, 0), last))

    def toggle_class(self, number: int) -> None:
        """Choose a class or not; a chip that may not be unchecked is checked again."""
        explorer = self._window.explorer
        before = explorer.view
        explorer.toggle_class(number)
        self._window.run_panel.classes.show_view(explorer.view)
        if explorer.view == before:
            self._window.note.say(tr("At least two classes are drawn."))

    def hide_class(self, number: int) -> None:
        """Hide a class that is drawn or bring it back; the last one stays."""
        explorer = self._window.explorer
        before = explorer.view
        explorer.hide_class(number)
        if explorer.view == before:
            self._window.note.say(tr("At least one class stays in sight."))

    def all_classes(self) -> None:
        """Choose all classes; asked again, those that the run shows first."""
        explorer = self._window.explorer
        if explorer.run is None:
            return
        every = tuple(range(explorer.run.manifest.classes))
        all_shown = explorer.view.shown_classes(len(every)) == View(classes=every).shown_classes(
            len(every)
        )
        first = default_classes(explorer.run) or every[:4]
        explorer.choose_classes(first if all_shown else every)

    def show_all_hidden(self) -> None:
        """Bring back what the legend has hidden."""
        self.set_view(hidden=())

    def set_shadow(self, kind: str) -> None:
        """Look at another shadow of more than three dimensions."""
        explorer = self._window.explorer
        if kind == "tour":
            self.tour(True)
        elif kind == "axes" and explorer.run is not None:
            view = explorer.view
            shown = view.shown_classes(explorer.run.manifest.classes)
            visible = [n for n, k in enumerate(shown) if k not in view.hidden]
            rest = [n for n in range(len(shown)) if n not in visible]
            first, second, third = (visible + rest)[:3]
            explorer.set_shadow(ShadowChoice(kind, (first, second, third)))
        else:
            explorer.set_shadow(ShadowChoice(kind))

    def tour(self, on: bool) -> None:
        """Travel through all dimensions, or rest."""
        explorer = self._window.explorer
        if on and not explorer.can_tour(explorer.view):
            self._window.note.say_error(UserError(NO_TOUR))
            self._window.presenter.wake("moment")  # switches that were turned go back
            return
        with self._window.doings.one_step("view", "camera"):
            self._window.explorer.tour(on)
            if on:
                self._step_back()

    def _step_back(self) -> None:
        """See the whole of a grand tour: the distance is set once, so that nothing breathes."""
        explorer, canvas = self._window.explorer, self._window.canvas
        if explorer.run is None or not self._window.current.shows_run:
            return
        shown = explorer.view.shown_classes(explorer.run.manifest.classes)
        if dimensions_of(explorer.run, explorer.view.layer, shown) > DRAWN:
            goal = canvas.control.goal
            farther = far_enough(goal, reach_of_tour(len(shown)))
            if farther != goal:
                canvas.move_to(farther)

    def unpin_all(self) -> None:
        """Let all pinned samples go."""
        self.set_view(pinned=())

    # Pointing

    def _hovered(self, panel: int, row: int | None) -> None:
        current = self._window.current
        if row is None or panel < 0:
            self._pointed = None
            current.hover(0, None)
            self.hide_card()
            return
        self._pointed = panel, row
        current.hover(panel, row)
        self.show_card()

    def _hovered_ball(self, panel: int, number: int) -> None:
        """Tell of a class mean or a classifier row what there is to tell."""
        self._ball = (panel, number) if number >= 0 else None
        if self._ball is None:
            if self._pointed is None:
                self._window.plots.point_at(())
                self.hide_card()
            return
        self._show_ball()

    def _show_ball(self) -> None:
        window = self._window
        try:
            facts = None if self._ball is None else window.current.direction_facts(*self._ball)
        except UserError as error:
            window.note.say_error(error)
            return
        if facts is None:
            self.hide_card()
            return
        window.plots.point_at((facts.label,))
        self._tell(facts)

    def _tell(self, facts: SampleFacts | DirectionFacts) -> None:
        """Show the card of what lies under the pointer, beside the crowd."""
        frame, view = self._window.frame, self._window.explorer.view
        frame.card.keep_off(self._crowd())
        frame.card.show_facts(
            facts,
            self._window.canvas.pointer,
            view.palette,
            shapes=view.shapes,
            values=frame.tells_values,
        )

    def show_card(self) -> None:
        """Show what is known of what lies under the pointer: it changes with the moment."""
        window = self._window
        if self._pointed is None:
            if self._ball is not None:
                self._show_ball()
            return
        try:
            facts = window.current.facts(*self._pointed)
        except UserError as error:
            window.note.say_error(error)
            return
        if facts is not None:
            self._tell(facts)

    def move_card(self) -> None:
        """Let the card that was shown last go to where the pointer is now."""
        card = self._window.frame.card
        card.keep_off(self._crowd())
        card.stand_beside(self._window.canvas.pointer)

    def show_samples(self, panel: int = 0, rows: tuple[int, ...] | None = None) -> None:
        """Show samples as a contact sheet; by default all that are in the scene."""
        window = self._window
        seen = window.current.looks_at(panel)
        if seen is None:
            return
        if rows is None:
            scene = window.canvas.picture.panels[panel].scene
            rows = tuple(sorted(scene.sample_ids.tolist()))
        if not rows:
            window.note.say(tr("No sample lies within that line."))
            return
        try:
            dialog = SamplesDialog(window, seen[0].drawn_of(seen[1].split), seen[1], rows)
        except UserError as error:
            window.note.say_error(error)
            return
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.table_chosen.connect(lambda path: window.opening.add_columns(path, seen[0]))
        dialog.show()

    def _crowd(self) -> np.ndarray:
        """Return where some samples are drawn, in pixels of the canvas."""
        canvas = self._window.canvas
        size = canvas.native.width(), canvas.native.height()
        found = [np.empty((0, 2))]
        for panel in canvas.picture.panels:
            left, top, across, down = panel.pixels(*size)
            points = panel.scene.samples.positions
            some = points[:: max(1, len(points) // CROWD)]
            places = canvas.drawing_camera.project(some, across, down)[:, :2]
            found.append(places + np.array((left, top)))
        return np.concatenate(found)

    def forget_pointer(self) -> None:
        """Forget what lay under the pointer: another run or room is seen."""
        self._window.canvas.forget_pointer()
        self._pointed = self._ball = None
        self._marked.stop()
        self._window.plots.rest()
        self.point_at_classes()
        self.hide_card()

    def hide_card(self) -> None:
        """Nothing is pointed at."""
        self._window.frame.card.hide()

    def point_at_classes(self, *classes: int) -> None:
        """Let classes stand out, or all alike again; negative numbers are none."""
        chosen = tuple(dict.fromkeys(k for k in classes if k >= 0)) or self._kept
        if not chosen and self._marked.isActive():
            return  # what was brought to the front stands out until its time is over
        self._marked.stop()
        self._window.current.point_at_classes(chosen)

    def keep_classes(self, *classes: int) -> None:
        """Let classes stand out whenever nothing is pointed at; negative numbers end it."""
        self._kept = tuple(dict.fromkeys(k for k in classes if k >= 0))
        self.point_at_classes()

    def _clicked(self, panel: int, row: int) -> None:
        self._window.current.pin(panel, row)

    # The camera

    def standard_view(self, name: str) -> None:
        """Look from one of the standard directions."""
        framing = self._window.framing
        self._window.canvas.move_each(
            lambda camera: framing.first_view(standard_view(name, camera))
        )

    def focus_on_class(self, number: int) -> None:
        """Turn so that a class, at its vertex or its mean, faces the viewer and stands out."""
        explorer, canvas = self._window.explorer, self._window.canvas
        framing = self._window.framing
        if explorer.run is None:
            return
        classes = explorer.view.shown_classes(explorer.run.manifest.classes)
        if number in classes:
            vertex = vertices_of(explorer.run, explorer.view)[classes.index(number)]
            canvas.move_each(lambda camera: framing.first_view(focus_on(camera, vertex)))
            self._marked.stop()
            self.point_at_classes(number)
            self._marked.start(MARKED)

    def turn(self, on: bool) -> None:
        """Turn the scene like a turntable."""
        self._window.canvas.set_turning(TURNTABLE if on else 0.0)
        self._window.frame.tools.show_turning(on)
        self._window.commands["camera.turn"].setChecked(on)

    def set_orthographic(self, on: bool) -> None:
        """Leave perspective out, or put it in."""
        self._window.canvas.move_each(lambda camera: camera.with_perspective(not on))
        self._show_perspective()

    def _show_perspective(self) -> None:
        """Check what the camera does, also where undo or a double click changed it."""
        on = self._window.canvas.control.goal.is_orthographic
        self._window.frame.tools.show_orthographic(on)
        self._window.commands["camera.orthographic"].setChecked(on)

    def reset_camera(self) -> None:
        """Look from the first direction again."""
        self.standard_view("isometric")
