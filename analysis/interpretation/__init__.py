"""Estimates as plain sentences, in every language."""
