"""The experiments as one looks through them: what is known of each here, found by words."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from ncviz.errors import UserError
from ncviz.experiments.catalogue import experiments
from ncviz.experiments.effort_words import about_seconds, seeds_in_words, time_taken
from ncviz.experiments.entry_file import read_experiment
from ncviz.experiments.experiment import PUBLISHED, SMALL, VARIANTS, Experiment, ModelProblem
from ncviz.experiments.finding import RunChoice, choices
from ncviz.experiments.results import (
    Result,
    current_results,
    read_results,
    results_file,
    shipped_results,
)
from ncviz.experiments.thumbnails import shipped_picture, thumbnail_stem
from ncviz.experiments.verdict import NOT_RUN, Outcome, outcome_of
from ncviz.language import tr
from ncviz.recording.fine_tuning import FineTuning
from ncviz.training.forecast import forecast
from ncviz.training.recipe import Recipe
from ncviz.wording import lower_first, upper_first


class HowFar(Enum):
    """How far an experiment has come on this computer."""

    NEVER = tr("not run yet")
    SHIPPED = tr("numbers ship with ncviz")
    BEGUN = tr("begun")
    OLDER = tr("run before it changed")
    DONE = tr("run here")
    UNREADABLE = tr("cannot be read")


@dataclass(frozen=True)
class Shelved:
    """An experiment, and what is known of it here.

    Parameters
    ----------
    experiment : Experiment
    outcome : Outcome
        Of the small form, or of the published one where that alone was run.
    standing : HowFar
    trouble : str
        Why nothing is known, a sentence; empty where all is well.
    stem : Path
        Of its pictures, one for each theme: `picture`.
    runs : tuple of RunChoice
        What can be shown of it: runs that are there, or models.
    done, count : int
        How many of how many trainings or solutions are finished, where it is begun.
    file : Path or None
        Of one that somebody opened; None of those that ship with ncviz.
    """

    experiment: Experiment
    outcome: Outcome
    standing: HowFar
    stem: Path
    trouble: str = ""
    runs: tuple[RunChoice, ...] = ()
    done: int = 0
    count: int = 0
    file: Path | None = None

    @property
    def name(self) -> str:
        """Return the experiment's name."""
        return self.experiment.name

    @property
    def of_theory(self) -> bool:
        """Return whether a model is solved, not a network trained."""
        return isinstance(self.experiment.variants[0].small, ModelProblem)

    @property
    def opens(self) -> bool:
        """Return whether there is something to show."""
        return self.first is not None

    @property
    def first(self) -> RunChoice | None:
        """Return what is shown where nothing else is chosen: of several seeds the median run."""
        shown = self.experiment.variant(self.experiment.shown.variant).name
        return next((each for each in self.runs if each.variant == shown), None)

    @property
    def seed(self) -> int | None:
        """Return the seed of the run in the picture; None where there is none."""
        first = self.first
        seeds = [c.seed for c in self.runs if first is not None and c.variant == first.variant]
        return next((seed for seed in seeds if seed is not None), None)

    @property
    def beside(self) -> str | None:
        """Return the variant to lay beside the one that is shown; None where there is none."""
        shown = self.experiment.shown
        names = [each.name for each in self.experiment.variants]
        here = shown.variant or names[0]
        return shown.beside or next((name for name in names if name != here), None)

    @property
    def second(self) -> RunChoice | None:
        """Return what stands on the right where nothing else is chosen; None where nothing is."""
        if self.of_theory or self.beside is None:
            return None
        return next((each for each in self.runs if each.variant == self.beside), None)

    def words_of(self, choice: RunChoice) -> str:
        """Return what tells something that can be shown from the others."""
        among = [each for each in self.runs if each.variant == choice.variant]
        said = [choice.variant] if choice.variant else []
        if choice.seed is None and not self.of_theory:
            said.append(tr("median of {count} seeds", count=len(among) - 1))
        elif not self.of_theory and (len(among) > 1 or not said):
            said.append(tr("seed {seed}", seed=choice.seed))
        return " · ".join(said)

    def begins_anew(self, seeds: int) -> bool:
        """Return whether a run with so many seeds has nothing to add to what is known."""
        known = len(self.outcome.seeds)
        return self.standing is HowFar.DONE and (seeds <= known or bool(self.outcome.failure))

    def picture(self, theme: str) -> Path:
        """Return the file of its picture in a theme: its own, else one that ships.

        Where neither is there, the name of its own.
        """
        own = self.stem.with_name(f"{self.stem.name}-{theme}.png")
        shipped = None if own.exists() else shipped_picture(own.name)
        return shipped or own

    # In words

    @property
    def published(self) -> str:
        """Return what was published of the first number."""
        return self.experiment.expected[0].published

    @property
    def ours(self) -> str:
        """Return our first number; a dash where there is none."""
        return self.outcome.ours[0].words if self.outcome.ours else "–"

    @property
    def basis(self) -> str:
        """Say in a few words what ours stands on."""
        if self.trouble:
            return str(HowFar.UNREADABLE.value)
        if self.standing is HowFar.BEGUN:
            return tr("{done} of {count} done", done=self.done, count=self.count)
        if not self.outcome.ours:
            return str(self.standing.value)
        shipped = tr(" · supplied") if self.standing is HowFar.SHIPPED else ""
        form = tr(" · as published") if self.outcome.form == PUBLISHED else ""
        taken = self.outcome.seconds
        each = tr(" a seed") if len(self.outcome.seeds) > 1 and self.experiment.is_drawn else ""
        seconds = "" if taken is None else f" · {time_taken(taken)}{each}"
        return f"{seeds_in_words(self.outcome)}{seconds}{form}{shipped}"

    @property
    def held(self) -> str:
        """Say how many of the numbers hold."""
        ours = self.outcome.ours
        return (
            tr("{ours} of {count} hold", ours=sum(each.holds for each in ours), count=len(ours))
            if ours
            else ""
        )

    def found(self, variant: str) -> str:
        """Say what was found of a variant beside what was published, by its first number.

        Parameters
        ----------
        variant : str
            The name of the one that is seen.

        Returns
        -------
        str
            With the verdict on all of them; empty where nothing is known.
        """
        e, ours = self.experiment, self.outcome.ours
        if not ours:
            return ""
        pairs = list(zip(e.expected, ours, strict=True))
        of_it = (
            (x, o)
            for x, o in pairs
            if not x.count and x.over != VARIANTS and e.variant(x.variant).name == variant
        )
        x, o = next(of_it, pairs[0])
        said = tr(
            "{x}: ours {words}; published: {published}",
            x=upper_first(e.words_of(x)),
            words=o.words,
            published=x.published,
        )
        return f"{said} · {upper_first(self.outcome.verdict)}, {self.held}"

    @property
    def sentence(self) -> str:
        """Say how it stands on this computer."""
        match self.standing:
            case HowFar.UNREADABLE:
                return self.trouble
            case HowFar.NEVER:
                return tr("It was not run yet. {coming}", coming=self.coming)
            case HowFar.SHIPPED:
                return tr(
                    "Ours are numbers that ship with ncviz{and_run}: it was not run on this "
                    "computer. {coming}",
                    and_run=self._and_run,
                    coming=self.coming,
                )
            case HowFar.OLDER:
                return tr(
                    "It was run here before its set-up changed, and what came out then does not "
                    "count any more. {coming}",
                    coming=self.coming,
                )
            case HowFar.BEGUN:
                till = tr("; until then ours are numbers that ship with ncviz")
                more = till if self.outcome.ours else ""
                return tr(
                    "{done} of {count} are done: Go on runs the rest{more}.",
                    done=self.done,
                    count=self.count,
                    more=more,
                )
        many = len(self.outcome.seeds) > 1 and self.experiment.is_drawn
        how = tr("the median, with the least and the greatest in brackets") if many else ""
        words = upper_first(seeds_in_words(self.outcome))
        each = tr(" a seed") if self.experiment.is_drawn else ""
        taken = self.outcome.seconds
        seconds = (
            ""
            if taken is None
            else tr(" It took {taken} of processor time{each}.", taken=time_taken(taken), each=each)
        )
        return tr(
            "Run on this computer. {words}{value}{how}.{seconds}{of_runs}",
            words=words,
            value=": " if how else "",
            how=how,
            seconds=seconds,
            of_runs=self._of_runs,
        )

    @property
    def _and_run(self) -> str:
        small = tr(", and so does a small copy of the run with seed 0")
        return small if self.first is not None and self.first.supplied else ""

    @property
    def _of_runs(self) -> str:
        if self.outcome.failure or self.of_theory:
            return ""
        if self.first is None:
            return tr(" Its run is not there any more: Run again trains it anew.")
        gone = tr(" Its run is not there any more: Open shows a small copy that ships with ncviz.")
        return gone if self.first.supplied else ""

    @property
    def coming(self) -> str:
        """Say what a run would do, and about how long it takes."""
        small = [each.small for each in self.experiment.variants]
        count = len(small)
        if self.of_theory:
            return tr(
                "Run solves {value}.",
                value=tr("it") if count == 1 else tr("{count} problems", count=count),
            )
        if isinstance(small[0], FineTuning):
            encoders = tr("an encoder") if count == 1 else tr("{count} encoders", count=count)
            return tr(
                "Run fine-tunes {encoders}, a minute or a few each for each seed.",
                encoders=encoders,
            )
        seconds = 0.0
        for recipe in small:
            assert isinstance(recipe, Recipe)  # as the first
            try:
                seconds += forecast(recipe).seconds
            except UserError as error:
                return str(error)
        networks = tr("a network") if count == 1 else tr("{count} networks", count=count)
        return tr(
            "Run trains {networks}, by a rough estimate {seconds} for each seed.",
            networks=networks,
            seconds=about_seconds(seconds),
        )


def look_up(experiment: Experiment, folder: Path, file: Path | None = None) -> Shelved:
    """Return what is known of an experiment in a folder of runs and results.

    Parameters
    ----------
    experiment : Experiment
    folder : Path
    file : Path, optional
        Which it was read from, if it is somebody's own.
    """
    try:
        own = read_results(results_file(folder, experiment.name))
        known = current_results(experiment, folder)
    except UserError as error:
        nothing, stem = Outcome(experiment, SMALL), thumbnail_stem(folder, experiment)
        runs, _ = _runs(folder, experiment, SMALL)
        return Shelved(experiment, nothing, HowFar.UNREADABLE, stem, str(error), runs, file=file)
    outcome = outcome_of(experiment, known)
    if outcome.verdict == NOT_RUN:
        large = outcome_of(experiment, known, PUBLISHED)
        outcome = large if large.verdict != NOT_RUN else outcome
    stem = thumbnail_stem(folder, experiment, outcome.form)
    runs, trouble = _runs(folder, experiment, outcome.form)
    here = [each for each in known if _key(each) in set(map(_key, own))]
    done = len({each.variant for each in here if each.finished})
    count = len(experiment.variants)
    if outcome.verdict != NOT_RUN:
        of_here = any(each.form == outcome.form for each in here)
        standing = HowFar.DONE if of_here else HowFar.SHIPPED
    elif here:
        standing = HowFar.BEGUN
        outcome = outcome_of(experiment, shipped_results(experiment))  # till it is done
    else:
        standing = HowFar.OLDER if own else HowFar.NEVER
    return Shelved(
        experiment, outcome, standing, stem, trouble, runs, done=done, count=count, file=file
    )


def _runs(folder: Path, experiment: Experiment, form: str) -> tuple[tuple[RunChoice, ...], str]:
    """Return what can be shown, and why that cannot be told."""
    try:
        return choices(folder, experiment, form), ""
    except UserError as error:
        supplied = choices(folder / "nowhere", experiment, form)
        return supplied, tr("A run of it cannot be opened: {error}", error=lower_first(str(error)))


def read_shelf(folder: Path, files: Sequence[Path] = ()) -> tuple[Shelved, ...]:
    """Return every experiment and what is known of it in a folder, in order.

    Parameters
    ----------
    folder : Path
    files : sequence of Path
        Experiments of one's own. They come first; one that is called as one that ships stands in
        its place. A file that can be read no more is left out.

    Raises
    ------
    UserError
        If one of those that ship cannot be read.
    """
    own: dict[str, Shelved] = {}
    for file in files:
        with suppress(UserError):
            experiment = read_experiment(file)
            if experiments().get(experiment.name) != experiment:
                own[experiment.name] = look_up(experiment, folder, file)
    others = (each for name, each in experiments().items() if name not in own)
    return (*own.values(), *(look_up(each, folder) for each in others))


def fitting_rows(rows: Iterable[Shelved], typed: str) -> list[Shelved]:
    """Return the rows in which all words stand that were typed, or beginnings of words."""
    words = typed.casefold().split()
    return [row for row in rows if all(word in _text(row) for word in words)]


def _text(row: Shelved) -> str:
    e = row.experiment
    numbers = map(e.words_of, e.expected)
    said = (e.name, e.title, e.group, e.claim, e.source.words, *numbers, row.outcome.verdict)
    return " ".join((*said, row.outcome.reason)).casefold()


def _key(result: Result) -> tuple[str, str, int, str]:
    return result.form, result.variant, result.seed, result.mark
