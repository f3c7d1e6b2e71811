"""Labelled texts, in splits."""

from collections.abc import Sequence
from dataclasses import dataclass

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.wording import listed


@dataclass(frozen=True)
class Texts:
    """Texts of a split, with their labels.

    Parameters
    ----------
    texts : tuple of str
    labels : tuple of int
        0…K−1.
    """

    texts: tuple[str, ...]
    labels: tuple[int, ...]


@dataclass(frozen=True)
class TextData:
    """Labelled texts.

    Parameters
    ----------
    title : str
    class_names : tuple of str
        K of them, sorted.
    train : Texts
    test : Texts or None
        Held-out ones.
    notes : tuple of str
        What was taken as what.
    """

    title: str
    class_names: tuple[str, ...]
    train: Texts
    test: Texts | None = None
    notes: tuple[str, ...] = ()

    def of_classes(self, names: Sequence[str]) -> "TextData":
        """Return the texts of some of the classes, in the order of these.

        Raises
        ------
        UserError
            If there is no such class.
        """
        unknown = [name for name in names if name not in self.class_names]
        if unknown:
            known = listed(self.class_names, 8)
            raise UserError(
                tr(
                    "{title} has no class {unknown!r}: its classes are {known}.",
                    title=self.title,
                    unknown=unknown[0][:60],
                    known=known,
                )
            )
        places = {self.class_names.index(name): place for place, name in enumerate(names)}

        def chosen(texts: Texts) -> Texts:
            pairs = [
                (text, places[label])
                for text, label in zip(texts.texts, texts.labels, strict=True)
                if label in places
            ]
            return Texts(tuple(t for t, _ in pairs), tuple(label for _, label in pairs))

        test = None if self.test is None else chosen(self.test)
        return TextData(self.title, tuple(names), chosen(self.train), test, self.notes)
