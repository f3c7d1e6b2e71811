"""Reads pickles as data. Nothing that a pickle names is looked up, and nothing is called.

A pickle is a program for a small stack machine. This is such a machine with no way out: a name
becomes a `Name`, which is text; an object that would be built becomes an `Inert`, which holds what
it would be built from. The only functions that are called stand in a fixed table, and are ours.
"""

from ncviz.pickles.machine import StepsLeft, read_pickle
from ncviz.pickles.values import Inert, Makers, Name

__all__ = ["Inert", "Makers", "Name", "StepsLeft", "read_pickle"]
