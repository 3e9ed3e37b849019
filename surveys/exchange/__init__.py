"""Answers and definitions to and from other programs."""
