"""The analyser as it is shipped, loaded once for all tests that change nothing about it."""

from functools import cache

from analysis.text import Analyser


@cache
def usual_analyser() -> Analyser:
    return Analyser.load()
