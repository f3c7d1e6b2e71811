"""The last layers that a recipe may choose: each file declares one."""
