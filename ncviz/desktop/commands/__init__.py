"""What menus, keys and the palette can do."""
