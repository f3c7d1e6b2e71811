"""Which samples pass through the network."""

from dataclasses import replace

from PyQt6.QtWidgets import QLineEdit, QWidget

from ncviz.arrays.files import SUFFIXES
from ncviz.data.catalogue import CATALOGUE
from ncviz.desktop.recording.step import Consent, Step
from ncviz.desktop.widgets.form_parts import (
    Field,
    FieldError,
    PathField,
    ask_for_file,
    ask_for_folder,
    choice,
)
from ncviz.desktop.widgets.number_box import NumberBox
from ncviz.desktop.widgets.segmented import SegmentedButtons
from ncviz.recording.plan import RecordPlan
from ncviz.recording.plan_texts import is_code

ARRAYS = f"Arrays ({' '.join(f'*{suffix}' for suffix in SUFFIXES)});;All files (*)"
KNOWN, FOLDER, NPZ, CODE, OWN = "known", "folder", "npz", "code", "own"
SPLITS = {"both": "Training and test", "train": "Training", "test": "Test"}
SCALES = {
    "none": "Pixels from 0 to 1",
    "imagenet": "As for ImageNet",
    "data": "By these data",
    "": "Own mean and deviation",
}


class DataStep(Step):
    """A known data set, a folder of images, a file of arrays, or a function of the user's."""

    name = "Data"
    title = "Which data?"

    def __init__(self) -> None:
        super().__init__()
        self.kind = SegmentedButtons(
            {KNOWN: "Data set", FOLDER: "Images", NPZ: "Arrays", CODE: "Code", OWN: "Its own"},
            {
                FOLDER: "A folder with a folder of images for each class.",
                NPZ: "Images or features, and labels, in an npz, CSV or other file of arrays.",
                CODE: "A function of yours that returns (images, labels) or a loader.",
                OWN: "What a network of ncviz was trained on.",
            },
        )
        self.kind.set_value(KNOWN)
        self.known = choice({key: entry.title for key, entry in CATALOGUE.items()})
        self.data_folder = PathField(
            ask_for_folder(self, "Where the data set lies"), "usual places"
        )
        self.folder = PathField(
            ask_for_folder(self, "A folder of images"), "one folder a class, or train and test"
        )
        self.npz = PathField(ask_for_file(self, "A file of arrays", ARRAYS))
        self.code = QLineEdit()
        self.code.setPlaceholderText("package.module:function")
        self.consent = Consent()
        self.split = choice(SPLITS)
        self.train_counts = QLineEdit()
        self.train_counts.setPlaceholderText("counted in the data")
        self.per_class, self.probe = NumberBox(2, 1_000_000, 100), NumberBox(1, 10_000, 60)
        self.seed, self.pixels = NumberBox(0, 2**31 - 1), NumberBox(0, 2048)
        self.pixels.setSpecialValueText("as they are")
        self.pixel_range = QLineEdit()
        self.pixel_range.setPlaceholderText("recognised")
        self.scale = choice(SCALES)
        self.own_scale, self.transform = QLineEdit(), QLineEdit()
        self.own_scale.setPlaceholderText("0.286/0.353")
        self.transform.setPlaceholderText("none; or package.module:function of a batch")
        self.transform_consent = Consent()
        self._lay_out()
        self._connect()
        self._show_possible()

    def _lay_out(self) -> None:
        self.kind_field = Field("The data are", self.kind)
        self.known_field = Field("Data set", self.known)
        self.data_folder_field = Field("Its folder", self.data_folder)
        self.folder_field = Field("Folder", self.folder)
        self.npz_field = Field("File", self.npz)
        self.code_field = Field("Function", self.code, "Looked for in the current folder too.")
        self.consent_field = Field("", self.consent)
        self.per_class_field = Field(
            "Measured a class", self.per_class, "Samples of each class that are measured, at most."
        )
        self.probe_field = Field("Drawn a class", self.probe, "Of those, the ones in the picture.")
        self.seed_field = Field("Seed", self.seed, "Of the choice of samples.")
        self.split_field = Field("Split", self.split)
        self.train_counts_field = Field(
            "Class sizes",
            self.train_counts,
            "Training samples of each class, such as 400,400,40; or unknown.",
        )
        self.size_field = Field("Pixels a side", self.pixels, "Images are resized to this.")
        self.pixel_range_field = Field(
            "Black and white",
            self.pixel_range,
            "Their values where the file does not say them, such as 0..4095; or none.",
        )
        self.scale_field = Field("Scaled", self.scale, "As in the training of the network.")
        self.own_scale_field = Field("Mean / deviation", self.own_scale, "A number a channel.")
        self.transform_field = Field(
            "Transform", self.transform, "A function of yours, instead of the scaling."
        )
        self.transform_consent_field = Field("", self.transform_consent)
        for line in (
            (self.kind_field,),
            (self.known_field,),
            (self.data_folder_field,),
            (self.folder_field,),
            (self.npz_field,),
            (self.code_field,),
            (self.consent_field,),
            (self.per_class_field, self.probe_field, self.seed_field),
            (self.split_field, self.train_counts_field),
            (self.size_field, self.pixel_range_field),
            (self.scale_field, self.own_scale_field),
            (self.transform_field,),
            (self.transform_consent_field,),
        ):
            self.add(*line)
        self.end()
        self.blamed = {
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

    def _connect(self) -> None:
        for signal in (
            self.kind.chosen,
            self.known.currentIndexChanged,
            self.data_folder.changed,
            self.folder.changed,
            self.npz.changed,
            self.code.textChanged,
            self.consent.toggled,
            self.split.currentIndexChanged,
            self.train_counts.textChanged,
            self.per_class.valueChanged,
            self.probe.valueChanged,
            self.seed.valueChanged,
            self.pixels.valueChanged,
            self.pixel_range.textChanged,
            self.scale.currentIndexChanged,
            self.own_scale.textChanged,
            self.transform.textChanged,
            self.transform_consent.toggled,
        ):
            signal.connect(lambda *_: self._changed())

    def _changed(self) -> None:
        self.clear_faults()
        self._show_possible()
        self.changed.emit()

    def _show_possible(self) -> None:
        kind = self.kind.value
        needs_folder = CATALOGUE[str(self.known.currentData())].needs_folder
        for field, on in (
            (self.known_field, kind == KNOWN),
            (self.data_folder_field, kind == KNOWN and needs_folder),
            (self.folder_field, kind == FOLDER),
            (self.npz_field, kind == NPZ),
            (self.code_field, kind == CODE),
            (self.consent_field, kind == CODE),
            (self.train_counts_field, kind != OWN),
            (self.size_field, kind != OWN),
            (self.pixel_range_field, kind in (FOLDER, NPZ)),
            (self.scale_field, kind != OWN),
            (self.own_scale_field, kind != OWN and not self.scale.currentData()),
            (self.transform_field, kind != OWN),
            (self.transform_consent_field, kind != OWN and bool(self.transform.text().strip())),
        ):
            field.setVisible(on)
        self.consent.ask_for(self.code.text().strip())
        self.transform_consent.ask_for(self.transform.text().strip())

    def allow_own(self, on: bool) -> None:
        """Offer the data of the network itself, which only ncviz's own has."""
        self.kind.button(OWN).setVisible(on)
        if not on and self.kind.value == OWN:
            self.kind.set_value(KNOWN)
            self._show_possible()

    def first(self) -> QWidget:
        """Return the button that is pressed."""
        return self.kind.button(self.kind.value)

    def add_to(self, plan: RecordPlan) -> RecordPlan:
        """Return the plan with the data."""
        self.check_numbers()
        kind = self.kind.value
        trusted = plan.trusted
        data = self._data()
        if kind == CODE:
            self._check_code(self.code, self.code_field, self.consent, self.consent_field)
            trusted = True
        transform = "" if kind == OWN else self.transform.text().strip()
        if transform:
            self._check_code(
                self.transform,
                self.transform_field,
                self.transform_consent,
                self.transform_consent_field,
            )
            trusted = True
        normalise = str(self.scale.currentData()) or self.own_scale.text().strip() or "?"
        return replace(
            plan,
            data=data,
            data_folder=self.data_folder.text if self.data_folder_field.isVisibleTo(self) else "",
            split=str(self.split.currentData()),
            train_counts="" if kind == OWN else self.train_counts.text().strip(),
            per_class=int(self.per_class.value()),
            probe_per_class=int(self.probe.value()),
            seed=int(self.seed.value()),
            size=0 if kind == OWN else int(self.pixels.value()),
            pixel_range=self.pixel_range.text().strip() if kind in (FOLDER, NPZ) else "",
            normalise="none" if kind == OWN else normalise,
            transform=transform,
            trusted=trusted,
        )

    def _data(self) -> str:
        kind = self.kind.value
        if kind == KNOWN:
            return str(self.known.currentData())
        if kind == OWN:
            return "recipe"
        if kind == CODE:
            return self.code.text().strip()
        part, field, words = (
            (self.folder, self.folder_field, "Choose the folder of images.")
            if kind == FOLDER
            else (self.npz, self.npz_field, "Choose the file of arrays.")
        )
        if not part.text:
            raise FieldError(words, field)
        try:
            there = part.path.is_dir() if kind == FOLDER else part.path.is_file()
        except (OSError, ValueError):
            there = False
        if not there:
            raise FieldError(f"There is no {part.text}: choose another one.", field)
        return str(part.path)

    @staticmethod
    def _check_code(line: QLineEdit, field: Field, consent: Consent, consent_field: Field) -> None:
        if not is_code(line.text().strip()):
            raise FieldError("Name a function such as my_package.data:load.", field)
        if not consent.isChecked():
            raise FieldError(
                "This code would run on this computer: say yes to it first.", consent_field
            )
