"""A parameter is declared once: checks, options, forms, files, commands and documents follow.

A plan is a frozen dataclass whose fields are made by `parameter`, or by `part` for a value of its
own whose fields lie flat beside those of the whole in files, options and forms; and whose facets,
made by `facet`, are values that people name and that lie in its fields. All else takes a plan and
looks at what is declared. Nothing here knows of argparse's verbs, Qt or torch.
"""

from ncviz.parameters.checking import check, check_fixed, check_value, fits
from ncviz.parameters.declaring import (
    Declared,
    changed,
    declared,
    fitting,
    settle,
    value_of,
    values_of,
)
from ncviz.parameters.options import add_options, command, from_options, table_of_options
from ncviz.parameters.parameter import Facet, Parameter, facet, one_or, parameter, part
from ncviz.parameters.plain import (
    from_plain,
    from_text,
    from_texts,
    to_plain,
    to_text,
    to_toml,
    value_of_text,
)
from ncviz.parameters.table import table

__all__ = [
    "Declared",
    "Facet",
    "Parameter",
    "add_options",
    "changed",
    "check",
    "check_fixed",
    "check_value",
    "command",
    "declared",
    "facet",
    "fits",
    "fitting",
    "from_options",
    "from_plain",
    "from_text",
    "from_texts",
    "one_or",
    "parameter",
    "part",
    "settle",
    "table",
    "table_of_options",
    "to_plain",
    "to_text",
    "to_toml",
    "value_of",
    "value_of_text",
    "values_of",
]
