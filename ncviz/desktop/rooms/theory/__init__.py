"""Models of the last layers, with sliders and plots."""
