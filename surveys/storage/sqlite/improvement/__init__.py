"""Improvement plans and their measures."""
