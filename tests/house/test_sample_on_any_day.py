"""The sample organisation shows what was put into it on whichever day it is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

import pandas as pd
import pytest

from analysis.differences.comparison import mean_change
from analysis.frames import COMMENTS, MENTIONS, rated_dimensions, response_frame
from analysis.improvement.priorities import improvement_areas
from analysis.monitoring.trends import period_windows
from analysis.text.topics.emerging import emerging_terms
from analysis.text.topics.themes import term_frequencies
from surveys.definition.templates import template
from surveys.intake.submission import Submission
from surveys.localisation.clock import local_day, utc_now
from surveys.sample_organisation import WEAK_DISTRICT, sample_responses

SEED = 2024  # that of the demo
SPREAD = [date(2026, 1, 1) + timedelta(days=97 * n) for n in range(32)]
EDGES = [date(2026, 12, 31), date(2027, 1, 1), date(2027, 2, 28), date(2028, 2, 29), date(2028, 3, 1)]
DAYS = [*SPREAD, *EDGES, date(2027, 4, 30), date(2029, 2, 28), date(2032, 2, 29)]
A_WEEK = [date(2028, 2, 24) + timedelta(days=n) for n in range(7)]  # over the leap day


@cache
def answers_of(today: date) -> list[Submission]:
    return list(sample_responses(SEED, today))


def told(submission: Submission) -> object:
    return submission.id, submission.answers, submission.touchpoint, submission.seconds


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_people_say_the_same_on_any_day(today: date) -> None:
    """Only the day of the week lets in fewer or more of the same people; whoever comes says the same."""
    same_weekday = next(day for day in A_WEEK if day.weekday() == today.weekday())
    assert list(map(told, answers_of(today))) == list(map(told, answers_of(same_weekday)))
    everyone = {each.id: each for day in A_WEEK for each in answers_of(day)}
    assert all(told(each) == told(everyone[each.id]) for each in answers_of(today))
    assert 2800 <= len(answers_of(today)) <= 3400


@pytest.mark.parametrize("today", A_WEEK, ids=lambda day: f"{day:%A}")
def test_repair_in_the_weak_district_is_to_be_improved_first(today: date) -> None:
    """By the ratings alone, over the month that the page shows, on each day of the week; and repair clearly fell."""
    survey = template("power-visit")
    frame = response_frame(survey, [answers_of(today)])  # type: ignore[list-item]
    now, before = (period.of(frame) for period in period_windows(pd.Timestamp(today), 30))
    none = pd.DataFrame(columns=list(COMMENTS)), pd.DataFrame(columns=list(MENTIONS))
    first = improvement_areas(now, rated_dimensions(survey), "csat", *none, previous=before, draws=20)[0]
    assert first.code == "repair" and first.hot_spot is not None
    assert first.hot_spot.segment in (WEAK_DISTRICT, "repair-east")
    fell = [rows[rows["touchpoint"] == "repair-east"]["repair"] for rows in (before, now)]
    assert mean_change(*fell).clearly_down


def terms_of(comments: Sequence[str]) -> dict[str, int]:
    counted = term_frequencies(comments, ["neutral"] * len(comments))
    return dict(zip(counted["term"], counted["comments"].astype(int), strict=True))


@pytest.mark.parametrize("today", A_WEEK, ids=lambda day: f"{day:%A}")
def test_a_cause_stands_out_in_the_weak_district(today: date) -> None:
    """What customers name there is used far more than elsewhere, well beyond the threshold of the page."""
    written = [(str(each.answers["comment"]), each.district) for each in answers_of(today) if "comment" in each.answers]
    here = terms_of([text for text, district in written if district == WEAK_DISTRICT])
    there = terms_of([text for text, district in written if district != WEAK_DISTRICT])
    clearest = emerging_terms(here, there).iloc[0]
    assert clearest["q"] < 0.001, clearest


@pytest.mark.dated
def test_this_day_is_like_any_other() -> None:
    """The sample of the day on which this runs."""
    today = local_day(utc_now())
    assert max(each.received_on for each in answers_of(today)) == today - timedelta(days=1)
