"""All layers of a run side by side."""
