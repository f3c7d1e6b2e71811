"""Published experiments, a TOML file each in `entries/`, and what ncviz measures of them.

An `Experiment` (`experiment.py`) says what was published, what is trained or solved to see it
again, and which numbers are expected. `catalogue.py` finds them, `running.py` carries them out,
`verdict.py` lays our numbers beside the published ones, `report.py` writes docs/published.md.
"""
