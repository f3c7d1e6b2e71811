"""Which layers are held in memory whole while all samples pass through a network."""

from collections.abc import Sequence


def layers_to_hold(costs: Sequence[int], memory: int) -> list[bool]:
    """Return which layers to hold: the narrowest ones, as long as the memory lasts.

    Parameters
    ----------
    costs : sequence of int
        Bytes that the features of each layer take; the last layer is held before all others.
    memory : int
        Bytes that all of them may take.
    """
    held = [False] * len(costs)
    # The last layer comes first: its samples are compared with all class means.
    for number in sorted(range(len(held)), key=lambda t: (t != len(held) - 1, costs[t])):
        if costs[number] > memory:
            break
        held[number], memory = True, memory - costs[number]
    return held
