"""Learn: the lessons as cards, and the strip above the rooms in which one is played."""
