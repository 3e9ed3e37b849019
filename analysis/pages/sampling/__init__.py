"""Whom a survey reached: how many are needed, how many answered, and weights for those who did not."""
