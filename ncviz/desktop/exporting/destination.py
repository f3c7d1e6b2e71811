"""Where an export goes."""

from pathlib import Path

from PyQt6.QtCore import QStandardPaths, pyqtSignal
from PyQt6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from ncviz.desktop.exporting.page import ExportPage
from ncviz.desktop.widgets.declared_parts import part_of
from ncviz.desktop.widgets.form_parts import Field, PathField, caption
from ncviz.errors import UserError
from ncviz.export.export_plan import ExportPlan
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.film_plan import FilmPlan
from ncviz.export.page_plan import PagePlan
from ncviz.export.table_plan import TablePlan
from ncviz.file_names import check_file_name
from ncviz.language import tr
from ncviz.parameters import declared
from ncviz.user_folders import expanded

ENDINGS = tuple(FigurePlan.endings | FilmPlan.endings | TablePlan.endings | PagePlan.endings)


class Destination(QWidget):
    """The name of the file: after what is seen, until the user names it.

    Signals
    -------
    named()
        By hand.
    """

    named = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.folder = _usual_folder()
        self._showing = False
        self.path_field = PathField(self._ask)
        self.line = self.path_field.line
        self.field = Field(tr("Save to"), self.path_field)
        self.fault = self.field.fault
        self.replaces = caption()
        self.with_path = part_of(declared(ExportPlan)["with_path"]).widget
        self._page: ExportPage | None = None
        self._names: dict[str, str] = {}  # by kind, as the user wrote them
        self._written: set[Path] = set()  # of this session: replaced without a word
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.field)
        column.addWidget(self.with_path)
        column.addWidget(self.replaces)
        # Not `textEdited`: what a screen reader writes is not edited.
        self.line.textChanged.connect(self._text_changed)
        self.path_field.changed.connect(lambda _: self.show_replaces())

    def _text_changed(self, text: str) -> None:
        if not self._showing:
            self._edited(text)

    @property
    def text(self) -> str:
        """Return what is written."""
        return self.path_field.text

    def out(self) -> Path:
        """Return the file, with its ending; a bare name lies in the usual folder."""
        path = self.folder / self.path_field.path
        suffix = "" if self._page is None else self._page.suffix
        # What stands behind a point of 'run 1.2' is no ending.
        has_ending = path.suffix.lower() in ENDINGS
        return path.with_name(path.name + suffix) if path.name and not has_ending else path

    def _edited(self, text: str) -> None:
        if self._page is not None:
            self._names[self._page.kind] = text
            self._page.use_suffix(Path(text).suffix.lower())
        self.fault.say("")
        self.named.emit()

    def show_page(self, page: ExportPage) -> None:
        """Name the file of a page, with the ending of its format."""
        self._page = page
        known = self._names.get(page.kind)
        if known is None:
            self._show(str(self.folder / f"{page.file_name}{page.suffix}"))
        else:
            path = Path(known)
            if path.suffix.lower() in ENDINGS and path.suffix.lower() != page.suffix:
                known = self._names[page.kind] = str(path.with_suffix(page.suffix))
            self._show(known)
        self.show_replaces()

    def _show(self, text: str) -> None:
        """Write a name that is not the user's."""
        self._showing = True
        self.path_field.set_text(text)
        self._showing = False

    def keep(self, paths: tuple[Path, ...]) -> None:
        """Note what was written, and begin in its folder next time."""
        self._written.update(paths)
        self.folder = paths[0].parent
        self.show_replaces()

    def show_replaces(self) -> None:
        """Say so if there is such a file already."""
        try:
            out = self.out()
            exists = bool(self.text) and out not in self._written and out.is_file()
        except (OSError, ValueError):
            exists = False
        self.replaces.setText(tr("This file exists and will be replaced.") if exists else "")
        self.replaces.setVisible(exists)

    def check(self) -> Path:
        """Return the file.

        Raises
        ------
        UserError
            If it has no name, or one that the system cannot keep, or its folder is not there.
        """
        if not self.text:
            raise UserError(tr("Name the file to save."))
        out = self.out()
        check_file_name(out)
        try:
            if self._is_folder():
                raise UserError(
                    tr("{words} is a folder: add a name for the file.", words=self.text)
                )
            if not out.parent.is_dir():
                raise UserError(
                    tr("The folder {parent} does not exist: choose another one.", parent=out.parent)
                )
        except (OSError, ValueError) as error:
            raise UserError(
                tr("{out} is no name for a file: choose another one.", out=out)
            ) from error
        return out

    def _is_folder(self) -> bool:
        is_file = self._page is not None and self._page.suffix
        return bool(is_file) and self.path_field.path.is_dir()

    def _ask(self, text: str) -> str:
        page = self._page
        assert page is not None  # shown before anything can be clicked
        if page.suffix:
            found, _ = QFileDialog.getSaveFileName(self, page.verb, text, page.file_kinds)
        else:
            parent = QFileDialog.getExistingDirectory(
                self, tr("Make the new folder in"), str(self.folder)
            )
            found = str(Path(parent) / page.file_name) if parent else ""
        if found:
            self._edited(found)
        return found


def _usual_folder() -> Path:
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    folder = Path(found) if found else expanded(Path("~"))
    return folder if folder.is_dir() else expanded(Path("~"))
