"""The courses of the learning rate that a recipe may name: each file declares one."""
