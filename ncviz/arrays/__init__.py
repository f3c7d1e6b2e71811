"""Other people's array files: read without running anything, and what their arrays mean."""
