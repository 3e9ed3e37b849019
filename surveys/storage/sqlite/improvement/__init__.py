"""Improvement plans and their measures; indicators with their values; lessons."""
