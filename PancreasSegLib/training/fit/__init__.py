"""The training itself: the loop, its protocol, its checkpoints and its log."""
