"""What is inside any network: its layers, stages and classifier, and taps on them."""
