"""How each of those that a survey is about did in the last rounds, beside one another, and what changed in each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from analysis.differences.comparison import correct_changes
from analysis.estimates import Change
from analysis.figures import FIGURES
from analysis.pages.figures import Figure, change_words, with_span
from analysis.pages.rounds import round_names
from analysis.released.released_answers import ReleasedAnswers
from analysis.released.rounds_in_view import round_before
from analysis.released.survey_figures import FoundFigure, survey_figures
from surveys.console.kit import look
from surveys.console.kit.words import _
from surveys.localisation.language import marked
from surveys.localisation.wording import saying
from surveys.organisation.subjects import SUBJECT_KINDS

_AT_MOST = 4  # rounds beside one another: a table that a desk screen shows whole


@dataclass(frozen=True)
class _Unit:
    """One of those that are compared: its figure in each round that has one, by the round's code."""

    name: str
    figures: Mapping[str, FoundFigure]

    def change(self, latest: str) -> Change | None:
        found = self.figures.get(latest)
        return found.change if found else None


def units_by_round(view: ReleasedAnswers, rounds: Sequence[str]) -> None:
    """A table of units by round, the oldest first; *rounds* are codes, the newest first."""
    if _alone(view):
        return
    by_name = _in_rounds(view, rounds[:_AT_MOST])
    units = [_Unit(name, found) for name, found in by_name.items()]
    if len(units) < 2:
        return
    label = _unit_label(view)
    st.header(_("各轮按{unit}比较").format(unit=label), anchor=False)
    told = {each.name: change for each in units if (change := each.change(rounds[0])) is not None}
    changes = correct_changes(told, saying(marked("{count} 个对象的变化（Holm）"), count=len(told)))
    names, shown = round_names(view), rounds[:_AT_MOST][::-1]
    look.table(
        [label, *(names[code] for code in shown), _("最近一轮与上一轮相比")],
        [(each.name, *_cells(each, shown), _changed(each, rounds[0], changes)) for each in units],
    )
    look.soft(_("格子里是满意率、95% 区间和作答数；“—”是这一轮没有作答，或作答太少而不显示。"))


def _in_rounds(view: ReleasedAnswers, rounds: Sequence[str]) -> dict[str, dict[str, FoundFigure]]:
    """By name of the unit and code of the round; what changed is told of the newest alone."""
    names, found = round_names(view), dict[str, dict[str, FoundFigure]]()
    for code in rounds:
        in_round = view.of_round(code, round_before(names, code) if code == rounds[0] else None)
        for name, part in _parts(in_round):
            figure = overall_of(part)
            if figure is not None and part.n:
                found.setdefault(name, {})[code] = figure
    return dict(sorted(found.items()))


def _parts(view: ReleasedAnswers) -> Iterator[tuple[str, ReleasedAnswers]]:
    """The answers about each unit that may be looked at by itself."""
    if view.anonymous:
        within = None if view.looked_at is None else {view.name_of("department", code) for code in view.looked_at}
        shown = (name for name in view.departments() if within is None or name in within)
        yield from ((name, view.of_department(name)) for name in shown)
        return
    column = _column(view)
    yield from ((name, view.within(where=view.coded_segments | {column: name})) for name in view.values(column))


def _alone(view: ReleasedAnswers) -> bool:
    """Whether one unit was chosen to be looked at by itself."""
    return "department" in view.segments and not view.leads if view.anonymous else _column(view) in view.segments


def _column(view: ReleasedAnswers) -> str:
    return "subject" if view.record.survey.about else "department"


def _unit_label(view: ReleasedAnswers) -> str:
    kind = SUBJECT_KINDS.get(view.record.survey.about or "department")
    return _(kind.label) if kind else _("部门")


def overall_of(view: ReleasedAnswers) -> FoundFigure | None:
    """The headline by which rounds are compared: the first in the catalogue whose changes can be told."""
    wanted = next((each for each in FIGURES.values() if each.headline and each.change is not None), None)
    return next(iter(survey_figures(view, [wanted], changes=True)), None) if wanted else None


def _cells(unit: _Unit, rounds: Sequence[str]) -> Iterator[str]:
    for code in rounds:
        found = unit.figures.get(code)
        if found is None or not found.estimate.ok:
            yield with_span(found.estimate) if found else "—"
        else:
            yield _("{value} n={n}").format(value=with_span(found.estimate), n=found.estimate.n)


def _changed(unit: _Unit, latest: str, changes: Mapping[str, Change]) -> str | Markup:
    change, found = changes.get(unit.name), unit.figures.get(latest)
    return change_words(Figure("", found.estimate, change)) if change and found else "—"
