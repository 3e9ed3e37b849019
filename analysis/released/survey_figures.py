"""The figures of the catalogue, asked of the released answers to a survey."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.estimates import Change, Estimate
from analysis.figures import FIGURES, FigureItem, SurveyFigure
from analysis.released.parts import Column, Columns, When
from analysis.released.released_figures import ReleasedFigures


@dataclass(frozen=True)
class FoundFigure:
    """A figure of one item of a survey; `change` since the period before, where there is one and it was asked for."""

    figure: SurveyFigure
    item: FigureItem
    estimate: Estimate
    change: Change | None = None


def survey_figures(
    answers: ReleasedFigures, wanted: Iterable[SurveyFigure] = tuple(FIGURES.values()), *, changes: bool = False
) -> list[FoundFigure]:
    """The *wanted* figures of every item that the survey has for them, in the order of the catalogue."""
    survey = answers.record.survey
    return [
        FoundFigure(
            figure, item, answers.ask(figure.estimate, _part(item), **item.ends, **item.key),
            _change(answers, figure, item) if changes else None,
        )
        for figure in wanted
        for item in figure.items(survey)
    ]  # fmt: skip


def _change(answers: ReleasedFigures, figure: SurveyFigure, item: FigureItem) -> Change | None:
    if figure.change is None or (answers.before is None and answers.round_before is None):
        return None
    return answers.ask(figure.change, _part(item, When.BEFORE), _part(item), **item.ends)


def _part(item: FigureItem, when: When = When.NOW) -> Column | Columns:
    return Columns(item.columns, when) if item.together else Column(item.columns[0], when)
