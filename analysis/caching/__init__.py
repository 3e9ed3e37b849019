"""Results that are worked out once: shared by all who ask for the same, or kept with the object they are of."""
