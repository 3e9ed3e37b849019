"""What a pattern cannot do without: never wrong, so that skipping a pattern changes nothing."""

from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.text.places import DATA
from analysis.text.segmentation import ngrams
from analysis.text.segmentation.prefilter import Prefilter
from analysis.text.segmentation.requirements import requirements
from analysis.text.topics.topics import load_topics

PATTERNS = [
    pattern
    for path in sorted((DATA / "topics").glob("*.yaml"))
    for topic in load_topics(path)
    for pattern in (*topic.patterns, *(wording for group in topic.implied.values() for wording in group))
]
COMPILED = [re.compile(pattern) for pattern in PATTERNS]
WORDINGS = st.sampled_from(
    sorted({run for pattern in PATTERNS for run in re.findall("[\u4e00-\u9fff]+|[0-9a-z]", pattern)})
)


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("停.{0,3}电", [{"停"}, {"电"}]),
        ("(?:没|不)排队", [{"没排队", "不排队"}]),
        ("(?:摸黑|蜡烛).*", [{"摸黑", "蜡烛"}]),
        ("好?", []),
        ("a{0,2}|b", []),
        ("[0-9]{1,3}万", [{"万"}]),
        ("(?<!不)满意(?!度)", [{"满意"}]),
        (r"\.5", [{".5"}]),
        ("(?:快|慢)?", []),
        ("(?P<who>师傅).+来", [{"师傅"}, {"来"}]),
        ("(?i)APP", []),
        ("(?i:app)闪退", [{"闪退"}]),
        ("(?:修.*快|来.*及时)", [{"及时", "修"}]),
        ("很?[好快]", [{"很好", "很快", "好", "快"}]),
        ("修.*快|修.*好", [{"修"}, {"好", "快"}]),
        ("a{,1}b{2,}c{0}", [{"b"}]),
        ("[]a][^]a]x{", [{"x{"}, {"]", "a"}]),
        (r"[\d.]电\b", [{"电"}]),
        (r"(.)电\1", []),
        ("(?x) a b", []),
        ("(?>停电)", []),
        ("停电)", []),
    ],
)
def test_requirements(pattern: str, needed: list[set[str]]) -> None:
    """What is certain, the strictest first; nothing where nothing is certain."""
    assert list(requirements(pattern)) == needed


PIECES = st.sampled_from(
    [
        "停",
        "电",
        "a",
        "b",
        ".",
        r"\d",
        r"\.",
        "[ab]",
        "[^a]",
        "[a-c]",
        "[]x]",
        "^",
        "$",
        r"\b",
        "(?=a)",
        "(?<!b)",
        "{",
        "-",
    ]
)
EXPRESSIONS = st.recursive(
    PIECES,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map("".join)
        | st.lists(inner, min_size=1, max_size=3).map(lambda ways: f"(?:{'|'.join(ways)})")
        | st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{0,1}", "{,2}", "{1,}", "+?"])).map(
            lambda both: f"(?:{both[0]}){both[1]}"
        )
        | inner.map(lambda one: f"(?i:{one})")
        | inner.map(lambda one: f"({one}|)")
    ),
    max_leaves=8,
)


@given(EXPRESSIONS, st.text("停电abAB.{-]x1", max_size=8))
def test_what_is_required_is_in_every_match(pattern: str, text: str) -> None:
    """Of any expression, whatever it is made of."""
    if found := re.search(pattern, text):
        assert all(any(wording in found[0] for wording in needed) for needed in requirements(pattern))


def candidates(prefilter: Prefilter, *texts: str) -> set[tuple[int, int]]:
    """Pairs of text and pattern."""
    laid = ngrams.batch(texts)
    found = prefilter.candidates(prefilter.find(laid), laid.owners, len(texts))
    return set(zip(found.units.tolist(), found.patterns.tolist(), strict=True))


def test_only_patterns_that_could_match_are_tried() -> None:
    """All wordings of a pattern have to be there; one about which nothing is certain is always tried."""
    assert candidates(Prefilter(["停.{0,3}电", "好?", "修理"]), "停了电", "停", "修理好") == {
        (0, 0),
        (0, 1),
        (1, 1),
        (2, 1),
        (2, 2),
    }
    assert candidates(Prefilter([]), "停电") == set()


@cache
def shipped() -> Prefilter:
    return Prefilter(PATTERNS)


@given(st.lists(st.lists(WORDINGS, max_size=8).map("".join), min_size=1, max_size=3))
def test_no_match_is_missed(texts: list[str]) -> None:
    """Every shipped pattern that matches a text is among the candidates."""
    matching = {(n, k) for n, text in enumerate(texts) for k, each in enumerate(COMPILED) if each.search(text)}
    assert matching <= candidates(shipped(), *texts)
