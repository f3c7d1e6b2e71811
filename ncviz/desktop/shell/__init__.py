"""The window itself: its header, presenter, undo, sessions, keyboard and start."""
