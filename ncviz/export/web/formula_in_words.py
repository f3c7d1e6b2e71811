"""A formula in TeX's notation as one line of letters, for programs that read pages aloud."""

import re
from collections.abc import Mapping

_SIGNS: Mapping[str, str] = {
    "#": "#",
    "Delta": "Δ",
    "Lambda": "Λ",
    "Longleftrightarrow": " ⟺ ",
    "Longrightarrow": " ⟹ ",
    "Sigma": "Σ",
    "Vert": "‖",
    "alpha": "α",
    "angle": "∠",
    "approx": " ≈ ",
    "beta": "β",
    "cdot": " · ",
    "cdots": " … ",
    "delta": "δ",
    "epsilon": "ε",
    "gamma": "γ",
    "geq": " ≥ ",
    "in": " ∈ ",
    "int": "∫ ",
    "lambda": "λ",
    "langle": "⟨",
    "leq": " ≤ ",
    "longrightarrow": " → ",
    "mapsto": " ↦ ",
    "mu": "μ",
    "nabla": "∇",
    "neq": " ≠ ",
    "notin": " ∉ ",
    "omega": "ω",
    "perp": "⊥",
    "pi": "π",
    "prod": "∏ ",
    "rangle": "⟩",
    "rho": "ρ",
    "sigma": "σ",
    "star": "*",
    "sum": "Σ ",
    "top": "T",
    "varepsilon": "ε",
    "vert": "|",
}
_SPACES = re.compile(r"\\[,;!: ]|\\quad(?![A-Za-z])|~")
_GAP = re.compile(r"[,;]?\s*\\qquad(?![A-Za-z])")  # between two formulas
_SIZES = re.compile(r"\\(?:left|right|[Bb]ig[lr]?)(?![A-Za-z])\.?")
_GROUP = r"\{([^{}]*)\}"
_FRACTION = re.compile(rf"\\d?frac\s*{_GROUP}\s*{_GROUP}")
_OVER = re.compile(rf"\\(sqrt|bar|hat)\s*(?:{_GROUP}|([A-Za-z]))")
_UNDER = re.compile(rf"\\underset\s*{_GROUP}\s*{_GROUP}")
_LETTERS = re.compile(rf"\\(?:mathrm|mathsf|mathbf|mathcal|text)\s*{_GROUP}")
_PLACED = re.compile(rf"([_^]){_GROUP}")
_COMMAND = re.compile(r"\\([A-Za-z]+|#)")
_MARKS = {"sqrt": "√({})", "bar": "{}\u0304", "hat": "{}\u0302"}
_OPEN, _CLOSE = "\ue000", "\ue001"  # braces that are written, while others group
_APART = "\ue002"  # ends a command, where letters follow


def formula_in_words(tex: str) -> str:
    """Return a formula as one line: NC1=1/K Tr (Σ_W Σ_B^+).

    Parameters
    ----------
    tex : str
        Without dollar signs; of the commands that `ncviz.formulas` uses.
    """
    text = tex.replace(r"\{", _OPEN).replace(r"\}", _CLOSE)
    text = _SIZES.sub("", _SPACES.sub(" ", _GAP.sub("; ", text)))
    text = _COMMAND.sub(lambda found: _SIGNS.get(found[1], found[0]), text)
    before = ""
    while before != text:  # from the innermost group outward
        before = text
        text = _LETTERS.sub(rf"{_APART}\1", text)
        text = _PLACED.sub(_place, text)
        text = _FRACTION.sub(lambda found: f"{_whole(found[1])}/{_whole(found[2])} ", text)
        text = _UNDER.sub(rf"{_APART}\2_(\1)", text)
        text = _OVER.sub(_mark, text)
    text = _COMMAND.sub(r" \1 ", text)  # functions: log, cos
    text = re.sub(rf"[{{}}{_APART}]", "", text).replace(_OPEN, "{").replace(_CLOSE, "}")
    text = re.sub(r"\s+", " ", text).replace("-", "−").strip()
    return re.sub(r" (?=[_^,;)}])|(?<=[({]) ", "", text)


def _mark(found: re.Match[str]) -> str:
    return _APART + _MARKS[found[1]].format(found[2] or found[3])


def _place(found: re.Match[str]) -> str:
    return found[1] + _whole(found[2])


def _whole(group: str) -> str:
    """Return what belongs together, in parentheses unless it is one letter."""
    bare = group.replace(_APART, "").strip()
    return bare if len(bare) == 1 else f"({group.strip()})"
