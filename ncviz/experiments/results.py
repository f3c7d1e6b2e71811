"""What was measured of experiments: a small file beside the runs, and those that ship."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ncviz.bounded_reading import read_text
from ncviz.errors import UserError
from ncviz.experiments.experiment import PUBLISHED, SMALL, Experiment, mark_of, subject_of
from ncviz.explorer.checks import (
    MisfitError,
    by_name,
    each,
    number_between,
    one_of,
    or_none,
    switch,
    table,
    taken,
    text,
    whole,
)
from ncviz.language import tr
from ncviz.runs.lock import waiting_lock
from ncviz.runs.writer import write_atomically
from ncviz.user_folders import data_folder

FORMAT, VERSION = "ncviz experiment results", 1
LARGEST_FILE = 4 * 2**20  # bytes
MOST_RESULTS = 10_000
MEASURED = Path(__file__).with_name("measured")  # what ships
_MOST_NUMBERS = 100_000

Numbers = float | tuple[float, ...]


@dataclass(frozen=True)
class Result:
    """What came out of one variant with one seed.

    Parameters
    ----------
    form : str
        'small' or 'published'.
    variant : str
    seed : int
    mark : str
        Of what was trained or solved; `mark_of`.
    numbers : mapping
        By `Expected.reading`: a number, or those over layers or epochs; NaN where there is none.
    seconds : float, optional
        Of the processor that it took; None where a part was not counted.
    failure : str
        Why there are no numbers, a sentence; empty if all is well.
    finished : bool
        Whether the training has ended.
    """

    form: str
    variant: str
    seed: int
    mark: str
    numbers: Mapping[str, Numbers]
    seconds: float | None = None
    failure: str = ""
    finished: bool = True


def experiments_folder() -> Path:
    """Return where the user's own runs and results of experiments lie."""
    return data_folder() / "experiments"


def results_file(folder: Path, name: str) -> Path:
    """Return the file of an experiment's results in a folder."""
    return folder / f"{name}.json"


def read_results(path: Path) -> tuple[Result, ...]:
    """Read what was measured; nothing where there is no file.

    Raises
    ------
    UserError
        If the file cannot be read or is damaged.
    """
    try:
        values = json.loads(read_text(path, LARGEST_FILE))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise UserError(
            tr("The results {path} cannot be read: {strerror}.", path=path, strerror=error.strerror)
        ) from error
    except (ValueError, RecursionError) as error:
        raise UserError(
            tr("{path} is damaged: it is not JSON; move it away and run again.", path=path)
        ) from error
    try:
        if not isinstance(values, dict) or values.get("format") != FORMAT:
            raise MisfitError("format")
        if type(values.get("version")) is not int:
            raise MisfitError("version")
        if values["version"] != VERSION:
            raise UserError(
                tr(
                    "{path} is in another version of its format than {version}: install a newer "
                    "ncviz, or move it away and run again.",
                    path=path,
                    version=VERSION,
                )
            )
        found: tuple[Result, ...] = taken(values, "results", each(_RESULT, MOST_RESULTS))
    except MisfitError as misfit:
        raise UserError(
            tr(
                "{path} is damaged: {misfit} does not fit results of an experiment; move it away "
                "and run again.",
                path=path,
                misfit=misfit,
            )
        ) from misfit
    return found


def write_results(path: Path, results: Iterable[Result]) -> None:
    """Write a file of results, whole or not at all, a result a line."""
    lines = ",\n".join(json.dumps(_plain(result), ensure_ascii=False) for result in results)
    head = f'"format": {json.dumps(FORMAT)}, "version": {VERSION}'
    write_atomically(path, f'{{{head}, "results": [\n{lines}\n]}}\n'.encode())


def keep_result(path: Path, result: Result) -> None:
    """Put a result into a file, in place of the one of the same form, variant and seed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with waiting_lock(path.parent):
        others = [each for each in read_results(path) if _key(each) != _key(result)]
        write_results(path, sorted([*others, result], key=_key))


def forget_results(path: Path, form: str, seeds: int) -> None:
    """Take the results of a form with the first so many seeds out of a file, where there is one."""
    if path.exists():
        with waiting_lock(path.parent):
            known = read_results(path)
            write_results(path, (r for r in known if r.form != form or r.seed >= seeds))


def current_results(experiment: Experiment, folder: Path | None = None) -> tuple[Result, ...]:
    """Return what is known of an experiment as it is now: one's own results, or those that ship.

    Parameters
    ----------
    experiment : Experiment
        Results of what it was before it was changed are left out.
    folder : Path, optional
        Where one's own lie; by default among the user's data.
    """
    marks: dict[tuple[str, str, int], str] = {}

    def is_current(result: Result) -> bool:
        if not any(result.variant == each.name for each in experiment.variants):
            return False
        if _key(result) not in marks:
            subject = subject_of(experiment.variant(result.variant), result.form, result.seed)
            marks[_key(result)] = mark_of(subject)
        return marks[_key(result)] == result.mark

    path = results_file(folder or experiments_folder(), experiment.name)
    own = list(filter(is_current, read_results(path)))
    forms = {each.form for each in own}
    shipped = read_results(results_file(MEASURED, experiment.name))
    return (*own, *(r for r in shipped if r.form not in forms and is_current(r)))


def shipped_results(experiment: Experiment) -> tuple[Result, ...]:
    """Return what ships of an experiment as it is now."""
    return current_results(experiment, MEASURED)


def _key(result: Result) -> tuple[str, str, int]:
    return result.form, result.variant, result.seed


def _plain(result: Result) -> dict[str, Any]:
    values = asdict(result)
    values["numbers"] = {name: _written(value) for name, value in result.numbers.items()}
    return values


def _written(value: Numbers) -> Any:
    if isinstance(value, tuple):
        return [_written(each) for each in value]
    return float(f"{value:.8g}") if math.isfinite(value) else None


def _number(value: object) -> float:
    return math.nan if value is None else float(number_between(-1e300, 1e300)(value))


def _numbers(value: object) -> Numbers:
    if isinstance(value, list):
        found: tuple[float, ...] = each(_number, _MOST_NUMBERS)(value)
        return found
    return _number(value)


_RESULT = table(
    Result,
    form=one_of(SMALL, PUBLISHED),
    variant=text,
    seed=whole(0, 2**31 - 1),
    mark=text,
    numbers=by_name(_numbers),
    seconds=or_none(number_between(0, 1e12)),
    failure=text,
    finished=switch,
)
