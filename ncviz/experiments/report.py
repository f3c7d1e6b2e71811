"""docs/published.md: every experiment, the published number and ours."""

import html
import re
from collections import Counter
from collections.abc import Sequence

from ncviz.experiments.experiment import PUBLISHED
from ncviz.experiments.verdict import NOT_RUN, VERDICTS, Outcome
from ncviz.wording import upper_first

HEAD = """# Published experiments beside ours

Figures and numbers of the field, and what ncviz finds when it trains or solves the same again.
`ncviz experiment run NAME` runs a row, `ncviz experiment report` writes this page;
[experiments.md](experiments.md) says how a row is added.

Ours is the median over the seeds, with the least and the greatest in brackets; what is solved
exactly has no seeds. The verdict is of the median. Seconds are those of the processor, for all
variants of a row.
"""
COLUMNS = "| number | published | it has to be | ours | holds |\n|---|---|---|---|---|"


def report(outcomes: Sequence[Outcome]) -> str:
    """Return the page, in Markdown.

    Parameters
    ----------
    outcomes : sequence of Outcome
        In the order of the page; of one experiment, its forms one behind the other.
    """
    verdicts = Counter(outcome.verdict for outcome in outcomes)
    parts, group = [HEAD, "| verdict | rows |\n|---|---|"], ""
    parts += [f"| {verdict} | {verdicts[verdict]} |" for verdict in VERDICTS if verdicts[verdict]]
    parts.append("")
    for outcome in outcomes:
        if outcome.experiment.group != group:
            group = outcome.experiment.group
            parts.append(f"## {literal(group)}\n")
        parts.append(_row(outcome))
    return "\n".join(parts)


def literal(text: str) -> str:
    """Return text so that Markdown shows it as it is: nothing in it is markup."""
    escaped = re.sub(r"[\\`*\[\]$]", r"\\\g<0>", text)
    return re.sub(r"[<&](?=[\w/!?#])", lambda sign: html.escape(sign[0]), escaped)


def _row(outcome: Outcome) -> str:
    e = outcome.experiment
    form = ", as published" if outcome.form == PUBLISHED else ""
    lines = [f"### {literal(e.title)}{form}\n"]
    lines.append(f"{literal(e.claim)} ({literal(e.source.words)}; `{e.name}`)\n")
    if e.scaled and not form:
        lines.append(f"*Small form:* {literal(e.scaled)}\n")
    lines.append(COLUMNS)
    ours = outcome.ours or (None,) * len(e.expected)
    for expected, found in zip(e.expected, ours, strict=True):
        words = "–" if found is None else found.words
        holds = "–" if found is None else "yes" if found.holds else "no"
        cells = (e.words_of(expected), expected.published, expected.wanted, words, holds)
        lines.append("| " + " | ".join(literal(cell).replace("|", "\\|") for cell in cells) + " |")
    if outcome.reason:
        return "\n".join([*lines, f"\n{_verdict(outcome)}\n\n*Why:* {literal(outcome.reason)}\n"])
    return "\n".join([*lines, f"\n{_verdict(outcome)}\n"])


def _verdict(outcome: Outcome) -> str:
    said = f"**{upper_first(outcome.verdict)}.**"
    if outcome.failure:
        return f"{said} {outcome.failure}"
    if outcome.verdict == NOT_RUN:
        return f"{said} There are no numbers of ours yet."
    count = len(outcome.seeds)
    seeds = "" if not outcome.experiment.is_drawn else f"{count} seed{'' if count == 1 else 's'}"
    taken = "" if outcome.seconds is None else f"{outcome.seconds:,.1f} s of processor time"
    taken += " a seed" if seeds and taken else ""
    facts = ", ".join(filter(None, [seeds, taken]))
    return f"{said} {upper_first(facts)}." if facts else said
