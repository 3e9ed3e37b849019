"""What a pattern cannot do without: never wrong, so that skipping a pattern changes nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.text.places import DATA
from analysis.text.prefilter import Prefilter, needed_characters
from analysis.text.topics import load_topics

PATTERNS = [
    pattern
    for path in sorted((DATA / "topics").glob("*.yaml"))
    for topic in load_topics(path)
    for pattern in (*topic.patterns, *(wording for group in topic.implied.values() for wording in group))
]


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("停.{0,3}电", {"停"}),
        ("(?:没|不)排队", {"排"}),
        ("(?:摸黑|蜡烛)", {"摸", "蜡"}),
        ("好?", set()),
        ("a{0,2}|b", set()),
        ("[0-9]{1,3}万", {"万"}),
        ("(?<!不)满意(?!度)", {"满"}),
        (r"\.5", {"."}),
        ("(?:快|慢)?", set()),
    ],
)
def test_needed_characters(pattern: str, needed: set[str]) -> None:
    """One certain set, or none where nothing is certain."""
    assert needed_characters(pattern) == needed


@given(st.lists(st.sampled_from(sorted({character for pattern in PATTERNS for character in pattern})), max_size=25))
def test_no_match_is_missed(characters: list[str]) -> None:
    """Every shipped pattern that matches a text is among the candidates."""
    text = "".join(characters)
    candidates = set(Prefilter(PATTERNS).candidates(text))
    matching = {number for number, pattern in enumerate(PATTERNS) if re.search(pattern, text)}
    assert matching <= candidates
