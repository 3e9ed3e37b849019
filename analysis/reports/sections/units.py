"""How the units did beside each other, and what they answered, with the letters of market research."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analysis.differences.banners import TOTAL, BannerTable, banner_of
from analysis.differences.crosstab_workbooks import notes
from analysis.exploring.items import items_of
from analysis.figures import FIGURES, overall_scale
from analysis.frames import item_column
from analysis.released.parts import Column, Columns
from analysis.released.released_answers import ReleasedAnswers
from analysis.released.survey_figures import survey_figures
from analysis.reports.document import Block, Cell, ReportSection, ReportTable
from analysis.reports.material import ReportMaterial
from surveys.organisation.subjects import SUBJECT_KINDS

_MOST_UNITS = 60
_COMPARED = ("top_two_box", "mean_score", "net_promoter_score")


def units(material: ReportMaterial) -> Iterator[ReportSection]:
    """A row for each unit that may be looked at by itself; the answers to the overall question by unit."""
    parts = dict(_parts(material.view))
    if len(parts) < 2:
        return
    wanted = [FIGURES[code] for code in _COMPARED]
    found = {name: survey_figures(view, wanted) for name, view in list(parts.items())[:_MOST_UNITS]}
    shown = {(each.figure.code, each.item.code): each for each in survey_figures(material.view, wanted)}
    heads = [_unit_label(material), *(material.say(each.figure.titled(each.item)) for each in shown.values())]
    rows: list[tuple[Cell, ...]] = []
    for name, figures in found.items():
        by_key = {(each.figure.code, each.item.code): each.estimate for each in figures}
        rows.append((name, *(material.cell(by_key.get(key)) for key in shown)))
    blocks: list[Block] = [
        ReportTable(material.words("各单位的主要指标"), tuple(heads), tuple(rows), _more(material, len(parts)))
    ]
    blocks += _lettered(material)
    yield ReportSection(material.words("各单位"), tuple(blocks), apart=True)


def _more(material: ReportMaterial, count: int) -> str:
    return material.words("只列出前 {most} 个单位，共 {count} 个。", most=_MOST_UNITS, count=count) \
        if count > _MOST_UNITS else ""  # fmt: skip


def _parts(view: ReleasedAnswers) -> Iterator[tuple[str, ReleasedAnswers]]:
    """The answers about each unit in view, as pages of rounds cut them."""
    if view.anonymous:
        if "department" in view.segments and not view.leads:
            return
        within = None if view.looked_at is None else {view.name_of("department", code) for code in view.looked_at}
        for name in view.departments():
            if within is None or name in within:
                yield name, view.of_department(name)
        return
    column = _column(view)
    for name in view.values(column):
        if name != view.segments.get(column):
            part = view.within(view.period, view.before, view.coded_segments | {column: name})
            yield name, part if view.round is None else part.of_round(view.round, view.round_before)


def _column(view: ReleasedAnswers) -> str:
    return "subject" if view.record.survey.about else "department"


def _unit_label(material: ReportMaterial) -> str:
    kind = SUBJECT_KINDS.get(material.view.record.survey.about or "department")
    return material.say(kind.label) if kind else material.words("部门")


def _lettered(material: ReportMaterial) -> Iterator[ReportTable]:
    """Which units' customers answered the overall question how: a row for each unit, as there may be many."""
    view, scale = material.view, overall_scale(material.view.record.survey)
    column = _column(view)
    if view.anonymous or scale is None or column not in view.may_split:
        return
    item = items_of(view.record.survey, material.language)[item_column(scale.code)]
    label = _unit_label(material)
    table, _ = view.ask(banner_of, Column(item.column), Columns((column,)), item.codes, {column: label})
    if 2 <= table.cells.shape[1] - 1 <= _MOST_UNITS:
        yield _banner(material, table, item.label, label, item.options or {})


def _banner(
    material: ReportMaterial, table: BannerTable, title: str, label: str, options: Mapping[str, str]
) -> ReportTable:  # fmt: skip
    answers = [str(code) for code in table.cells.index]
    heads = (label, material.words("列"), *(options.get(each, each) for each in answers))
    rows: list[tuple[Cell, ...]] = []
    for column in table.cells.columns:
        name = material.words("合计") if column == TOTAL else str(column).removeprefix(f"{label} · ")
        cells = zip(table.cells[column], table.letters[column], strict=True)
        rows.append((name, str(table.heads[column]), *(material.cell(each, str(letters)) for each, letters in cells)))
    told = " ".join(material.say(each) for each in notes(table))
    return ReportTable(material.words("各单位对“{question}”的回答", question=title), heads, tuple(rows), told)
