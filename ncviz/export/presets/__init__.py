"""What a figure can show, one file each, found by their catalogue; every plot is one besides.

A preset is a `Preset` (`preset.py`) at the top of a module: its words, the runs that have it, its
size, and a function that draws it on a sheet. Dialog and command line offer what there is.
"""
