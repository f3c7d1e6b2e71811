"""`ncviz experiment`: published experiments, run again, beside what was published."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ncviz.commands.train import show_progress
from ncviz.errors import UserError
from ncviz.experiments.catalogue import experiment_named, experiments
from ncviz.experiments.experiment import PUBLISHED, SMALL, Experiment, Trained, Variant
from ncviz.experiments.report import report
from ncviz.experiments.results import current_results, experiments_folder, results_file
from ncviz.experiments.running import ExperimentProgress, carry_out
from ncviz.experiments.verdict import NOT_RUN, Outcome, outcome_of
from ncviz.interrupts import Stopping
from ncviz.jobs.control import Control
from ncviz.parameters import to_plain
from ncviz.runs.writer import write_atomically
from ncviz.viewer import need_torch
from ncviz.wording import saved_files, shell_word, upper_first


def add_kinds(verb: argparse.ArgumentParser) -> None:
    """Add what can be done with experiments to the verb."""
    kinds = verb.add_subparsers(metavar="ACTION")
    where = {"type": Path, "metavar": "DIR", "help": "default: among the user's data"}

    def add(name: str, words: str, command: Callable[[argparse.Namespace], int]) -> Any:
        kind = kinds.add_parser(name, help=words)
        kind.set_defaults(command=command)
        kind.add_argument("--json", action="store_true", help="JSON instead of text")
        return kind

    add("list", "what there is, and its verdict", _list).add_argument("--results", **where)
    show = add("show", "one of them: what was published, what is run, what came out", _show)
    show.add_argument("name", metavar="NAME", help="of the list, or a TOML file of your own")
    show.add_argument("--results", **where)
    run = add("run", "train or solve it, and say the verdict", _run)
    run.add_argument("name", metavar="NAME", help="of the list, or a TOML file of your own")
    run.add_argument("--published", action="store_true", help="as published; may take hours")
    run.add_argument("--seeds", type=int, default=1, metavar="N", help="how many; default 1")
    run.add_argument("--data", default="", metavar="FOLDER", help="where a full data set lies")
    run.add_argument("--device", default="auto", metavar="NAME", help="as of ncviz train")
    run.add_argument("--out", dest="results", **where)
    page = add("report", "all of them as a page of Markdown", _report)
    page.add_argument("--out", type=Path, metavar="FILE.md", help="default: printed")
    page.add_argument("--results", **where)


def _outcome(experiment: Experiment, folder: Path | None, form: str = SMALL) -> Outcome:
    return outcome_of(experiment, current_results(experiment, folder), form)


def _list(parsed: argparse.Namespace) -> int:
    outcomes = [_outcome(each, parsed.results) for each in experiments().values()]
    if parsed.json:
        _print_json([outcome.plain() for outcome in outcomes])
        return 0
    width, group = max((len(name) for name in experiments()), default=0), ""
    for outcome in outcomes:
        experiment = outcome.experiment
        if experiment.group != group:
            print(f"{chr(10) if group else ''}{experiment.group}")
            group = experiment.group
        print(f"  {experiment.name.ljust(width)}  {experiment.title}: {outcome.verdict}")
    return 0


def _show(parsed: argparse.Namespace) -> int:
    experiment = experiment_named(parsed.name)
    outcome = _outcome(experiment, parsed.results)
    if parsed.json:
        _print_json(
            {
                **outcome.plain(),
                "scaled": experiment.scaled,
                "variants": [_plain(variant) for variant in experiment.variants],
            }
        )
        return 0
    print(f"{experiment.title}\n{experiment.claim}\n{experiment.source.words}")
    if experiment.scaled:
        print(f"Small form: {experiment.scaled}")
    if experiment.knob is not None:
        knob = experiment.knob
        print(f"Turn {knob.field} from {experiment.start} to {knob.to}: {knob.then}")
    _print_outcome(outcome)
    return 0


def _plain(variant: Variant) -> dict[str, Any]:
    def of(subject: Any) -> dict[str, Any]:
        if isinstance(subject, Trained):
            return subject.to_dict()
        step = {} if subject.step is None else {"step": subject.step}
        return {"name": subject.model, **step, **to_plain(subject.parameters)}

    return {"name": variant.name, "small": of(variant.small), "published": of(variant.published)}


def _run(parsed: argparse.Namespace) -> int:
    experiment = experiment_named(parsed.name)
    if parsed.seeds < 1:
        raise UserError(f"--seeds is {parsed.seeds}: choose 1 or more.")
    form = PUBLISHED if parsed.published and experiment.has_published_form else SMALL
    if parsed.data and form == SMALL:
        raise UserError("--data is of the published form alone: add --published, or leave it out.")
    folder, device = parsed.results or experiments_folder(), "cpu"
    if isinstance(experiment.variants[0].small, Trained):
        from ncviz.commands.device import chosen_device

        need_torch()
        device = chosen_device(parsed.device)
    if parsed.published and form == SMALL:
        print("The small form is the published one.", file=sys.stderr)
    control = Control()
    stopping = Stopping(control.stop)
    state = carry_out(
        experiment,
        folder,
        form=form,
        seeds=parsed.seeds,
        data_folder=parsed.data,
        device=device,
        control=control,
        notify=_notify,
    )
    if sys.stderr.isatty():
        print(file=sys.stderr)
    if state == "stopped":
        print(f"Stopped; the same command goes on: ncviz experiment run {shell_word(parsed.name)}")
        return stopping.status
    outcome = _outcome(experiment, folder, form)
    if parsed.json:
        _print_json(outcome.plain())
    else:
        _print_outcome(outcome)
        print(saved_files(results_file(folder, experiment.name)))
    return 0


def _notify(message: object) -> None:
    if isinstance(message, ExperimentProgress):
        if sys.stderr.isatty():
            print("\r", end="", file=sys.stderr)
        of = f"{message.variant}, " if message.variant else ""
        words = f"{message.number}/{message.count}: {of}seed {message.seed}"
        print(words, file=sys.stderr, flush=True)
    else:
        show_progress(message)


def _report(parsed: argparse.Namespace) -> int:
    outcomes = []
    for experiment in experiments().values():
        results = current_results(experiment, parsed.results)
        outcomes.append(outcome_of(experiment, results))
        large = outcome_of(experiment, results, PUBLISHED)
        if large.verdict != NOT_RUN:
            outcomes.append(large)
    if parsed.json:
        _print_json([outcome.plain() for outcome in outcomes])
    elif parsed.out is None:
        print(report(outcomes), end="")
    else:
        write_atomically(parsed.out, report(outcomes).encode())
        print(saved_files(parsed.out))
    return 0


def _print_outcome(outcome: Outcome) -> None:
    for place, expected in enumerate(outcome.experiment.expected):
        number = outcome.experiment.words_of(expected)
        print(f"{number}\n  published: {expected.published}; wanted: {expected.wanted}")
        if outcome.ours:
            ours = outcome.ours[place]
            print(f"  ours: {ours.words}; {'holds' if ours.holds else 'does not hold'}")
    seconds = "" if outcome.seconds is None else f", {outcome.seconds:.1f} s of processor time"
    count = len(outcome.seeds)
    seeds = f", {count} seed{'' if count == 1 else 's'}" if outcome.experiment.is_drawn else ""
    seconds += " a seed" if seconds and count > 1 and seeds else ""
    facts = "" if outcome.verdict == NOT_RUN else f"{seeds}{seconds}"
    print(f"{upper_first(outcome.verdict)}{facts}." + f" {outcome.failure}".rstrip())
    if outcome.reason:
        print(f"Why: {outcome.reason}")


def _print_json(value: object) -> None:
    print(json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False))
