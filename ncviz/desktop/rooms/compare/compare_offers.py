"""Runs that are offered to be compared."""

from dataclasses import dataclass

from PyQt6.QtWidgets import QSizePolicy

from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.desktop.widgets.worded_button import WordedButton
from ncviz.language import tr


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


class OfferButton(WordedButton):
    """A run to put on the right, with what it shows below its title."""

    def __init__(self, offer: Offer) -> None:
        lines = [(offer.title, "")] + ([(offer.detail, "caption")] if offer.detail else [])
        super().__init__("offer", lines, QSizePolicy.Policy.Ignored)
        self.offer = offer
        self.setToolTip(plain_tip(tr("Put this run on the right: {path}", path=offer.path)))
        self.words.setContentsMargins(12, 8, 12, 8)
        self.words.setSpacing(0)
        self.setLayout(self.words)
