"""The panel of a run that Explore and Layers show."""
