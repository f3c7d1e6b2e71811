"""Changes of images on which a network is measured: each file declares one, and it is one more."""
