"""Makes assets/experiments: a small run of each variant with seed 0, and the rows' pictures."""

import argparse
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from ncviz.errors import UserError
from ncviz.experiments.catalogue import experiment_named, experiments
from ncviz.experiments.experiment import SMALL, Experiment, ModelProblem
from ncviz.experiments.finding import SHIPPED, SHIPPED_SEED, find_run, shipped_run
from ncviz.experiments.running import carry_out
from ncviz.experiments.shipping import stale_runs, thin_for_shipping
from ncviz.experiments.thumbnail_pixels import thumbnail
from ncviz.experiments.thumbnails import PICTURES, thumbnail_stem
from ncviz.runs.run import Run
from ncviz.runs.writer import write_atomically
from ncviz.scenes.palette import THEMES

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / "assets" / SHIPPED
WORK = ROOT / "build" / SHIPPED
LARGEST = 60_000_000  # bytes of all of assets
LARGEST_ROW = 1_200_000  # bytes of an experiment, beyond which only what is shown first ships


def main() -> int:
    """Make what is missing; return 1 if something is missing still."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--from", dest="folders", action="append", type=Path, default=[])
    parser.add_argument("--anew", action="store_true", help="also what is there already")
    parser.add_argument("--no-training", action="store_true", help="only what is trained already")
    parser.add_argument("--check", action="store_true", help="only say what is missing")
    parsed = parser.parse_args()
    chosen = [experiment_named(name) for name in parsed.names] or list(experiments().values())
    missing = False
    for experiment in chosen:
        try:
            for words in _make(experiment, parsed):
                missing = missing or parsed.check or "is missing" in words
                print(words, flush=True)
        except UserError as error:
            missing = True
            print(f"{experiment.name}: {error}", file=sys.stderr)
    if not parsed.check:
        _remove_stale(list(experiments().values()))
    size = _size(ROOT / "assets")
    print(f"All of assets is {size / 1e6:.1f} MB.")
    return 1 if missing or size > LARGEST else 0


def _make(experiment: Experiment, parsed: argparse.Namespace) -> Iterator[str]:
    """Make what ships of an experiment; yield what was made, or is missing."""
    drawn, together, shown = False, 0, {experiment.shown.variant, experiment.shown.beside}
    shown.add(experiment.variant(experiment.shown.variant).name)
    if not experiment.shown.beside:  # what Compare lays beside it
        others = [each.name for each in experiment.variants if each.name not in shown]
        shown |= set(others[:1])
    for variant in sorted(experiment.variants, key=lambda each: each.name not in shown):
        if isinstance(variant.small, ModelProblem):
            break
        words = f"{experiment.name}: {variant.name or 'its run'}"
        path = shipped_run(experiment, variant.name)
        if parsed.check:
            if path is None and variant.name in shown:
                yield f"{words} is missing."
            continue
        made = path is None or parsed.anew
        if made:
            try:
                train = not parsed.no_training
                run = _full_run(experiment, variant.name, parsed.folders, train=train)
            except UserError as error:
                yield f"{words} is missing: {error}"
                continue
            path = thin_for_shipping(experiment, variant.name, run, HOME)
        size = _size(path)
        if variant.name not in shown and together + size > LARGEST_ROW:
            shutil.rmtree(path)
            if not made:
                yield f"{words} does not ship any more, for others of its row take the room."
            continue
        together += size
        drawn = drawn or made
        if made:
            yield f"{words}, epochs {', '.join(map(str, Run(path).epochs))}, {size / 1e3:.0f} kB"
    stem = thumbnail_stem(HOME, experiment)
    for theme in THEMES:
        picture = stem.with_name(f"{stem.name}-{theme}.png")
        if picture.exists() and not (drawn or parsed.anew):
            continue
        if parsed.check:
            yield f"{experiment.name}: its {theme} picture is missing."
            continue
        shown_run = shipped_run(experiment, experiment.shown.variant)
        if shown_run is None and not isinstance(experiment.variants[0].small, ModelProblem):
            yield f"{experiment.name}: no picture, for what it shows is missing."
            break
        content = thumbnail(experiment, HOME / "nowhere", SMALL, SHIPPED_SEED, theme)
        HOME.joinpath(PICTURES).mkdir(parents=True, exist_ok=True)
        write_atomically(picture, content)
        yield f"{experiment.name}: its {theme} picture, {len(content) / 1e3:.0f} kB"


def _size(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())


def _full_run(experiment: Experiment, variant: str, folders: Sequence[Path], *, train: bool) -> Run:
    """Return the run of a variant as it was trained, wherever it is; else train it."""
    places = [place for folder in folders for place in (folder, folder / experiment.name)]
    for place in (*places, WORK):
        try:
            path = find_run(place, experiment, variant, SMALL, SHIPPED_SEED)
        except UserError as error:
            print(f"{place}: {error}", file=sys.stderr)
            continue
        if path is not None and path.is_relative_to(place):
            return Run(path)
    if not train:
        raise UserError(f"{variant or 'its run'} with seed 0 is in none of the folders.")
    print(f"{experiment.name} is trained …", flush=True)
    carry_out(experiment, WORK, seeds=1)
    path = find_run(WORK, experiment, variant, SMALL, SHIPPED_SEED)
    if path is None or not path.is_relative_to(WORK):
        raise UserError(
            f"The training of {experiment.name} left no run: see its results in {WORK}."
        )
    return Run(path)


def _remove_stale(known: Sequence[Experiment]) -> None:
    """Remove what belongs to no experiment as it is now."""
    for path in stale_runs(known, HOME):
        print(f"{path.relative_to(ROOT)} is of no experiment any more: removed.")
        shutil.rmtree(path)
    stems = {thumbnail_stem(HOME, each).name for each in known}
    for picture in HOME.joinpath(PICTURES).glob("*.png"):
        if picture.stem.rsplit("-", 1)[0] not in stems:
            print(f"{picture.relative_to(ROOT)} is of no experiment any more: removed.")
            picture.unlink()
    for folder in HOME.iterdir():
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


if __name__ == "__main__":
    sys.exit(main())
