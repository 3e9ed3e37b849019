"""The gate to score cards: agents that an account answers for, side by side; single cards go to their agent alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.differences.contact_centre import GroupScore, group_scores
from analysis.figures import overall_scale
from analysis.frames import item_column
from analysis.released.parts import Column
from analysis.released.released_answers import ReleasedAnswers
from analysis.staff.agent_quality import AgentsCompared, agent_chart, compared_agents, once_each
from surveys.organisation.subjects import Subject
from surveys.quality.agent_quality import WEIGHTS, weights_from
from surveys.quality.score_card import ScoreCard, score_cards
from surveys.storage import Store
from surveys.storage.records.surveys import SurveyRecord


@dataclass(frozen=True)
class AgentsInView:
    """Agents of one round, and their charts over all rounds."""

    compared: AgentsCompared
    rounds: Sequence[str]
    _calls: pd.DataFrame

    def chart(self, agent: str) -> pd.DataFrame:
        return agent_chart(self._calls, agent, agents=self._calls["agent"].nunique())


def rounds_of_cards(store: Store, record: SurveyRecord, agents: Sequence[Subject]) -> list[str]:
    """The rounds that have cards of these agents, the newest first."""
    return sorted({each.round for each in _cards(store, record, agents)}, reverse=True)


def agents_in_view(store: Store, record: SurveyRecord, agents: Sequence[Subject], round_code: str) -> AgentsInView:
    """*agents*: those in the reader's reach. Marks are those of the month that the round is named after."""
    cards = _cards(store, record, agents)
    codes = [each.code for each in agents]
    marks = {agent: each for agent, each in store.agent_quality.marks(round_code).items() if agent in set(codes)}
    weights = weights_from(store.organisation.setting(WEIGHTS))
    compared = compared_agents([each for each in cards if each.round == round_code], marks, weights, codes)
    return AgentsInView(compared, sorted({each.round for each in cards}, reverse=True), once_each(cards))


def _cards(store: Store, record: SurveyRecord, agents: Sequence[Subject]) -> list[ScoreCard]:
    """Each with the code of its round."""
    rounds = record.opening.rounds
    codes = {each.code for each in agents}
    answers = [
        each for chunk in store.responses.responses(record.code) for each in chunk if each.subject in codes
    ]
    day_round = {each.task or each.id: rounds.code_of(each.round, each.received_on) for each in answers}
    return [
        ScoreCard(**{**vars(each), "round": day_round[each.task] or ""}) for each in score_cards(record.survey, answers)
    ]


def customers_scores(view: ReleasedAnswers | None) -> Mapping[str, GroupScore]:
    """What customers gave, by the name of the agent that came along with their answers; empty without any."""
    overall = overall_scale(view.record.survey) if view is not None else None
    if view is None or overall is None or view.anonymous or "context.agent" not in view.circumstances:
        return {}
    found = view.ask(
        group_scores, Column(item_column(overall.code)), Column("context.agent"), Column("channel"), low=overall.low,
        high=overall.high,
    )  # fmt: skip
    return {each.name: each for each in found}
