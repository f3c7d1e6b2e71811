"""The scene in the window: canvas, camera, what lies over it, what keys and mouse do there."""
