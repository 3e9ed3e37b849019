"""Comments by what they mean: an encoder where there is one, else by their letters; for finding, never for judging."""
