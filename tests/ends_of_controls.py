"""Where the control of a theory model can stand: at both ends, in the midst, at every choice."""


def ends_of(item, parameters):
    """Return what a control can be set to, of a slider both ends and the middle."""
    if item.choices:
        return list(item.choices)
    if item.kind is bool:
        return [False, True]
    if item.kind not in (int, float):
        return []
    low, high = item.limits(parameters)
    return [low, item.kind((low + high) / 2), high]
