"""Plots of a run as plain values, one file each, found by their catalogue.

A plot is a `Plot` (`plot.py`) at the top of a module: its words, and a function that gives a
`Chart` (`chart.py`) of a run's `Numbers` at a `Moment`. Window, figures, films and tables draw
that value; nothing else names the plot.
"""
