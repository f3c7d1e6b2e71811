"""Controls and lists that any room may use."""
