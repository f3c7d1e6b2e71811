"""The timeline with its marks, popup and bookmarks."""
