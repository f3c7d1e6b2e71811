"""Sweeps: what a file asks for, how far each cell is, its numbers, tables and maps.

Nothing here trains or solves; `ncviz.sweeping` does.
"""
