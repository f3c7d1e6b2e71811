"""What may stand in a file, as a table of the documents."""

from collections.abc import Sequence
from typing import Any

from ncviz.parameters.checking import exact
from ncviz.parameters.declaring import Declared, declared, values_of
from ncviz.parameters.plain import to_toml_value, wanted


def table(plan: Any, names: Sequence[str] = ()) -> str:
    """Return the declared fields in Markdown: their defaults, what they may be, what they mean.

    Parameters
    ----------
    plan
    names : sequence of str, optional
        Which ones; all by default.
    """
    known, values = declared(plan), values_of(plan)
    rows = ["| parameter | default | what it may be | meaning |", "|---|---|---|---|"]
    for name in names or known:
        item = known[name]
        default = f"`{to_toml_value(values[name])}`"
        meaning = item.parameter.meaning or item.parameter.tip
        rows.append(f"| `{name}` | {default} | {_domain(item, plan)} | {meaning} |")
    return "\n".join(rows) + "\n"


def _domain(item: Declared, plan: Any) -> str:
    if item.parameter.domain:
        return item.parameter.domain
    if item.kind is bool:
        return "`true`, `false`"
    if item.choices:
        return ", ".join(f"`{to_toml_value(each)}`" for each in item.choices)
    if item.kind not in (int, float):
        return wanted(item)
    low, high = (None if end is None else _number(end) for end in item.limits(plan))
    unit = f" {item.parameter.unit}" if item.parameter.unit else ""
    if low and item.parameter.above:
        return f"above {low}" + (f", at most {high}" if high else "") + unit
    if low:
        return (f"{low} to {high}" if high else f"{low} or more") + unit
    return (f"up to {high}" if high else wanted(item)) + unit


def _number(end: float) -> str:
    return f"{end:,}" if isinstance(end, int) else exact(end)
