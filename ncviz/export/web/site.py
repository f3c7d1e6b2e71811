"""A site: a page for each run below a folder, and an index that shows them as cards.

All is made in a folder beside the site and moved there once it is whole. The index says which files
are of the site, and what was in them: nothing else is replaced or removed.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ncviz import __version__, held_files
from ncviz.errors import UserError, reason
from ncviz.export.page_plan import PagePlan
from ncviz.export.provenance import SITE, said_by
from ncviz.export.site_plan import SitePlan
from ncviz.export.web.making import page_bytes
from ncviz.export.web.site_index import SiteCard, card_of, index_html
from ncviz.file_names import check_file_name
from ncviz.language import tr
from ncviz.parameters import check
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.runs.repeats import is_repeats, open_run
from ncviz.scenes.view import View
from ncviz.sweeps.sweep_file import read_sweep
from ncviz.sweeps.sweep_lines import is_sweep_folder

INDEX = "index.html"
MOST_RUNS, MOST_FOLDERS = 500, 50_000
LONGEST_NAME = 80  # letters of a page's

Tell = Callable[[str], object]
About = Callable[[Path], tuple[str, ...]]


@dataclass(frozen=True)
class MadeSite:
    """What was made.

    Parameters
    ----------
    index : Path
    pages : int
    left_out : tuple of str
        A sentence for each run that could not be shown.
    """

    index: Path
    pages: int
    left_out: tuple[str, ...]


def make_site(
    plan: SitePlan, tell: Tell = lambda _said: None, about: About = lambda _folder: ()
) -> MadeSite:
    """Write the pages of all runs below a folder, and their index.

    Parameters
    ----------
    plan : SitePlan
    tell : callable, optional
        Told the name of each page that is made.
    about : callable, optional
        Returns paragraphs that the index says of the run in a folder beside its numbers.

    Raises
    ------
    UserError
        If there is no run that can be shown, a file in the way is not of an earlier site, or
        something cannot be written.
    """
    check(plan, "site")
    if plan.folder is None:
        raise UserError(tr("Name the folder of the runs."))
    runs = named_runs(plan.folder)
    earlier = _earlier(plan.out)
    _check_free(plan.out, {*runs, INDEX}, earlier)
    try:
        plan.out.absolute().parent.mkdir(parents=True, exist_ok=True)
        made = tempfile.mkdtemp(prefix=f".{plan.out.name}-", dir=plan.out.absolute().parent)
    except OSError as error:
        raise UserError(
            tr("{out} cannot be made: {why}.", out=plan.out, why=error.strerror or reason(error))
        ) from error
    try:
        return _made(plan, runs, earlier, Path(made), tell, about)
    finally:
        held_files.remove_if_possible(Path(made))


def _made(
    plan: SitePlan,
    runs: Mapping[str, Path],
    earlier: Mapping[str, str],
    made: Path,
    tell: Tell,
    about: About,
) -> MadeSite:
    cards, left_out, files = list[SiteCard](), list[str](), dict[str, str]()
    for name, folder in runs.items():
        try:
            run = open_run(folder)
            view = View(theme=plan.theme).at(run.epochs[-1])
            page = PagePlan(
                made / name,
                folder,
                view=view,
                most_bytes=plan.most_bytes,
                chosen_only=plan.chosen_only,
            )
            content, rule = page_bytes(page)
            card = card_of(run, view, name, len(content), rule, about(folder))
        except UserError as error:
            left_out.append(f"{folder}: {error}")
            continue
        _write(made, plan.out, name, content)
        files[name] = _digest(content)
        cards.append(card)
        tell(name)
    if not cards:
        raise UserError(
            tr(
                "No run below {folder} can be shown. {why}",
                folder=plan.folder,
                why=" ".join(left_out[:3]),
            )
        )
    assert plan.folder is not None
    try:
        title = plan.title or _title_of(plan.folder)
    except UserError as error:  # of a sweep's file; its runs can be shown without it
        title, left_out = _name_of(plan.folder), [*left_out, str(error)]
    # Whoever reads the index need not know where the runs lay.
    absent = [why.replace(f"{plan.folder}{os.sep}", "") for why in left_out]
    said = {"program": f"ncviz {__version__}", SITE: files}
    index = index_html(title, cards, said, absent)
    _write(made, plan.out, INDEX, index.encode("utf-8", "replace"))
    _move(made, plan.out, files, earlier)
    return MadeSite(plan.out / INDEX, len(cards), tuple(left_out))


def _title_of(folder: Path) -> str:
    """Return what a folder of runs is called: a sweep as itself, any other one by its name.

    Raises
    ------
    UserError
        If the sweep's file cannot be read.
    """
    return read_sweep(folder).name if is_sweep_folder(folder) else _name_of(folder)


def _name_of(folder: Path) -> str:
    return folder.resolve().name or str(folder)


def _write(made: Path, out: Path, name: str, content: bytes) -> None:
    """Write a file of the site beside it; what is said of a full disk names what was asked for."""
    try:
        (made / name).write_bytes(content)
    except OSError as error:
        path, said = out / name, error.strerror or reason(error)
        raise UserError(
            tr("{path} cannot be written: {strerror}.", path=path, strerror=said)
        ) from error


def _move(made: Path, out: Path, files: Mapping[str, str], earlier: Mapping[str, str]) -> None:
    """Move pages and then the index to their place, and take away pages of runs that are gone."""
    try:
        out.mkdir(exist_ok=True)
        for name in (*files, INDEX):
            held_files.replace(made / name, out / name)
        for name in earlier.keys() - files.keys() - {INDEX}:
            if earlier[name] and _digest_at(out / name) == earlier[name]:  # '' is of no file
                held_files.remove(out / name)
    except OSError as error:
        raise UserError(
            tr("{out} cannot be written: {why}.", out=out, why=error.strerror or reason(error))
        ) from error


def _earlier(out: Path) -> dict[str, str]:
    """Return the files of the site that lies in a folder already, and what was in them."""
    check_file_name(out)
    if not out.exists():
        return {}
    if not out.is_dir():
        raise UserError(tr("{out} is a file: choose a folder.", out=out))
    if not (out / INDEX).exists():
        return {}
    try:
        files = said_by(out / INDEX).get(SITE)
    except UserError:
        files = None
    if not isinstance(files, dict):
        return {}
    return {INDEX: ""} | {
        name: str(digest) for name, digest in files.items() if name == Path(name).name
    }


def _check_free(out: Path, names: set[str], earlier: Mapping[str, str]) -> None:
    """Refuse to replace what is not as an earlier site was written."""
    for name in sorted(names):
        path = out / name
        if not (path.exists() or path.is_symlink()):
            continue
        is_ours = name in earlier and (name == INDEX or _digest_at(path) == earlier[name])
        if not is_ours or path.is_symlink() or not path.is_file():
            raise UserError(
                tr(
                    "{path} is there and was not written by an earlier site, or was changed "
                    "since: move it away, or choose another folder.",
                    path=path,
                )
            )


def named_runs(folder: Path) -> dict[str, Path]:
    """Return the runs in and below a folder, by the names that their pages get.

    Links are not followed. Repeats are one run, their median.

    Raises
    ------
    UserError
        If there is none, or there are too many, or too many folders are in the way.
    """
    if not folder.is_dir():
        raise UserError(tr("{folder} is no folder: name the one of the runs.", folder=folder))
    found: dict[str, Path] = {}
    for path in _runs_below(folder):
        if len(found) == MOST_RUNS:
            raise UserError(
                tr(
                    "Below {folder} lie more than {most} runs: name a folder with fewer.",
                    folder=folder,
                    most=MOST_RUNS,
                )
            )
        found[_free_name(_stem(path, folder), found)] = path
    if not found:
        raise UserError(
            tr("Below {folder} lies no run: name the folder that holds them.", folder=folder)
        )
    return found


def _runs_below(folder: Path) -> Iterator[Path]:
    for looked, (place, folders, files) in enumerate(os.walk(folder)):
        if looked == MOST_FOLDERS:
            raise UserError(
                tr(
                    "Below {folder} lie more than {most:,} folders: name one nearer to the runs.",
                    folder=folder,
                    most=MOST_FOLDERS,
                )
            )
        path = Path(place)
        if MANIFEST in files or is_repeats(path):
            folders.clear()  # a run holds no others
            yield path
        folders[:] = sorted(name for name in folders if not name.startswith("."))


def _stem(path: Path, folder: Path) -> str:
    """Return what a page is called: letters, digits and dashes, which every server takes."""
    parts = path.relative_to(folder).parts or (folder.resolve().name,)
    plain = re.sub(r"[^a-z0-9]+", "-", "-".join(parts).lower()).strip("-")
    return plain[:LONGEST_NAME].strip("-") or "run"


def _free_name(stem: str, taken: Mapping[str, Path]) -> str:
    number, name = 1, f"{stem}.html"
    while name in taken or name == INDEX:
        number += 1
        name = f"{stem}-{number}.html"
    return name


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _digest_at(path: Path) -> str:
    try:
        return _digest(path.read_bytes()) if path.is_file() else ""
    except OSError:
        return ""
