"""Layers: all layers of a run at the same moment."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from ncviz.desktop.certain import certain
from ncviz.desktop.rooms.rooms_window import RoomsWindow
from ncviz.desktop.rooms.run_room import RunRoom
from ncviz.desktop.widgets.switches import show_turned
from ncviz.explorer.answers import Answer, about_word, of_tile
from ncviz.explorer.emphasis import dimmed
from ncviz.language import tr
from ncviz.runs.run import Run
from ncviz.scenes.compose import compose_layers, layers_beside
from ncviz.scenes.panel_fit import fit_into_panel, side_by_side
from ncviz.scenes.scene import Picture, Scene, one_panel
from ncviz.scenes.view import View


class LayersRoom(RunRoom):
    """All layers of a run at the same moment, side by side."""

    name = "Layers"
    alone = frozenset(("in_a_row",))
    in_a_row = False

    def __init__(self, window: RoomsWindow) -> None:
        super().__init__(window, window.run_panel)
        window.frame.tools.in_a_row.connect(self.set_in_a_row)

    @property
    def pinned_in(self) -> Sequence[int]:
        """Return all layers."""
        run = self.window.explorer.run
        return () if run is None else range(len(run.manifest.layers))

    def picture(self, view: View) -> Picture:
        explorer = self.window.explorer
        if explorer.run is None:
            return one_panel(Scene())
        fuzziness = certain(explorer.series).fuzziness(explorer.nearest_epoch)
        picture = compose_layers(explorer.run, view, self.window.canvas.aspect, fuzziness)
        if self.in_a_row:
            picture = side_by_side(picture)
        distance = self.window.framing.panel_distance(explorer.run, view)
        told = self.window.frame.tells_values
        panels = (
            replace(
                panel,
                numbers=panel.numbers if told else "",
                scene=fit_into_panel(self._pointed_out(panel.scene, view, number), distance),
            )
            for number, panel in enumerate(picture.panels)
        )
        return Picture(tuple(panels))

    @property
    def saved(self) -> Callable[[View], Scene | Picture] | None:
        return None if self.window.explorer.run is None else self.picture

    def set_in_a_row(self, on: bool) -> None:
        """Show the layers in one row, or in a grid."""
        self.in_a_row = on
        show_turned(self.window.frame.tools.row, on)
        self.window.doings.record("row")
        self.window.presenter.wake("scene")

    def entered(self) -> None:
        super().entered()
        self.window.frame.tools.offer_row(True)
        self.window.run_panel.offer_names(False)

    def left_behind(self) -> None:
        super().left_behind()
        self.window.frame.tools.offer_row(False)
        self.window.run_panel.offer_names(True)

    def _place(self) -> str:
        count, shown = len(certain(self.window.explorer.run).manifest.layers), len(self._layers())
        some = (
            tr("all layers")
            if shown == count
            else tr("{shown} of {count:,} layers", shown=shown, count=count)
        )
        return tr("{some}, each in a scale of its own", some=some)

    def _note(self) -> str:
        note, panels = super()._note(), self.window.canvas.picture.panels
        if all(panel.scene.note == note for panel in panels):
            return note
        return f"{super()._place()}: {note}"  # of the layer that is framed alone

    def _caption(self) -> str:
        return self.window.explorer.caption_of_depth()

    def _layers(self) -> tuple[int, ...]:
        """Return the layers that are seen, panel by panel."""
        explorer = self.window.explorer
        if explorer.run is None:
            return ()
        return layers_beside(len(explorer.run.manifest.layers), explorer.view.layer)

    def _layer_of(self, panel: int) -> int:
        return self._layers()[panel]

    def _of_another_layer(self, scene: Scene) -> Scene:
        return dimmed(scene)

    def looks_at(self, panel: int) -> tuple[Run, View] | None:
        explorer = self.window.explorer
        layers = self._layers()
        if explorer.run is None or not 0 <= panel < len(layers):
            return None
        return explorer.run, replace(explorer.view, layer=layers[panel])

    def answer_of_note(self) -> Answer | None:
        return about_word("law of equi-separation")

    def answer_of_panel(self, panel: int) -> Answer | None:
        answer = of_tile(self.window.explorer, self._layer_of(panel))
        return answer if answer is None or self.window.frame.tells_values else answer.untold

    def choose_panel(self, panel: int) -> None:
        self.window.picture.show_layer(self._layer_of(panel))

    def panel_opened(self, panel: int) -> None:
        window, explorer = self.window, self.window.explorer
        layer = self._layer_of(panel)
        with window.doings.one_step("room", "view"):  # undo comes back here
            window.enter("Explore")
            explorer.set_view(replace(explorer.view, layer=layer))
