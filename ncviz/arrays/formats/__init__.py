"""Formats of files with arrays, a file each: `array_formats` finds them."""
