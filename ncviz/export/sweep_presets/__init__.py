"""What a figure of a sweep can show, found by their catalogue."""
