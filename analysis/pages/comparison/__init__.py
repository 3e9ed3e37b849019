"""Branches, periods, rounds, segments and touchpoints beside each other."""
