"""A change has a direction, both values and their dates, and readers are told first of what is theirs."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analysis.charts.time_charts import trend_chart
from analysis.differences.comparison import mean_change, share_change
from analysis.differences.hotspots import eras_of
from analysis.improvement.priorities import improvement_areas
from analysis.interpretation.sentences import sentence
from analysis.intervals.shares import share
from analysis.level.satisfaction import RatedDimension
from analysis.monitoring.trends import weekly_trend
from surveys.definition.survey import Survey
from surveys.intake.submission import Submission
from surveys.localisation.clock import local_day, utc_now
from surveys.organisation.departments import Department
from surveys.organisation.responsibilities import RESPONSIBILITIES, OwnedTwice, as_setting, owners, theirs, theirs_first
from surveys.storage import Store
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, words
from tests.support.front_door import publish

__all__ = ["open_page"]  # a fixture


@pytest.mark.parametrize(
    "before, after, zh, en",
    [
        ((84, 100), (67, 100), "从 84.0% 降到 67.0%", "from 84.0% down to 67.0%"),
        ((67, 100), (84, 100), "从 67.0% 升到 84.0%", "from 67.0% up to 84.0%"),
        ((84, 100), (84, 100), "从 84.0% 仍是 84.0%", "from 84.0% to 84.0%"),
        ((5000, 10001), (5001, 10001), "从 50.0% 仍是 50.0%", "from 50.0% to 50.0%"),
    ],
    ids=["down", "up", "level", "level as it is shown"],
)
def test_a_sentence_on_a_change_says_which_way(
    before: tuple[int, int], after: tuple[int, int], zh: str, en: str
) -> None:
    change = share_change(share(*before), share(*after))
    assert zh in sentence(change, "zh") and en in sentence(change, "en")


def days(first: str, last: str) -> pd.Series:
    return pd.Series(pd.date_range(first, last))


def test_the_reason_for_an_area_has_both_scores_and_their_days() -> None:
    """Not the difference alone."""
    before, now = (
        pd.DataFrame({
            "response": [f"{name}{n}" for n in range(60)], "day": list(days(*span)) * 2,
            "q": [high, high - 1] * 30, "overall": [4.0, 5.0] * 30, "district": "东",
        })
        for name, span, high in (("a", ("2026-10-01", "2026-10-30"), 5.0), ("b", ("2026-10-31", "2026-11-29"), 3.0))
    )  # fmt: skip
    nothing = pd.DataFrame(columns=["response", "item", "text", "kind", "sentiment", "score", "aspect", "label"])
    dimensions = {"d": RatedDimension("维度", ["q"], 1, 5)}
    [area] = improvement_areas(now, dimensions, "overall", nothing, nothing, previous=before, draws=20)
    told = "".join(map(str, area.reasons))
    before_words, now_words = "上期（2026-10-01 至 2026-10-30）的 4.50", "本期（2026-10-31 至 2026-11-29）的 2.50"
    assert f"从{before_words} 降到{now_words}（差 −2.00 分）" in told


def test_without_days_the_eras_have_none() -> None:
    """An anonymous survey is not compared over time."""
    _rows, eras = eras_of(pd.DataFrame({"day": pd.Series([pd.NaT, pd.NaT])}), None)
    assert (str(eras.recent_words), str(eras.earlier_words)) == ("", "")


def test_an_upright_line_stands_where_the_period_begins() -> None:
    """Only where there is something before it."""
    trend = weekly_trend(pd.Series([4.0, 5.0] * 20), days("2026-10-01", "2026-11-09"), lambda part: share(1, len(part)))
    begin = trend_chart(trend, title="满意率", since=pd.Timestamp("2026-10-20")).to_dict()
    assert "2026-10-20" in str(begin["datasets"]) and "2026-10-20" not in str(trend_chart(trend, title="").to_dict())


def test_what_is_owned_is_kept_once_and_comes_first() -> None:
    kept = as_setting({"repair": ("reliability", "safety"), "service": ("hall",), "connection": ()})
    assert owners(kept) == {"reliability": "repair", "safety": "repair", "hall": "service"} and owners(None) == {}
    assert theirs(kept, ("repair", "connection")) == {"reliability", "safety"}
    assert theirs_first(["hall", "safety", "price", "reliability"], theirs(kept, ("repair",)), str) == [
        "safety", "reliability", "hall", "price",
    ]  # fmt: skip
    with pytest.raises(OwnedTwice, match="hall"):
        as_setting({"repair": ("hall",), "service": ("hall",)})


@pytest.fixture(scope="module")
def fallen(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Repair's customers rated everything well until a month ago; since then, courtesy fell more than repair."""
    store = add_accounts(Store(tmp_path_factory.mktemp("fallen") / "fallen.db"))
    store.organisation.save([Department("repair", "抢修部"), Department("service", "服务部")], [])
    publish(store, "power-visit")
    survey: Survey = store.surveys.get("power-visit").survey
    today = local_day(utc_now())
    items = {each.code: each.dimension for each in survey.questions() if each.type == "rating"}

    def answers(number: int, recent: bool) -> dict[str, int]:
        fall = {"attitude": 3, "repair": 2}
        return {
            code: max(1, 5 - number % 2 - (fall.get(dimension or "", 1) if recent else 0))
            for code, dimension in items.items()
        }

    store.responses.append([
        Submission(**{
            **vars(submission(number)), "answers": answers(number, recent),
            "received_on": today - timedelta(days=number % 28 + (1 if recent else 31)), "received_at": None,
        })
        for number in range(240)
        for recent in [number >= 120]
    ])  # fmt: skip
    return store


@pytest.mark.dated
@pytest.mark.parametrize("language, way", [("zh-Hans", "降到"), ("en", "down from")])
def test_the_page_says_from_what_to_what_and_when(fallen: Store, open_page: Open, language: str, way: str) -> None:
    """Both values, each with its days; the trend reaches back to the period before."""
    today = local_day(utc_now())
    shown = words(open_page(fallen, "head", "results", lang=language))
    card = shown[shown.index(way) - 40 : shown.index(way) + 120]
    assert "100.0%" in card and f"{today - timedelta(days=29):%Y-%m-%d}" in card, card
    assert ("竖线是所选时间的开始" if language == "zh-Hans" else "The upright line") in shown


def test_all_time_has_nothing_before_it(fallen: Store, open_page: Open) -> None:
    """Rounds are set against each other further down, whatever time is in view."""
    figures, _, rounds = words(open_page(fallen, "head", "results", period="all")).partition("各轮比较")
    assert "降到" not in figures and "竖线" not in figures + rounds


def first_areas(app: AppTest) -> str:
    """What the start page says under what to do first."""
    return words(app).partition("先做什么")[2].partition("等您处理")[0]


def test_a_manager_is_told_first_of_what_is_theirs(fallen: Store, open_page: Open) -> None:
    """Courtesy fell most; repair is what the department answers for. The administrator hears of courtesy."""
    fallen.organisation.set(RESPONSIBILITIES, as_setting({"repair": ("repair",), "service": ("attitude",)}))
    own = first_areas(open_page(fallen, "head", ""))
    assert own.index("抢修服务") < own.index("归您部门负责") < own.index("服务态度")
    everyone = first_areas(open_page(fallen, "boss", ""))
    assert everyone.index("服务态度") < everyone.index("抢修服务") and "归您部门负责" not in everyone
    listed = words(open_page(fallen, "head", "improvement"))
    assert listed.index("抢修服务") < listed.index("1. 服务态度") and "归您部门负责" in listed


def test_what_nobody_owns_is_told_as_before(fallen: Store, open_page: Open) -> None:
    fallen.organisation.set(RESPONSIBILITIES, "{}")
    told = first_areas(open_page(fallen, "head", ""))
    assert told.index("服务态度") < told.index("抢修服务")


def test_the_administrator_says_who_answers_for_what(fallen: Store, open_page: Open) -> None:
    """A topic given to two departments is refused by name, and nothing is kept of it."""
    fallen.organisation.set(RESPONSIBILITIES, "{}")
    app = open_page(fallen, "boss", "organisation", tab="responsibilities")
    by_name = {each.label: each for each in app.multiselect}
    for name in ("抢修部", "服务部"):
        by_name[name].set_value(["repair"])
    app.button(key="save responsibilities").click().run()
    assert "抢修服务分给了几个部门" in "".join(each.value for each in app.error)
    assert owners(fallen.organisation.setting(RESPONSIBILITIES)) == {}
    next(each for each in app.multiselect if each.label == "服务部").set_value(["hall", "attitude"])
    app.button(key="save responsibilities").click().run()
    assert not app.exception and not app.error
    assert owners(fallen.organisation.setting(RESPONSIBILITIES)) == {
        "repair": "repair", "hall": "service", "attitude": "service",
    }  # fmt: skip


def test_a_share_of_complaints_that_rises_is_no_good_news() -> None:
    """What is better depends on what is counted."""
    from analysis.pages.figures import Figure, change_words

    risen = share_change(share(10, 200), share(80, 200))
    assert "good" in change_words(Figure("", risen.after, risen, better="more"))
    assert "bad" in change_words(Figure("", risen.after, risen, better="less"))
    neither = change_words(Figure("", risen.after, risen, better="neither"))
    assert "bad" not in neither and "good" not in neither
    level = mean_change(pd.Series([4.0, 5.0] * 50), pd.Series([4.0, 5.0] * 50))
    assert "仍是" in change_words(Figure("", level.after, level))
