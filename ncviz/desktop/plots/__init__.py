"""The 2-D plots beside the scene."""
