"""What pointing, the legend and the camera buttons do to the picture."""

from dataclasses import replace
from typing import TYPE_CHECKING

from ncviz.desktop.formula_card import show_formula
from ncviz.errors import UserError
from ncviz.scenes.camera_moves import focus_on, standard_view
from ncviz.scenes.placements import shadow_of
from ncviz.scenes.shadows import vertices_in
from ncviz.scenes.view import Shadow

if TYPE_CHECKING:
    from ncviz.desktop.window import MainWindow

TURNTABLE = 18.0  # degrees a second


class PictureControl:
    """Connects the canvas, the legend and the run panel with the view.

    Parameters
    ----------
    window : MainWindow
    """

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self._pointed: tuple[int, int] | None = None
        canvas, legend = window.canvas, window.frame.legend
        canvas.hovered.connect(self._hovered)
        canvas.clicked_sample.connect(self._clicked)
        canvas.clicked_panel.connect(lambda panel: window.current.panel_opened(panel))
        canvas.camera_changed.connect(self.hide_card)
        canvas.camera_changed.connect(self._show_perspective)
        legend.hidden.connect(window.explorer.hide_class)
        legend.shown.connect(window.explorer.hide_class)
        legend.alone.connect(window.explorer.keep_alone)
        legend.pointed.connect(lambda k: self.point_at_classes(k))
        window.plots.pair_hovered.connect(self.point_at_classes)
        panel = window.run_panel
        panel.layers.chosen.connect(self.show_layer)
        panel.classes.toggled.connect(self.toggle_class)
        panel.shadow_asked.connect(self.set_shadow)
        panel.tour_asked.connect(self.tour)
        for name, switch in panel.switches.items():
            switch.toggled.connect(lambda on, field=name: self.set_view(**{field: on}))
        window.frame.arranged.connect(lambda: window.presenter.wake("scene"))
        window.frame.explained.connect(self.explain)
        tools = window.frame.tools
        tools.standard_view.connect(self.standard_view)
        tools.class_view.connect(self.focus_on_class)
        tools.turning.connect(self.turn)
        tools.orthographic.connect(self.set_orthographic)

    def explain(self, word: str) -> None:
        """Open the card of a word of the caption."""
        window = self._window
        show_formula(window.frame.caption, (word,), window.theme, window.settings.text_scale)

    # The view

    def set_view(self, **changes: object) -> None:
        """Change some fields of the view."""
        explorer = self._window.explorer
        explorer.set_view(replace(explorer.view, **changes))

    def show_layer(self, layer: int) -> None:
        """Look at another layer."""
        self.set_view(layer=layer)

    def step_layer(self, steps: int) -> None:
        """Look at the layer above or below."""
        explorer = self._window.explorer
        if explorer.run is not None:
            last = len(explorer.run.manifest.layers) - 1
            self.set_view(layer=min(max(explorer.view.layer + steps, 0), last))

    def toggle_class(self, number: int) -> None:
        """Choose a class or not; a chip that may not be unchecked is checked again."""
        explorer = self._window.explorer
        explorer.toggle_class(number)
        self._window.run_panel.classes.show_view(explorer.view)

    def all_classes(self) -> None:
        """Choose all classes; asked again, the first four."""
        explorer = self._window.explorer
        if explorer.run is None:
            return
        every = tuple(range(explorer.run.manifest.classes))
        all_shown = explorer.view.shown_classes(len(every)) == every
        explorer.choose_classes(every[:4] if all_shown else every)

    def show_all_hidden(self) -> None:
        """Bring back what the legend has hidden."""
        self.set_view(hidden=())

    def set_shadow(self, kind: str) -> None:
        """Look at another shadow of more than three dimensions."""
        explorer = self._window.explorer
        if kind == "tour":
            explorer.tour(True)
        elif kind == "axes" and explorer.run is not None:
            view = explorer.view
            shown = view.shown_classes(explorer.run.manifest.classes)
            visible = [n for n, k in enumerate(shown) if k not in view.hidden]
            rest = [n for n in range(len(shown)) if n not in visible]
            explorer.set_shadow(Shadow(kind, tuple((visible + rest)[:3])))
        else:
            explorer.set_shadow(Shadow(kind))

    def tour(self, on: bool) -> None:
        """Travel through all dimensions, or rest."""
        self._window.explorer.tour(on)

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

    def show_card(self) -> None:
        """Show what is known of the sample under the pointer."""
        window = self._window
        if self._pointed is None:
            return
        try:
            facts = window.current.facts(*self._pointed)
        except UserError as error:
            window.note.say(str(error))
            return
        if facts is not None:
            view = window.explorer.view
            window.frame.card.show_facts(
                facts, window.canvas.pointer, view.palette, shapes=view.shapes
            )

    def hide_card(self) -> None:
        """Nothing is pointed at."""
        self._window.frame.card.hide()

    def point_at_classes(self, *classes: int) -> None:
        """Let classes stand out, or all alike again; negative numbers are none."""
        chosen = tuple(dict.fromkeys(k for k in classes if k >= 0))
        self._window.current.point_at_classes(chosen)

    def _clicked(self, panel: int, row: int) -> None:
        self._window.current.pin(panel, row)

    # The camera

    def standard_view(self, name: str) -> None:
        """Look from one of the standard directions."""
        canvas = self._window.canvas
        canvas.move_to(standard_view(name, canvas.camera))

    def focus_on_class(self, number: int) -> None:
        """Turn so that the vertex of a class faces the viewer."""
        explorer, canvas = self._window.explorer, self._window.canvas
        if explorer.run is None:
            return
        classes = explorer.view.shown_classes(explorer.run.manifest.classes)
        if number in classes:
            view = explorer.view
            vertices = vertices_in(shadow_of(explorer.run, view.layer, classes, view.shadow))
            canvas.move_to(focus_on(canvas.camera, vertices[classes.index(number)]))

    def turn(self, on: bool) -> None:
        """Turn the scene like a turntable."""
        self._window.canvas.set_turning(TURNTABLE if on else 0.0)
        self._window.frame.tools.show_turning(on)
        self._window.commands["camera.turn"].setChecked(on)

    def set_orthographic(self, on: bool) -> None:
        """Leave perspective out, or put it in."""
        canvas = self._window.canvas
        canvas.move_to(canvas.control.goal.with_perspective(not on))
        self._show_perspective()

    def _show_perspective(self) -> None:
        """Check what the camera does, also where undo or a double click changed it."""
        on = self._window.canvas.control.goal.is_orthographic
        self._window.frame.tools.show_orthographic(on)
        self._window.commands["camera.orthographic"].setChecked(on)

    def reset_camera(self) -> None:
        """Look from the first direction again."""
        self.standard_view("isometric")
