"""What the quality of agents is worked out from, and what it may not claim."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analysis.staff.agent_quality import agent_chart, compared_agents, once_each
from surveys.organisation.subjects import Subject
from surveys.quality.agent_quality import (
    USUAL_WEIGHTS,
    AgentMarks,
    DrawPlan,
    QualityPart,
    composite,
    drawn_calls,
    next_step,
)
from surveys.quality.marks_file import marks_from, month_of
from surveys.quality.score_card import ScoreCard
from surveys.tables import Row, Table

DAY = date(2026, 11, 3)


def call(number: int, agent: str, day: date = DAY) -> Subject:
    return Subject("call", f"c{number:03}", f"c{number}", None, {"agent": (agent,), "date": (day.isoformat(),)})


def card(agent: str, number: str, score: float, round_code: str = "2026-11") -> ScoreCard:
    task, of = f"t{number}{score}", f"{agent}{number}"
    return ScoreCard(task, agent, of, round_code, DAY, {"courtesy": score}, score, False, "")


def test_calls_are_drawn_at_random_and_once() -> None:
    """As many of each agent as asked, from the days asked, never drawn before, never heard by the agent."""
    calls = [call(n, "ab"[n % 2]) for n in range(40)] + [call(99, "a", date(2026, 1, 1))]
    plan = DrawPlan(DAY, DAY, 5, (1, 2, 3), 0.2, "seed", frozenset({"c000", "c002"}))
    draws = drawn_calls(calls, plan, {"a": 1})
    assert [each.agent for each in draws] == ["a"] * 5 + ["b"] * 5
    assert len({each.call for each in draws}) == 10 and not {"c000", "c002", "c099"} & {each.call for each in draws}
    assert not any(1 in each.listeners for each in draws if each.agent == "a")
    assert sum(len(each.listeners) == 2 for each in draws) == 2
    other = DrawPlan(DAY, DAY, 5, (1, 2, 3), 0.2, "other", plan.done)
    assert draws == drawn_calls(calls, plan, {"a": 1}) != drawn_calls(calls, other, {"a": 1})


def test_every_call_has_the_same_chance() -> None:
    """Over many seeds each of ten calls is drawn about as often (chi-square at .001)."""
    calls = [call(n, "a") for n in range(10)]
    drawn = [each.call for n in range(1000) for each in drawn_calls(calls, DrawPlan(DAY, DAY, 2, (1,), 0, str(n)), {})]
    counts = pd.Series(drawn).value_counts()
    assert len(counts) == 10 and float(((counts - 200) ** 2 / 200).sum()) < 27.9


@pytest.mark.parametrize(
    "parts, dimensions, step",
    [
        ({}, {"courtesy": 60, "empathy": 70}, "培训：电话礼仪"),
        ({QualityPart.ATTENDANCE: 50}, {"courtesy": 60}, "考勤管理：与本人面谈原因、调整排班，不安排培训"),
        ({QualityPart.TEST: 40}, {"courtesy": 60}, "培训：业务知识复训，并补考"),
        ({QualityPart.CALLS: 10}, {"courtesy": 90}, None),
    ],
    ids=["courtesy", "attendance is no course", "test", "all good enough"],
)
def test_the_weakest_part_names_what_to_do(
    parts: dict[QualityPart, float], dimensions: dict[str, float], step: str | None
) -> None:
    assert next_step(parts, dimensions) == step


def test_no_composite_where_a_part_is_not_known() -> None:
    """Nobody gains by a test that was not taken."""
    known = {QualityPart.CALLS: 80.0, QualityPart.TEST: 90.0, QualityPart.ATTENDANCE: 100.0}
    assert composite(known, USUAL_WEIGHTS) is None
    assert composite(known | {QualityPart.PRODUCTIVITY: 60.0}, USUAL_WEIGHTS) == pytest.approx(82.0)
    assert AgentMarks(talk_minutes=300, available=80).parts(600)[QualityPart.PRODUCTIVITY] == 65


def test_a_call_heard_by_two_counts_once() -> None:
    cards = [card("a", "1", 60), card("a", "1", 80), card("a", "2", 90)]
    assert once_each(cards)["score"].tolist() == [70, 90]
    found = compared_agents(cards, {}, USUAL_WEIGHTS, ["a"])
    assert found.lines[0].cards == 2 and found.lines[0].score == 80
    assert found.agreement.calls == 1 and found.agreement.apart == 20 and not found.agreement.single.ok
    assert found.lines[0].rank_low is None and found.refusal is not None, "one agent has no rank"


def test_ranks_are_ranges() -> None:
    """Ten agents who are the same are not put in an order: every range holds most places."""
    chance = np.random.default_rng(1)
    names = [f"a{n}" for n in range(10)]
    cards = [card(name, str(n), float(chance.normal(80, 8))) for name in names for n in range(5)]
    found = compared_agents(cards, {}, USUAL_WEIGHTS, names)
    widths = [line.rank_high - line.rank_low for line in found.lines if line.rank_high and line.rank_low]
    assert len(widths) == 10 and min(widths) >= 4


def made_up(chance: np.random.Generator, shift: float = 0.0) -> pd.DataFrame:
    """Twenty agents over six months with two to six calls each; the first one moves in the last month."""
    rows = [
        (f"a{agent:02}", f"2026-{month:02}", chance.normal(75 + shift * (agent == 0 and month == 6), 9))
        for agent in range(20) for month in range(1, 7) for _ in range(int(chance.integers(2, 7)))
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["agent", "round", "score"])


def alarms(calls: pd.DataFrame) -> int:
    return sum(int(agent_chart(calls, each, agents=20)["signal"].sum()) for each in calls["agent"].unique())


def test_charts_do_not_cry_wolf() -> None:
    """Among a hundred agent-months about one false alarm, as is borne; a fall by forty points is seen."""
    chance = np.random.default_rng(2)
    mean_alarms = np.mean([alarms(made_up(chance)) for _ in range(60)])
    assert 0.5 < mean_alarms < 1.5, mean_alarms
    fallen = [agent_chart(made_up(chance, -40), "a00", agents=20)["signal"].iloc[-1] for _ in range(20)]
    assert sum(fallen) >= 18


def test_a_single_call_alarms_nobody() -> None:
    calls = pd.DataFrame([("a", "1", 90.0), ("a", "2", 10.0)], columns=["agent", "round", "score"])
    assert not agent_chart(calls, "a", agents=1)["signal"].any()


@pytest.mark.parametrize(
    "said, month", [("2026-11", "2026-11"), ("2026年3月", "2026-03"), ("2026-13", None), ("x", None)], ids=str
)
def test_months(said: str, month: str | None) -> None:
    assert month_of(said) == month


def test_marks_tell_every_bad_row() -> None:
    rows = [("a1", "2026-11", "86", "101"), ("nobody", "2026-11", "1", ""), ("一号", "2026-11", "90", "")]
    rows.append(("a1", "?", "", ""))
    table = Table(("话务员", "期间", "业务测试", "出勤率"), (Row(n, each) for n, each in enumerate(rows, 2)))
    read = marks_from(table, [Subject("agent", "a1", "甲"), Subject("agent", "a2", "一号")])
    assert [each.line for each in read.bad] == [2, 3, 5] and read.marks == {("a2", "2026-11"): AgentMarks(test=90)}


def test_listeners_who_agree_are_told_so() -> None:
    """ICC(1) of two listeners, by hand: mean squares 200 between calls and 2 within give 198/202."""
    cards = [card("a", str(n), score) for n, level in enumerate((60, 70, 80)) for score in (level - 1, level + 1)]
    found = compared_agents(cards, {}, USUAL_WEIGHTS, ["a"]).agreement
    between, within = 2 * 100.0, 2.0
    assert found.single.value == pytest.approx((between - within) / (between + within)) and found.apart == 2
