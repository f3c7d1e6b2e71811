"""The numbers of neural collapse, one file each or one for a family, found by their catalogue.

A number is a `Metric` (`metric.py`) at the top of a module: its name, its words, its formula and
source, and how it follows from a layer of a snapshot. Tables, `ncviz measure`, hover cards, the
formulas, the plots and the list in docs/numbers.md follow.
"""
