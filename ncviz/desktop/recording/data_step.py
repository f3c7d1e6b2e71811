"""Which samples pass through the network."""

from dataclasses import replace

from PyQt6.QtWidgets import QLineEdit, QWidget

from ncviz.arrays.array_format import all_endings
from ncviz.arrays.files import is_array_folder
from ncviz.data.catalogue import data_sets
from ncviz.desktop.recording.dialog_step import CodeField, DialogStep, code_line
from ncviz.desktop.widgets.form_parts import (
    Field,
    FieldError,
    PathField,
    ask_for_file,
    ask_for_folder,
    choice,
)
from ncviz.desktop.widgets.segmented import SegmentedButtons
from ncviz.language import named, tr
from ncviz.recording.plan import RecordPlan
from ncviz.recording.plan_texts import is_code
from ncviz.texts.text_files import SUFFIXES

ENDINGS = dict.fromkeys((*all_endings(), *SUFFIXES))
ARRAYS = tr(
    "Arrays and texts ({endings});;All files (*)",
    endings=" ".join(f"*{ending}" for ending in ENDINGS),
)
TABLES = tr("Tables (*.csv *.tsv *.txt);;All files (*)")
KNOWN, FOLDER, NPZ, CODE, OWN = "known", "folder", "npz", "code", "own"
FOREIGN = KNOWN, FOLDER, NPZ, CODE  # to a network of ncviz, whose own data are as they were
SCALES = {
    "none": tr("Pixels from 0 to 1"),
    "imagenet": tr("As for ImageNet"),
    "data": tr("By these data"),
    "": tr("Own mean and deviation"),
}


class DataStep(DialogStep):
    """A known data set, a folder of images, a file of arrays, or a function of the user's."""

    name = named("Data")
    title = tr("Which data?")

    def __init__(self) -> None:
        super().__init__()
        self.kind = SegmentedButtons(
            {
                KNOWN: tr("Data set"),
                FOLDER: tr("Images"),
                NPZ: tr("Arrays"),
                CODE: tr("Code"),
                OWN: tr("Its own"),
            },
            {
                FOLDER: tr("A folder with a folder of images, or of texts, for each class."),
                NPZ: tr(
                    "Images, features or texts, and labels, in an npz, HDF5, Parquet, CSV or other "
                    "file."
                ),
                CODE: tr("A function of yours that returns (images, labels) or a loader."),
                OWN: tr("What a network of ncviz was trained on."),
            },
        )
        self.kind.set_value(KNOWN)
        self.known = choice({key: entry.title for key, entry in data_sets().items()})
        self.data_folder = PathField(
            ask_for_folder(self, tr("Where the data set lies")), tr("usual places")
        )
        self.folder = PathField(
            ask_for_folder(self, tr("A folder of images")),
            tr("one folder a class, or train and test"),
        )
        self.npz = PathField(ask_for_file(self, tr("A file of arrays"), ARRAYS))
        tip = tr("Looked for in the current folder too.")
        example = "my_package.data:load"
        self.code = CodeField(Field(tr("Function"), code_line(), tip), example, always=True)
        self.scale = choice(SCALES)
        self.own_scale = QLineEdit()
        self.own_scale.setPlaceholderText("0.286/0.353")
        self.kind_field = Field(tr("The data are"), self.kind)
        self.known_field = Field(tr("Data set"), self.known)
        self.data_folder_field = Field(tr("Its folder"), self.data_folder)
        self.folder_field = Field(tr("Folder"), self.folder)
        self.npz_field = Field(tr("File"), self.npz)
        self.features_field = self.field("features")
        self.labels_field = self.field("labels")
        self.per_class_field = self.field("per_class")
        self.split_field = self.field("split")
        self.train_counts_field = self.field("train_counts")
        self.columns = PathField(ask_for_file(self, tr("A table of columns"), TABLES), "none")
        self.columns_field = self.field("columns", self.columns)
        self.splits_field = self.field("splits")
        self.size_field = self.field("size")
        self.pixel_range_field = self.field("pixel_range")
        self.scale_field = self.field("normalise", self.scale)
        self.own_scale_field = Field(
            tr("Mean / deviation"), self.own_scale, tr("A number a channel.")
        )
        self.transform = CodeField(self.field("transform"), example)
        for line in (
            (self.kind_field,),
            (self.known_field,),
            (self.data_folder_field,),
            (self.folder_field,),
            (self.npz_field,),
            (self.features_field, self.labels_field),
            (self.code.field,),
            (self.code.consent_field,),
            (self.per_class_field, self.field("probe_per_class"), self.field("seed")),
            (self.split_field, self.train_counts_field, self.field("memory")),
            (self.columns_field,),
            (self.splits_field,),
            (self.size_field, self.pixel_range_field),
            (self.scale_field, self.own_scale_field),
            (self.transform.field,),
            (self.transform.consent_field,),
        ):
            self.add(*line)
        self.end()
        self.blamed = {
            "the split '": self.splits_field,
            "splits called": self.splits_field,
            "gives no split": self.splits_field,
            "a split cannot": self.splits_field,
            "sizes of": self.train_counts_field,
            "pixel range": self.pixel_range_field,
            "normalisation": self.own_scale_field,
            "per_class": self.per_class_field,
            "size": self.size_field,
            "test samples": self.split_field,
            "the network takes": self.size_field,
            "data": self.kind_field,
            "images": self.kind_field,
        }
        for code in (self.code, self.transform):
            code.allowed.connect(self.heard)
        self.follow_inputs(
            kind=self.kind,
            known=self.known,
            data_folder=self.data_folder,
            folder=self.folder,
            npz=self.npz,
            code=self.code.line,
            columns=self.columns,
            scale=self.scale,
            own_scale=self.own_scale,
        )
        self.show_possible()

    def show_possible(self) -> None:
        kind = self.kind.value
        needs_folder = data_sets()[str(self.known.currentData())].needs_folder
        for field, kinds, on in (
            (self.known_field, (KNOWN,), True),
            (self.data_folder_field, (KNOWN,), needs_folder),
            (self.folder_field, (FOLDER,), True),
            (self.npz_field, (NPZ,), True),
            (self.features_field, (NPZ,), True),
            (self.labels_field, (NPZ,), True),
            (self.train_counts_field, FOREIGN, True),
            (self.columns_field, FOREIGN, True),
            (self.size_field, FOREIGN, True),
            (self.pixel_range_field, (FOLDER, NPZ), True),
            (self.scale_field, FOREIGN, True),
            (self.own_scale_field, FOREIGN, not self.scale.currentData()),
        ):
            field.setVisible(kind in kinds and on)
        self.code.show(kind == CODE)
        self.transform.show(kind != OWN)

    def allow_own(self, on: bool) -> None:
        """Offer the data of the network itself, which only ncviz's own has."""
        self.kind.button(OWN).setVisible(on)
        if not on and self.kind.value == OWN:
            self.kind.set_value(KNOWN)
            self.show_possible()

    def first(self) -> QWidget:
        return self.kind.button(self.kind.value)

    def add_to(self, plan: RecordPlan) -> RecordPlan:
        filled, kind = self.filled(), self.kind.value
        data = self._data()
        if kind == OWN:  # what it was trained on is taken as it was
            plain = RecordPlan()
            filled |= {name: getattr(plain, name) for name in ("train_counts", "size", "transform")}
        if kind != NPZ:
            filled |= {"features": (), "labels": ""}
        if kind not in (FOLDER, NPZ):
            filled["pixel_range"] = ""
        if filled["transform"]:
            self.transform.check()
        if any(map(is_code, filled["splits"].values())):
            raise FieldError(
                tr("Further splits are folders, files or data sets here: name no code."),
                self.splits_field,
            )
        normalise = str(self.scale.currentData()) or self.own_scale.text().strip() or "?"
        return replace(
            plan,
            data=data,
            data_folder=self.data_folder.text if self.data_folder_field.isVisibleTo(self) else "",
            columns="" if kind == OWN else self.columns.text,
            normalise="none" if kind == OWN else normalise,
            trusted=plan.trusted or kind == CODE or bool(filled["transform"]),
            **filled,
        )

    def _data(self) -> str:
        kind = self.kind.value
        if kind == KNOWN:
            return str(self.known.currentData())
        if kind == OWN:
            return "recipe"
        if kind == CODE:
            return self.code.check()
        part, field, words = (
            (self.folder, self.folder_field, tr("Choose the folder of images."))
            if kind == FOLDER
            else (self.npz, self.npz_field, tr("Choose the file of arrays."))
        )
        if not part.text:
            raise FieldError(words, field)
        try:
            are_arrays = part.path.is_file() or is_array_folder(part.path)
            there = part.path.is_dir() if kind == FOLDER else are_arrays
        except (OSError, ValueError):
            there = False
        if not there:
            raise FieldError(tr("There is no {words}: choose another one.", words=part.text), field)
        return str(part.path)
