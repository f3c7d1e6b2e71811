"""What a terminal says of the law of equi-separation, as far as the layers tell of one."""

import math

import numpy as np

from ncviz.geometry.separation import fit_law
from ncviz.runs.measures import fuzziness_by_layer
from ncviz.runs.run import Run
from ncviz.separation_in_words import halving


def law_numbers(run: Run, epoch: int, *, with_half_life: bool = False) -> list[str]:
    """Return r, rho and the half-life of an epoch, each in words.

    Parameters
    ----------
    run : Run
    epoch : int
        A recorded one.
    with_half_life : bool, optional

    Returns
    -------
    list of str
        Without r where fewer than three layers have a D above 0, for two points always lie on a
        line; empty where there is no line.
    """
    fuzziness = np.asarray(fuzziness_by_layer(run, epoch), dtype=np.float64)
    law = fit_law(fuzziness)
    if math.isnan(law.decay_ratio):
        return []
    known = int((np.isfinite(fuzziness) & (fuzziness > 0)).sum())
    tells = known > 2 and math.isfinite(law.pearson_r)
    said = [f"law r = {law.pearson_r:.4f}"] if tells else []
    said.append(f"rho = {law.decay_ratio:.3f}")
    return [*said, halving(law.half_life, f"{law.half_life:.2f}")] if with_half_life else said
