"""Carries sweeps out: a grid of recipes, or of theory problems, cell after cell.

The folder is the key, so whatever runs the cells can be another thing each time: this process,
several (joblib), a cluster (Dask), the array of a queue (SLURM), or a person with a list.
"""
