"""What intervals are made of, below the figures and the designs of samples that use them."""
