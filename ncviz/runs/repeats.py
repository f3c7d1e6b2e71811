"""Repeats: the runs of one recipe with several seeds, in one folder, as one thing."""

import math
import re
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ncviz.counting import Counting
from ncviz.errors import UserError
from ncviz.geometry.separation import separation_fuzziness
from ncviz.language import tr
from ncviz.runs.lock import is_being_written
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.runs.manifest import read_manifest
from ncviz.runs.repeated_recipe import (
    FILE_NAME,
    is_of_recipe,
    read_repeated_recipe,
)
from ncviz.runs.run import Run
from ncviz.runs.spread import Spread, spread_of
from ncviz.runs.writer import rename_run
from ncviz.wording import listed, lower_first

_FOLDER = re.compile(r"seed-(0|[1-9]\d{0,9})")
NOT_YET, RECORDING = tr("not trained yet"), tr("being trained")


def seed_folder(seed: int) -> str:
    """Return the name of the folder of a seed's run."""
    return f"seed-{seed}"


class Repeats:
    """The runs of one recipe with consecutive seeds.

    Parameters
    ----------
    path : Path
        Their folder, or its repeats.json.

    Attributes
    ----------
    recipe : mapping
        Of all of them, with the first seed and, as `seeds`, how many there are to be.
    seeds : tuple of int
        All that were asked for.
    runs : tuple of Run
        Those that are there, by their seeds. One that is being recorded just now is left out
        while there are others.
    absent : mapping of int to str
        Of the other seeds, why: 'not trained yet'.

    Raises
    ------
    UserError
        If it is none, is damaged, or holds no run of its own.
    """

    def __init__(self, path: Path) -> None:
        path = Path(path)
        self.path = path.parent if path.name == FILE_NAME else path
        self.recipe = read_repeated_recipe(self.path)
        first = int(self.recipe["seed"])
        self.seeds = tuple(range(first, first + int(self.recipe["seeds"])))
        self.absent: dict[int, str] = {}
        found = {seed: self._run(seed) for seed in self.seeds}
        there = {seed: run for seed, run in found.items() if run is not None}
        growing = [seed for seed, run in there.items() if _is_growing(run)]
        for seed in growing if len(growing) < len(there) else ():
            self.absent[seed] = RECORDING
            del there[seed]
        self.runs = tuple(there.values())
        self._seeds = {run.path: seed for seed, run in there.items()}
        if not self.runs:
            raise UserError(
                tr(
                    "{path} holds no run of its {count} seeds: train them first "
                    "({said_of_absent}).",
                    path=self.path,
                    count=len(self.seeds),
                    said_of_absent=self.said_of_absent,
                )
            )

    def _run(self, seed: int) -> Run | None:
        """Return the run of a seed; None, and a note, if it is not what it should be."""
        folder = self.path / seed_folder(seed)
        run = None
        if folder.is_symlink():
            self.absent[seed] = tr("a link, which is not followed")
        elif not (folder / MANIFEST).exists():
            self.absent[seed] = NOT_YET
        else:
            try:
                run = Run(folder)
            except UserError as error:
                self.absent[seed] = tr(
                    "not to be opened, as {error}", error=lower_first(str(error).rstrip("."))
                )
        if run is not None and not is_of_recipe(run.manifest.recipe, self.recipe, seed):
            self.absent[seed] = tr("of another recipe")
            run = None
        return run

    @property
    def unfinished(self) -> tuple[int, ...]:
        """Return the seeds whose training can begin or go on: one that diverged would again."""
        ended = {
            self._seeds[run.path]
            for run in self.runs
            if run.manifest.state == "finished" or "diverged" in run.manifest.message
        }
        there = set(self._seeds.values()) - ended
        return tuple(s for s in self.seeds if s in there or self.absent.get(s) == NOT_YET)

    @property
    def being_trained(self) -> int | None:
        """Return the seed that is being trained just now, beside runs that are there."""
        return next((seed for seed, why in self.absent.items() if why == RECORDING), None)

    def seed_of(self, run: Run) -> int | None:
        """Return the seed of a run in this folder; None of another run."""
        return seed_of_folder(run.path) if run.path.parent == self.path else None

    def run_of(self, seed: int) -> Run | None:
        """Return the run of a seed, None if it is not there."""
        return next((run for run in self.runs if self._seeds[run.path] == seed), None)

    @property
    def seeds_there(self) -> tuple[int, ...]:
        """Return the seeds of the runs that are there."""
        return tuple(self._seeds.values())

    @property
    def count_in_words(self) -> str:
        """Return how many there are: '5 seeds', '4 of 5 seeds'."""
        of = tr(" of {count}", count=len(self.seeds)) if len(self.runs) < len(self.seeds) else ""
        return (
            tr("{count}{of} seed", count=len(self.runs), of=of)
            if len(self.seeds) == 1
            else tr("{count}{of} seeds", count=len(self.runs), of=of)
        )

    @property
    def said_of_absent(self) -> str:
        """Return why seeds are missing: 'seeds 3 and 4: not trained yet'; '' of none."""
        seeds_by: dict[str, list[str]] = {}
        for seed, why in sorted(self.absent.items()):
            seeds_by.setdefault(why, []).append(str(seed))
        return "; ".join(
            (
                tr("seeds {seeds}: {why}", seeds=listed(seeds), why=why)
                if len(seeds) > 1
                else tr("seed {seeds}: {why}", seeds=listed(seeds), why=why)
            )
            for why, seeds in seeds_by.items()
        )

    @property
    def title(self) -> str:
        """Return what all of them are called: a title without the seed."""
        run = self.runs[0]
        return _without_seed(run.manifest.title, self._seeds[run.path])

    @property
    def counting(self) -> Counting:
        """Return what the numbers of their snapshots count."""
        return self.runs[0].counting

    @property
    def epochs(self) -> tuple[int, ...]:
        """Return the epochs that any run has recorded."""
        return tuple(sorted({epoch for run in self.runs for epoch in run.epochs}))

    @cached_property
    def common_epochs(self) -> tuple[int, ...]:
        """Return the epochs that every run has recorded."""
        return tuple(sorted(set.intersection(*(set(run.epochs) for run in self.runs))))

    # The median

    @cached_property
    def _compared(self) -> tuple[int, dict[int, float]]:
        """Return at which epoch runs are compared, and the number of each by seed."""
        whole = [run for run in self.runs if run.manifest.state == "finished"] or list(self.runs)
        epochs = sorted(set.intersection(*(set(run.epochs) for run in whole)))
        if not epochs:  # no snapshot is common to all: nothing is compared
            return whole[0].epochs[-1], {self._seeds[whole[0].path]: math.nan}
        last = epochs[-1]
        return last, {self._seeds[run.path]: _last_fuzziness(run, last) for run in whole}

    @cached_property
    def median_seed(self) -> int:
        """Return the seed of the median run: that of the middle D of the last layer.

        Compared are the finished runs, at the last epoch that all of them recorded; those that
        broke off only where none is finished. Of an even number it is the lower of the two in the
        middle, so that it is a run that there is. What is no number counts as the largest.
        """
        ranked = sorted(self._compared[1].items(), key=lambda pair: (_rank(pair[1]), pair[0]))
        return ranked[(len(ranked) - 1) // 2][0]

    @property
    def median_run(self) -> Run:
        """Return the run in the middle; see `median_seed`."""
        found = self.run_of(self.median_seed)
        assert found is not None
        return found

    @property
    def median_by(self) -> str:
        """Return by which number it is the median: 'D of the last layer at epoch 600'."""
        return tr(
            "D of the last layer at {compared}", compared=self.counting.named(self._compared[0])
        )

    def place_in_words(self, seed: int) -> str:
        """Return which one is that of a seed: 'median of 5 seeds: seed 3'."""
        if len(self.runs) > 1 and seed == self.median_seed:
            return tr(
                "median of {count_in_words}: seed {seed}",
                count_in_words=self.count_in_words,
                seed=seed,
            )
        return tr("seed {seed}; {count_in_words}", seed=seed, count_in_words=self.count_in_words)

    def said(self) -> dict[str, Any]:
        """Return what a file says of them, as JSON can hold it."""
        return {
            "asked_for": list(self.seeds),
            "seeds": list(self.seeds_there),
            "absent": {str(seed): why for seed, why in self.absent.items()},
            "median_seed": self.median_seed,
            "median_by": self.median_by,
        }

    # Numbers

    def spread(self, of: Callable[[Run], ArrayLike]) -> Spread:
        """Return mean and spread of what a function gives of each run.

        Parameters
        ----------
        of : callable
            Given a run, returns a number or an array, of one shape for all of them.
        """
        return spread_of(np.array([of(run) for run in self.runs], dtype=np.float64))

    def mean(self, of: Callable[[Run], ArrayLike]) -> Any:
        """Return the mean over the runs of what a function gives of each; as `spread`."""
        return self.spread(of).mean


class RepeatedRun(Run):
    """A run that is opened as one of several repeats.

    Parameters
    ----------
    path : Path
    repeats : Repeats

    Attributes
    ----------
    repeats : Repeats
    """

    def __init__(self, path: Path, repeats: Repeats) -> None:
        super().__init__(path)
        self.repeats = repeats

    @property
    def seed(self) -> int:
        """Return its seed."""
        seed = seed_of_folder(self.path)
        assert seed is not None
        return seed

    @property
    def place_in_words(self) -> str:
        """Return which of the repeats it is: 'median of 5 seeds: seed 3'."""
        return self.repeats.place_in_words(self.seed)


def open_run(path: Path) -> Run:
    """Open the run in a folder; of a folder of repeats, the median one.

    Parameters
    ----------
    path : Path
        Folder of a run or of repeats, or manifest.json or repeats.json in it.

    Returns
    -------
    Run
        A `RepeatedRun` where it is one of several repeats, also if its own folder is named.

    Raises
    ------
    UserError
        If there is none that can be opened.
    """
    path = Path(path)
    folder = path.parent if path.name in (MANIFEST, FILE_NAME) else path
    if is_repeats(folder):
        repeats = Repeats(folder)
        return RepeatedRun(repeats.median_run.path, repeats)
    repeats_there = repeats_around(folder)
    if repeats_there is None:
        return Run(folder)
    return RepeatedRun(folder, repeats_there)


def repeats_of(run: Run | None) -> Repeats | None:
    """Return the repeats among which a run was opened; None of a run alone."""
    return run.repeats if isinstance(run, RepeatedRun) else None


def is_repeats(folder: Path) -> bool:
    """Tell whether a folder holds repeats rather than a run."""
    try:
        return not (folder / MANIFEST).exists() and (folder / FILE_NAME).exists()
    except (OSError, ValueError):
        return False


def is_of_repeats(folder: Path) -> bool:
    """Tell whether a folder lies among repeats as that of a seed."""
    return seed_of_folder(folder) is not None and is_repeats(folder.parent)


def title_of_folder(folder: Path) -> str:
    """Return what repeats are called, in a list where they need not be opened.

    Raises
    ------
    UserError
        If they cannot be read.
    """
    recipe = read_repeated_recipe(folder)
    first, count = recipe["seed"], recipe["seeds"]
    for seed in range(first, first + count):
        path = folder / seed_folder(seed) / MANIFEST
        if path.exists():
            title = _without_seed(read_manifest(path).title, seed)
            return tr("{title} · {count} seeds", title=title, count=count)
    return folder.name


def _without_seed(title: str, seed: int) -> str:
    """Return a run's title without its seed, in whichever language its training named it."""
    return re.sub(rf" · \w+ {seed}$", "", title)


def rename_repeats(repeats: Repeats, title: str) -> None:
    """Give all runs another title, each with its seed; as `rename_run`."""
    for run, seed in zip(repeats.runs, repeats.seeds_there, strict=True):
        rename_run(
            run.path,
            tr("{title} · seed {seed}", title=title, seed=seed) if title.strip() else title,
        )
        run.refresh()


def repeats_around(folder: Path) -> Repeats | None:
    """Return the repeats of which a folder holds one; None if it is no part of any."""
    if not is_of_repeats(folder) or folder.is_symlink():
        return None
    repeats, seed = Repeats(folder.parent), seed_of_folder(folder)
    belongs = seed in repeats.seeds_there or repeats.absent.get(seed or 0) == RECORDING
    return repeats if belongs else None


def seed_of_folder(folder: Path) -> int | None:
    """Return the seed that the name of a folder says; None of another name."""
    found = _FOLDER.fullmatch(folder.name)
    return int(found[1]) if found else None


def _is_growing(run: Run) -> bool:
    return run.manifest.state == "running" and is_being_written(run.path)


def _last_fuzziness(run: Run, epoch: int) -> float:
    statistics = run.snapshot(epoch).statistics(len(run.manifest.layers) - 1, "train")
    return math.nan if statistics is None else separation_fuzziness(statistics)


def _rank(value: float) -> float:
    return value if math.isfinite(value) else math.inf
