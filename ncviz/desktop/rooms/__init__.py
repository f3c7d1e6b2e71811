"""The rooms of the window: what each shows in the scene, beside it and on the timeline."""
