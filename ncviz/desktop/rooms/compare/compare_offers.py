"""Runs that are offered to be compared."""

from dataclasses import dataclass

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout

from ncviz.desktop.certain import certain
from ncviz.desktop.widgets.plain_text import PlainLabel, plain_tip


@dataclass(frozen=True)
class Offer:
    """A run that could stand on the right.

    Parameters
    ----------
    title : str
    detail : str
        What it shows, in a few words; may be empty.
    path : str
    """

    title: str
    detail: str
    path: str


class OfferButton(QPushButton):
    """A run to put on the right, with what it shows below its title; both may wrap."""

    def __init__(self, offer: Offer) -> None:
        super().__init__()
        self.offer = offer
        self.setAccessibleName(offer.title)
        self.setToolTip(plain_tip(f"Put this run on the right: {offer.path}"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        # A button asks for the width of its hint, which is that of words that do not wrap.
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(0)
        for text, role in ((offer.title, ""), (offer.detail, "caption")):
            if text:
                label = PlainLabel(text)
                label.setWordWrap(True)
                label.setProperty("role", role)
                label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
                column.addWidget(label)

    def sizeHint(self) -> QSize:
        return certain(self.layout()).sizeHint()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return certain(self.layout()).heightForWidth(width)
