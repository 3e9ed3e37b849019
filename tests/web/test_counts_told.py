"""Counts say what they count: the sample that is needed, rates by their base, comments that are set aside."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from analysis.comments.set_aside import set_aside, set_aside_words
from analysis.improvement.priorities import improvement_areas
from analysis.interpretation.sentences import sentence
from analysis.level.satisfaction import completion_rate, response_rate
from analysis.sampling.sample_size import allocation_as_before
from surveys.fieldwork.campaigns.progress import Reach
from surveys.intake.submission import Event
from surveys.localisation.clock import ZONE, local_day, utc_now
from surveys.localisation.language import in_words
from surveys.storage import Store
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, words
from tests.support.front_door import publish

__all__ = ["open_page"]  # a fixture

CHANCE = np.random.default_rng(11)


@pytest.mark.parametrize("total", [385, 12, 301, 2000])
def test_all_that_is_needed_is_given_out(total: int) -> None:
    """Whatever number answered so far; the hall that differs more is given more."""
    strata = pd.Series(["城东"] * 150 + ["城西"] * 151)
    scores = pd.Series(np.r_[CHANCE.integers(1, 6, 150), CHANCE.integers(4, 6, 151)], dtype=float)
    found = allocation_as_before(total, scores, strata, low=1, high=5)
    assert sum(share for _so_far, share in found.values()) == total
    assert found["城东"][0] == 150 and found["城东"][1] > found["城西"][1]


def test_no_place_is_left_out() -> None:
    """Not one of whom all said the same, not one with a single answer, not one that answered nothing of this."""
    strata = pd.Series(["10号厅"] * 40 + ["2号厅"] * 40 + ["新厅"] + ["空厅"] * 3 + [None])
    scores = pd.Series([5.0] * 40 + [3.0, 5.0] * 20 + [4.0] + [None] * 3 + [5.0])
    found = allocation_as_before(385, scores, strata, low=1, high=5)
    assert list(found)[:2] == ["2号厅", "10号厅"] and set(found) == {"2号厅", "10号厅", "新厅", "空厅"}
    assert sum(share for _so_far, share in found.values()) == 385 and min(share for _n, share in found.values()) >= 2
    assert found["空厅"][0] == 0


@pytest.mark.parametrize(
    "total, scores, strata",
    [(3, [1.0, 2, 3, 4], list("aabb")), (385, [1.0, 2], list("aa")), (385, [None, None], list("ab")), (385, [], [])],
    ids=["too few for two each", "one place", "no ratings", "nothing"],
)
def test_what_cannot_be_spread_is_not(total: int, scores: list[float], strata: list[str]) -> None:
    given, places = pd.Series(scores, dtype=float), pd.Series(strata, dtype=object)
    assert allocation_as_before(total, given, places) == {}


def test_the_page_spreads_what_it_says_is_needed(answered: Store, open_page: Open) -> None:
    """385 in all."""
    shown = words(open_page(answered, "boss", "analysis", part="planning", period="all"))
    assert "怎么分到各处" in shown and "分的是上面需要收到的 385 份" in shown


def test_a_share_of_opened_forms_is_no_response_rate() -> None:
    opened, invited = completion_rate(81, 263), response_rate(81, 263)
    assert opened.figures() == invited.figures() and opened.measure != invited.measure
    assert "打开后完成率" in sentence(opened) and "回收率" not in sentence(opened)
    assert not completion_rate(3, 2).ok and not completion_rate(0, 0).ok


@pytest.fixture
def answered(store: Store) -> Store:
    """Ten answers at two places out of twenty openings."""
    add_accounts(store)
    publish(store, "power-visit")
    day = local_day(utc_now()) - timedelta(days=1)
    store.responses.append([
        submission(n, received_on=day, received_at=None, district=["城东", "城西"][n % 2], answers={"csat": 1 + n % 5})
        for n in range(10)
    ])  # fmt: skip
    store.responses.count_all("power-visit", [(day, "repair-east", Event.OPENED, 20)])
    return store


@pytest.mark.dated
def test_rates_are_called_by_their_base(answered: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody was invited there is no response rate; where people were, it is theirs, of the time in view."""
    shown = words(open_page(answered, "boss", "results"))
    assert "打开后完成率" in shown and "50.0%" in shown and "回收率（受邀者）" not in shown
    asked: list[dict[str, str]] = []

    def invited(survey: str, departments: object, **ends: str) -> Reach:
        asked.append(ends)
        return Reach(None, invited=50, sent=44, finished=11, reached=40)

    monkeypatch.setattr(type(answered.invitations), "invited", lambda _self, *given, **ends: invited(*given, **ends))
    shown = words(open_page(answered, "boss", "results"))
    assert "回收率（受邀者）" in shown and "27.5%" in shown and "n=40" in shown
    first = local_day(utc_now()) - timedelta(days=29)
    assert pd.Timestamp(asked[0]["since"]).tz_convert(ZONE) == pd.Timestamp(first, tz=ZONE)
    assert pd.Timestamp(asked[0]["until"]) - pd.Timestamp(asked[0]["since"]) == timedelta(days=30)
    assert "回收率（受邀者）" not in words(open_page(answered, "boss", "results", district="城东"))


COMMENTS = pd.DataFrame(
    [("a", "no_content"), ("b", "complaint"), ("c", "no_content"), ("c", "praise"), ("d", "other_language"),
     ("e", "no_content"), ("e", "other_language")],
    columns=["response", "kind"],
)  # fmt: skip


def told(counts: dict[str, int], language: str) -> str:
    return in_words(set_aside_words(counts) or "", language)


def test_comments_that_are_set_aside_are_counted_by_why() -> None:
    """Responses, not comments; one that also said something is counted among those that did."""
    counts = set_aside(COMMENTS)
    assert counts == {"no_content": 2, "other_language": 1}
    assert told(counts, "zh-Hans") == "另有 2 份没有内容、1 份是其他语言，不计入"
    assert told(counts, "en") == "2 say nothing and 1 are in another language and are not counted"
    assert told({"no_content": 71}, "zh-Hans") == "另有 71 份没有内容，不计入"
    assert set_aside(COMMENTS[COMMENTS["response"] == "b"]) == {} and set_aside_words({}) is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_reason_says_what_its_number_leaves_out(language: str) -> None:
    """Of 30 who wrote, 7 wrote 无: 23 count, and both numbers are there."""
    responses = pd.DataFrame({
        "response": [f"r{n}" for n in range(40)], "day": pd.NaT, "q": 4.0, "overall": 4.0, "district": "东",
    })  # fmt: skip
    comments = pd.DataFrame({
        "response": [f"r{n}" for n in range(30)], "item": "comment", "text": "慢",
        "kind": ["no_content"] * 7 + ["complaint"] * 23, "sentiment": "negative", "score": 0.1,
    })  # fmt: skip
    mentions = pd.DataFrame({
        "response": [f"r{n}" for n in range(10, 15)], "item": "comment", "aspect": "d", "label": "抢修",
        "sentiment": "negative", "start": 0, "end": 1, "evidence": "慢",
    })  # fmt: skip
    [area] = improvement_areas(
        responses, {"d": ("抢修", ["q"], 1, 5)}, "overall", comments, mentions, draws=20,  # type: ignore[dict-item]
    )  # fmt: skip
    told = " ".join(in_words(each, language) for each in area.reasons)
    assert area.complaint_share.n == 23
    chinese = "23 份留言中有 5 份抱怨抢修（22%；另有 7 份没有内容，不计入）"
    assert (chinese if language == "zh" else "in 5 of 23 comments (22%; 7 say nothing and are not counted)") in told
