"""The page for one's own questions of the data, run without a browser."""

from __future__ import annotations

import pytest

from surveys.storage import Store
from tests.test_console import Open, open_page, sample, words
from tests.test_console_language import left_in_chinese

__all__ = ["open_page", "sample"]  # fixtures

PARTS = ["explore", "crosstab", "drivers", "watch", "weights"]


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_drawn_and_speaks_english(sample: Store, open_page: Open, part: str) -> None:
    """For the power company's survey over all time; nothing of it is left in Chinese, the expert's view included."""
    app = open_page(sample, "manager", "analysis", part=part, period="all", lang="en")
    assert not app.exception
    # The numbers of a chart travel as bytes, in which any sign can be read.
    left = [line for line in left_in_chinese(app, sample) if "\x00" not in line and "\ufffd" not in line]
    assert not left, left[:10]


def test_a_question_is_offered_what_fits_it(sample: Store, open_page: Open) -> None:
    """A share has its interval and n in a sentence, and formula, source and call behind it."""
    app = open_page(sample, "manager", "analysis", period="all")
    shown = words(app)
    assert "95% 区间" in shown and "n=" in shown and "Wilson (1927)" in shown
    assert "驱动因素" in shown and "多组差异" in shown


@pytest.mark.parametrize("part", PARTS)
def test_an_anonymous_survey_is_neither_split_nor_watched(sample: Store, open_page: Open, part: str) -> None:
    """Whatever is asked, answers are not split by place or time."""
    anonymous = [each for each in sample.surveys.all() if each.survey.anonymous and (each.live or each.closed)]
    if not anonymous:
        pytest.skip("the sample organisation has no anonymous survey")
    app = open_page(sample, "admin", "analysis", survey=anonymous[0].code, part=part)
    assert not app.exception
    labels = [each.label for each in app.get("button_group")] + [each.label for each in app.multiselect]
    assert "按" not in labels


def test_nothing_is_claimed_from_hardly_any_weeks(sample: Store, open_page: Open) -> None:
    """Seven days are no series."""
    app = open_page(sample, "manager", "analysis", part="watch", period="7")
    assert "还看不出走势" in words(app) or "没有答卷" in words(app)
