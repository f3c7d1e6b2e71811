"""Which epoch each checkpoint is of, and in which order they come."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from ncviz.bounded_reading import read_text
from ncviz.counting import EPOCHS, FINEST, Counting, whole_counts
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.recording.checkpoint_names import Kind, pattern_of, time_in, version_of
from ncviz.recording.epochs_of_names import Numbering, by_names, by_pattern
from ncviz.recording.epochs_of_names import number_in as number_in
from ncviz.recording.recording_messages import Ordered, Skipped
from ncviz.runs.manifest import LAST_EPOCH

TRAINER_STATE = "trainer_state.json"  # of Hugging Face's Trainer
LARGEST_STATE = 32 * 2**20  # bytes; it holds a line for each time the loss was written
FROM_FILES = tr("as the files say, or {trainer_state} beside them", trainer_state=TRAINER_STATE)


class UnknownEpochsError(UserError):
    """No checkpoint says its epoch, and the user has not said it.

    Parameters
    ----------
    sentence : str
    paths : sequence of Path
        The checkpoints.
    """

    def __init__(self, sentence: str, paths: Sequence[Path]) -> None:
        super().__init__(sentence)
        self.paths = tuple(paths)


@dataclass(frozen=True)
class Told:
    """What a checkpoint, or a file beside it, says of its time."""

    epoch: Fraction | None = None
    step: int | None = None

    @classmethod
    def of(cls, epoch: Any, step: Any) -> "Told":
        """Take what stands in a file, where it can be: a number from 0 that a run may have."""
        return cls(
            Fraction(epoch).limit_denominator(FINEST) if _is_number(epoch) else None,
            int(step) if _is_number(step) else None,
        )


def in_order(
    told: Mapping[Path, Told], pattern: str = "", given: Mapping[Path, Fraction] | None = None
) -> Ordered:
    """Give every checkpoint its epoch, and sort them as numbers.

    What the user says comes first, then what the files say where that tells all of them
    apart, then their names. Of several checkpoints of one epoch one is kept.

    Parameters
    ----------
    told : mapping of path to Told
        What each file says of itself.
    pattern : str, optional
        Where the number stands in the names, as of `by_pattern`.
    given : mapping of path to Fraction, optional
        Epochs of single files, from `given_epochs`.

    Raises
    ------
    UserError
        If no checkpoint has a number.
    """
    own = {path: number for path, number in (given or {}).items() if path in told}
    sources = [by_pattern(told, pattern)] if pattern else _sources(told)
    sources = [_with(source, own) for source in sources]
    if len(told) == 1 and not any(source.kept() for source in sources):
        return _alone(next(iter(told)), {})
    best = next((s for s in sources if s.tells_apart), None) or max(sources, key=Numbering.kept)
    if not best.kept():
        return _without_numbers(told, pattern)
    left_out = _left_out(best, pattern)
    values = {p: v for p, v in best.values.items() if v is not None and p not in left_out}
    ordered = sorted((value, path) for path, value in values.items())
    numbers, counting = whole_counts([value for value, _ in ordered], best.unit, LAST_EPOCH)
    said = _said(best, counting, own, told)
    return _order([path for _, path in ordered], numbers, left_out, said, counting)


def _order(
    files: Iterable[Path],
    epochs: Iterable[int],
    left_out: Mapping[Path, str],
    said: str,
    counting: Counting,
) -> Ordered:
    skipped = tuple(Skipped(str(path), words) for path, words in left_out.items())
    return Ordered(tuple(map(str, files)), tuple(epochs), skipped, said, counting)


def _alone(path: Path, left_out: Mapping[Path, str]) -> Ordered:
    """Take a file without any number as the only checkpoint there is."""
    said = tr("{name} says no epoch: it counts as checkpoint 0.", name=path.name)
    return _order((path,), (0,), left_out, said, Counting("checkpoint"))


def given_epochs(paths: Sequence[Path], given: Mapping[str, float]) -> dict[Path, Fraction]:
    """Return the epochs that the user gives to single files.

    Parameters
    ----------
    paths : sequence of Path
        All checkpoints.
    given : mapping of str to float
        By paths, or by names where one file alone has that name.

    Raises
    ------
    UserError
        If none, or more than one, is named so.
    """
    named: dict[str, list[Path]] = {}
    for path in paths if given else ():
        parts = path.parts
        for name in {str(path), *("/".join(parts[-n:]) for n in range(1, 4))}:
            named.setdefault(name, []).append(path)
    found = {}
    for name, number in given.items():
        files = named.get(name, [])
        if len(files) != 1:
            what = (
                tr("{count} checkpoints are", count=len(files)) if files else tr("No checkpoint is")
            )
            raise UserError(
                tr(
                    "{what} named {name}: give the epoch to one of them by its path.",
                    what=what,
                    name=name,
                )
            )
        found[files[0]] = Fraction(number).limit_denominator(FINEST)
    return found


def _with(source: Numbering, own: Mapping[Path, Fraction]) -> Numbering:
    return Numbering({**source.values, **own}, source.how, source.unit) if own else source


def _sources(told: Mapping[Path, Told]) -> list[Numbering]:
    """Return the ways to number the checkpoints, the best first."""
    files = Numbering({path: said.epoch for path, said in told.items()}, FROM_FILES)
    steps = Numbering(
        {p: None if s.step is None else Fraction(s.step) for p, s in told.items()},
        tr("the steps that the files say"),
        "step",
    )
    names = by_names(told)
    if _are_steps(names, steps):
        names = replace(names, unit="step")
    sources = [files, names, steps]
    if any(value is not None and value.denominator > 1 for value in files.values.values()):
        sources = [names, steps, files]  # whole numbers before parts of an epoch
    if names.unit == "epoch" and files.kept() and names.kept():
        for one, other in ((files, names), (names, files)):
            values = {
                path: other.values[path] if value is None else value
                for path, value in one.values.items()
            }
            sources.append(
                Numbering(values, tr("{how}, else {how_2}", how=one.how, how_2=other.how))
            )
    return sources


def _are_steps(names: Numbering, steps: Numbering) -> bool:
    """Tell whether numbers whose word does not say it count steps.

    They do where they are the steps that the files say, and in the folders 'checkpoint-500'
    of Hugging Face's Trainer.
    """
    told = {path: step for path, step in steps.values.items() if step is not None}
    if told:
        return all(names.values[path] == step for path, step in told.items())
    return all(
        value is not None and path.parent.name == f"checkpoint-{value}"
        for path, value in names.values.items()
    )


def told_beside(path: Path) -> Told:
    """Return what the Trainer's ``trainer_state.json`` beside a checkpoint says, if it is there."""
    try:
        values = json.loads(read_text(path.with_name(TRAINER_STATE), LARGEST_STATE))
    except (OSError, ValueError, RecursionError, UserError):
        return Told()
    values = values if isinstance(values, dict) else {}
    return Told.of(values.get("epoch"), values.get("global_step"))


def told_by_entry(place: str) -> Told:
    """Return what the name of a file's entry says of its weights: 'epoch_2', 'step_500.model'.

    Parameters
    ----------
    place : str
        Of several networks in one file, which one was taken.
    """
    found = [time_in(part) for part in place.split(".")]
    last = next((number for number in reversed(found) if number is not None), None)
    if last is None:
        return Told()
    is_epoch = last.kind is Kind.EPOCH
    return Told(epoch=last.value) if is_epoch else Told(step=int(last.value))


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and 0 <= value <= LAST_EPOCH


def _left_out(numbering: Numbering, asked: str) -> dict[Path, str]:
    """Return the files without a number, and all but one of each number."""
    patterns = {path: pattern_of(path) for path in numbering.values}
    sizes = Counter(patterns.values())
    times = {path: _written(path) for path in numbering.values}
    newest = dict.fromkeys(sizes, 0.0)
    for path, pattern in patterns.items():
        newest[pattern] = max(newest[pattern], times[path])

    def promise(path: Path) -> tuple[object, ...]:
        # A training stays together; a copy such as 'best.pt' comes last.
        pattern = patterns[path]
        return (
            "#" in pattern,
            sizes[pattern],
            version_of(path),
            path.suffix == ".safetensors",
            -len(pattern),
            newest[pattern],
            pattern,
            times[path],
        )

    of_number: dict[Fraction, list[Path]] = {}
    found = {}
    for path, number in numbering.values.items():
        if number is None and asked:
            found[path] = tr(
                "{path} has no number where the pattern {asked} says.", path=path, asked=asked
            )
        elif number is None:
            found[path] = tr(
                "{path} says no {unit}, neither within nor in its name: name it such "
                "as {unit}_3.pt.",
                path=path,
                unit=numbering.unit,
            )
        elif number > LAST_EPOCH:
            found[path] = tr(
                "{path} is of {unit} {number}: the last may be {last_epoch:,}.",
                path=path,
                unit=numbering.unit,
                number=number,
                last_epoch=LAST_EPOCH,
            )
        else:
            of_number.setdefault(number, []).append(path)
    for number, paths in of_number.items():
        kept = max(paths, key=promise)
        for path in paths:
            if path != kept:
                later = tr(", the later one") if version_of(kept) > version_of(path) else ""
                said = Counting(numbering.unit).named(float(number))
                found[path] = tr(
                    "{path} is of {said}, as {kept} is{later}.",
                    path=path,
                    said=said,
                    kept=kept,
                    later=later,
                )
    return found


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0  # gone meanwhile: reading it says so


def _without_numbers(told: Mapping[Path, Told], pattern: str) -> Ordered:
    """Keep the one safetensors file of a hub's folder, which holds the same weights twice."""
    safe = [path for path in told if path.suffix == ".safetensors"]
    first = next(iter(told))
    if pattern:
        words = tr(
            "The pattern {pattern} finds no number, neither in {first} nor elsewhere.",
            pattern=pattern,
            first=first,
        )
        raise UnknownEpochsError(words, tuple(told))
    if len(safe) == 1 and len({path.parent for path in told}) == 1:
        others = {
            p: tr("{p} says no epoch, as {safe} does.", p=p, safe=safe[0])
            for p in told
            if p != safe[0]
        }
        return _alone(safe[0], others)
    raise UnknownEpochsError(
        tr(
            "{first} says no epoch, neither within nor in its name, nor do the others: name the "
            "checkpoints such as epoch_3.pt, or say where the number stands with --epoch-pattern "
            "or what it is with --epochs {name}=3.",
            first=first,
            name=first.name,
        ),
        tuple(told),
    )


def _said(
    best: Numbering, counting: Counting, own: Mapping[Path, Fraction], told: Mapping[Path, Told]
) -> str:
    how = best.how if len(own) < len(best.values) else tr("as they were given")
    counts = (
        tr("Epochs")
        if counting == EPOCHS
        else tr("The numbers count {words} and not epochs", words=counting.words)
    )
    said = tr(
        "{counts}: {how}{value}",
        counts=counts,
        how=how,
        value=tr(", but for those that were given") if 0 < len(own) < len(told) else "",
    )
    if best.how == FROM_FILES:
        names = by_names(told)
        other = [p for p, v in names.values.items() if v is not None and v != best.values[p]]
        if names.unit == "epoch" and other:
            first = other[0]
            name = "/".join(first.parts[-2:])
            value = EPOCHS.named(float(best.values[first] or 0))
            said += tr(
                "; their names hold other numbers: {name} is of {value}", name=name, value=value
            )
    return f"{said}."
