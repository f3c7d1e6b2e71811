"""The right column: three plots, each to be chosen."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QActionGroup, QFont, QIcon, QResizeEvent
from PyQt6.QtWidgets import QBoxLayout, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ncviz.assets import asset
from ncviz.charts.plot import first_plots, plots
from ncviz.desktop.certain import certain
from ncviz.desktop.plots.chart_plot import ChartPlot
from ncviz.desktop.plots.cosine_matrix import CosineMatrix
from ncviz.desktop.plots.made_plots import made_plot
from ncviz.desktop.plots.plot_frame import PlotFrame
from ncviz.desktop.plots.quiet_plot import QuietPlot
from ncviz.desktop.style.icons import themed_icon
from ncviz.desktop.widgets.lesson_places import be_place
from ncviz.desktop.widgets.mnemonics import letter_menu
from ncviz.desktop.widgets.teaching import teach
from ncviz.explorer.answers import Answer, Light
from ncviz.explorer.epoch_series import EpochSeries
from ncviz.explorer.explorer import Explorer
from ncviz.explorer.side_names import side_names
from ncviz.explorer.window_state import PlotLayout
from ncviz.language import tr
from ncviz.runs.run import Run
from ncviz.scenes.palette import Theme

LEAST_LINES = 9  # of text, that a plot is high at least


class _Heading(QToolButton):
    """A quiet heading that opens a menu; it is cut short where there is no room."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("plot-heading")
        self.setProperty("role", "quiet")
        self.setIcon(themed_icon(_arrow))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.setIconSize(QSize(10, 10))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setToolTip(tr("Choose another plot for this place."))
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        self.setFont(font)
        self._title = ""

    def set_title(self, title: str) -> None:
        """Show which plot stands below."""
        self._title = title
        self.setText(title)
        self.setAccessibleName(tr("{title}: choose another plot", title=title))


def _arrow(theme: Theme) -> QIcon:
    return QIcon(str(asset("icons", f"chevron-down-{theme.name}.svg")))


class _Slot(QWidget):
    """A place of the column: a heading and the plot that was chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.kind = ""
        self.plot: PlotFrame | None = None
        self.heading = _Heading()
        self.menu = QMenu(self)
        self.heading.setMenu(self.menu)
        self.menu.aboutToHide.connect(self.let_go)
        teach(self.heading, lambda _point: self._answer())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)

    def let_go(self) -> None:
        """Let the heading come up: a choice moves it while pressed, and it hears no release."""
        self.heading.setDown(False)
        self.heading.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
        self.heading.update()

    def _answer(self) -> Answer | None:
        if self.plot is None:
            return None
        return replace(self.plot.answer_of_all(), action=tr("Click to choose another plot."))

    def hold(self, kind: str, plot: PlotFrame) -> None:
        """Take a plot in."""
        self.kind, self.plot = kind, plot
        cast(QBoxLayout, self.layout()).addWidget(plot, 1)
        plot.set_heading(self.heading)
        self.heading.set_title(plots()[kind].menu)
        self.heading.show()
        plot.show()

    def release(self) -> PlotFrame | None:
        """Give the plot away."""
        plot, self.plot = self.plot, None
        if plot is not None:
            self.heading.setParent(self)
            plot.hide()
            certain(self.layout()).removeWidget(plot)
        return plot


class PlotColumn(QWidget):
    """Plots of a run, three at a time; only those that are seen do work.

    Parameters
    ----------
    layout : sequence of str, optional
        Names of plots, one for each place.

    Signals
    -------
    layout_changed()
        Another plot was chosen, or something in one.
    wanting()
        Numbers are missing that a plot shows: let `Explorer.compute` work.
    pair_hovered(int, int)
        Two classes in the cosine matrix; −1, −1 for none.
    pair_kept(int, int)
        Two that are to stand out until further notice; −1, −1 for none.
    """

    layout_changed = pyqtSignal()
    wanting = pyqtSignal()
    pair_hovered = pyqtSignal(int, int)
    pair_kept = pyqtSignal(int, int)

    def __init__(self, layout: Sequence[str] = ()) -> None:
        super().__init__()
        self._explorer: Explorer | None = None
        self._run: Run | None = None  # whose default plots are shown where none were chosen
        self._series: tuple[EpochSeries | None, ...] = ()  # that are shown, of both runs
        self._sides: tuple[str, str] | None = None  # names of two runs that are compared
        self._other: Explorer | None = None
        self._plots: dict[str, PlotFrame] = {}
        self._chosen: dict[str, frozenset[str]] = {}  # in plots, since they were seen last
        self._only: tuple[str, ...] = ()  # keys of curves
        self._late: set[str] = set()  # hidden plots that know nothing of this run yet
        self.slots: list[_Slot] = []
        be_place(self, "plots")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 8, 12, 0)
        self._column.setSpacing(8)
        self.set_layout(list(layout))

    def plot(self, kind: str) -> PlotFrame | None:
        """Return the plot of a kind if it stands in the column."""
        return next((slot.plot for slot in self.slots if slot.kind == kind), None)

    # How many plots

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit()

    def follow_look(self) -> None:
        """Show as many plots as have room for larger letters."""
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Return room for one plot: the others come with the height there is."""
        return QSize(super().minimumSizeHint().width(), LEAST_LINES * self.fontMetrics().height())

    def _fit(self) -> None:
        """Show as many plots as have a readable height; headings offer all of them."""
        least = LEAST_LINES * self.fontMetrics().height() + self._column.spacing()
        count = max(1, (self.height() + self._column.spacing()) // least)
        for number, slot in enumerate(self.slots):
            slot.setVisible(number < count)

    # Which plots

    def layout_names(self) -> list[str]:
        """Return the keys of the plots from top to bottom, for a session."""
        return [slot.kind for slot in self.slots]

    def set_layout(self, names: Sequence[str]) -> None:
        """Put these plots into the places; unknown and repeated names are passed over."""
        wanted = [name for name in dict.fromkeys(names) if name in plots()]
        first = first_plots(self._run)
        wanted += [name for name in first if name not in wanted]
        wanted = wanted[: max(1, min(len(names), len(plots())))] if names else list(first)
        for slot in self.slots:
            plot = slot.release()
            if plot is not None:  # else it would go with its place
                plot.setParent(self)
        while len(self.slots) > len(wanted):
            slot = self.slots.pop()
            self._column.removeWidget(slot)
            slot.hide()
            slot.deleteLater()
        while len(self.slots) < len(wanted):
            self.slots.append(self._slot())
        for slot, kind in zip(self.slots, wanted, strict=True):
            slot.hold(kind, self._plot_of(kind))
        self._fit()
        self._bring_up_to_date()

    def arrangement(self) -> PlotLayout:
        """Return the keys of the plots, and what was chosen in each, seen or not."""
        made = {n: p.choices for n, p in self._plots.items() if isinstance(p, QuietPlot)}
        chosen = {n: c for n, c in {**made, **self._chosen}.items() if c}
        return PlotLayout(tuple(self.layout_names()), chosen)

    def arrange(self, layout: PlotLayout) -> None:
        """Bring an arrangement back; a plot takes up what is chosen in it once it is seen."""
        self._chosen = {**dict.fromkeys(self._plots, frozenset()), **layout.chosen}
        if list(layout.kinds) != self.layout_names():
            self.set_layout(layout.kinds)
        else:
            self._bring_up_to_date()

    def keep_to(self, curves: Sequence[str]) -> None:
        """Let plots that have some of these curves show no others; none ends it."""
        self._only = tuple(curves)
        for plot in self._plots.values():
            if isinstance(plot, ChartPlot):
                plot.keep_to(curves)

    def choose(self, place: int, kind: str) -> None:
        """Put another plot into a place; if it stands elsewhere, the two change places."""
        slot, before = self.slots[place], self.slots[place].kind
        if kind == before:
            return
        twin = next((other for other in self.slots if other.kind == kind), None)
        slot.release()
        if twin is not None:
            twin.release()
            twin.hold(before, self._plots[before])
        slot.hold(kind, self._plot_of(kind))
        self._bring_up_to_date()
        self.layout_changed.emit()

    def _slot(self) -> _Slot:
        slot = _Slot()
        slot.menu.aboutToShow.connect(lambda: self._fill_menu(slot))
        self._column.addWidget(slot, 1)
        return slot

    def _fill_menu(self, slot: _Slot) -> None:
        slot.menu.clear()
        group = QActionGroup(slot.menu)
        run = None if self._explorer is None else self._explorer.run
        menus = {"": slot.menu}
        for key, plot in plots().items():
            if plot.group not in menus:
                menus[plot.group] = certain(slot.menu.addMenu(plot.group))
            action = certain(menus[plot.group].addAction(plot.menu))
            action.setCheckable(True)
            action.setChecked(key == slot.kind)
            action.setEnabled(run is None or plot.applies(run))
            group.addAction(action)
            action.triggered.connect(
                lambda _on=False, key=key: self.choose(self.slots.index(slot), key)
            )
        for menu in menus.values():
            letter_menu(menu)

    def _plot_of(self, kind: str) -> PlotFrame:
        """Return a plot, made when it is first asked for."""
        if kind not in self._plots:
            plot = made_plot(kind)
            if isinstance(plot, CosineMatrix):
                plot.pair_hovered.connect(self.pair_hovered)
                plot.pair_kept.connect(self.pair_kept)
            if isinstance(plot, QuietPlot):
                plot.rearranged.connect(self.layout_changed)
            if isinstance(plot, ChartPlot):
                plot.keep_to(self._only)
            self._plots[kind] = plot
            self._late.add(kind)
        return self._plots[kind]

    # What is shown

    def show_run(self, explorer: Explorer) -> None:
        """Show another run, in its own default plots as long as nobody chose others."""
        untouched = self.layout_names() == list(first_plots(self._run))
        self._explorer, self._run = explorer, explorer.run
        self._take_series()
        self._late = set(self._plots)
        if untouched and self.layout_names() != list(first_plots(self._run)):
            self.set_layout(())
        else:
            self._bring_up_to_date()

    def show_series(self, explorer: Explorer) -> None:
        """Show what was computed since."""
        self._explorer = explorer
        if self._take_series():
            self._bring_up_to_date()
            return
        for slot in self.slots:
            if slot.plot is not None and slot.kind not in self._late:
                slot.plot.follow_series(explorer)

    def show_moment(self, explorer: Explorer) -> None:
        """Show another epoch, layer or choice of classes."""
        self._explorer = explorer
        if self._take_series() or self._late.intersection(slot.kind for slot in self.slots):
            self._bring_up_to_date()
            return
        for plot in self._seen():
            plot.follow_moment(explorer)
        self._say_sides()

    def point_at(self, classes: tuple[int, ...]) -> None:
        """Let classes stand out that are pointed at elsewhere; none ends it."""
        for plot in self._seen():
            plot.point_at(classes)

    def rest(self) -> None:
        """Point at nothing any more in any plot: another run or room is seen."""
        for plot in self._plots.values():
            plot.let_go()

    def light(self, light: Light) -> None:
        """Let what shows the pointed-at stand out; `NO_LIGHT` ends it."""
        for plot in self._seen():
            plot.light(light)
            plot.point_at(light.classes)

    def show_other(self, explorer: Explorer | None) -> None:
        """Lay another run over this one, or none any more."""
        self._other = explorer
        self._take_series()
        for plot in self._plots.values():
            plot.follow_other(explorer)
        self._say_sides()
        self._bring_up_to_date()

    def _say_sides(self) -> None:
        """Say which run is which, where another one is laid over."""
        first, second, names = self._explorer, self._other, None
        if first is not None and first.run and second is not None and second.run:
            names = side_names(first, second)
        if names != self._sides:
            self._sides = names
            for plot in self._plots.values():
                plot.say_sides(names)
        elif names is not None:
            for plot in self._seen():
                plot.say_sides(names)

    def _take_series(self) -> bool:
        """Return whether numbers of another split are shown, which plots know nothing of yet."""
        both = self._explorer, self._other
        series = tuple(None if one is None else one.series for one in both)
        if series == self._series:
            return False
        self._series, self._late = series, set(self._plots)
        return True

    def _seen(self) -> list[PlotFrame]:
        return [slot.plot for slot in self.slots if slot.plot is not None]

    def _bring_up_to_date(self) -> None:
        """Show a plot what it missed while it was hidden."""
        explorer = self._explorer
        if explorer is None or explorer.series is None:
            return
        wanted = {name for plot in self._seen() for name in plot.needs}
        missing = explorer.series.want(wanted)
        if self._other is not None and self._other.series is not None:
            missing = self._other.series.want(wanted) or missing
        if not explorer.prepare():
            self.wanting.emit()
            return  # until its numbers are there
        for slot in self.slots:
            if slot.kind in self._late:
                certain(slot.plot).follow_other(self._other)
                certain(slot.plot).follow_run(explorer)
            self._late.discard(slot.kind)
            certain(slot.plot).follow_series(explorer)
            if isinstance(slot.plot, QuietPlot) and slot.kind in self._chosen:
                slot.plot.choose(self._chosen.pop(slot.kind))
            certain(slot.plot).follow_moment(explorer)
        self._say_sides()
        if missing:
            self.wanting.emit()
