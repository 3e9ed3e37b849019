"""Pages that watch answers come in, take them out and bring them in."""
