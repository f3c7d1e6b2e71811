"""Where networks come from that checkpoints are of: a file each, by the word before the colon."""
