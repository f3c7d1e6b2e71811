"""Recording other people's networks: their checkpoints, or their own training loop."""
