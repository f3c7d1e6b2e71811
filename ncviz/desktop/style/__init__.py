"""How the window looks: theme, style sheet, icons, and what the system asks for."""
