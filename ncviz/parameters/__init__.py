"""A parameter is declared once: checks, options, forms, files, commands and documents follow.

A plan is a frozen dataclass whose fields are made by `parameter`, or by `part` for a value of its
own whose fields lie flat beside those of the whole in files, options and forms. All else takes
a plan and looks at what is declared. Nothing here knows of argparse's verbs, Qt or torch.
"""

from ncviz.parameters.checking import check, check_value, fits
from ncviz.parameters.declaring import (
    Declared,
    Parameter,
    changed,
    declared,
    fitting,
    parameter,
    part,
    settle,
    values_of,
)
from ncviz.parameters.options import add_options, command, from_options
from ncviz.parameters.plain import (
    from_plain,
    from_text,
    from_texts,
    read_text,
    to_plain,
    to_text,
    to_toml,
)
from ncviz.parameters.table import table

__all__ = [
    "Declared",
    "Parameter",
    "add_options",
    "changed",
    "check",
    "check_value",
    "command",
    "declared",
    "fits",
    "fitting",
    "from_options",
    "from_plain",
    "from_text",
    "from_texts",
    "parameter",
    "part",
    "read_text",
    "settle",
    "table",
    "to_plain",
    "to_text",
    "to_toml",
    "values_of",
]
