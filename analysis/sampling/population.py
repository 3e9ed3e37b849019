"""The population table that a manager enters or uploads, read into the margins that weights are raked to."""

from __future__ import annotations

import pandas as pd

from analysis.estimates import Words
from analysis.sampling.weighting import WeightingProblem

# Headings under which a table may name what its columns are.
HEADINGS = {
    "column": ("特征", "列", "变量", "column", "variable"),
    "category": ("分类", "类别", "取值", "category", "value"),
    "people": ("人数", "总体", "户数", "占比", "people", "population", "count", "share"),
}


def population_margins(table: pd.DataFrame, columns: dict[str, str]) -> dict[str, dict[str, float]]:
    """Column of the responses → category → people, from a table with one row per category.

    *table* has the columns of `HEADINGS`; *columns* maps each name that may stand under 特征, in either language, to
    the column of the responses. Raises `WeightingProblem` with every row that can't be used.
    """
    names = {part: _found(table, headings) for part, headings in HEADINGS.items()}
    missing = [HEADINGS[part][0] for part, name in names.items() if name is None]
    if missing:
        english = ", ".join(HEADINGS[part][-2] for part, name in names.items() if name is None)
        wanted = f"总体表缺少这些列：{'、'.join(missing)}"
        raise WeightingProblem([Words(wanted, f"the population table lacks these columns: {english}")])
    rows = table[[name for name in names.values() if name is not None]].set_axis(list(names), axis=1)
    rows = rows.replace("", pd.NA).dropna(how="all")
    margins: dict[str, dict[str, float]] = {}
    problems: list[Words] = []
    for number, (column, category, people) in enumerate(rows.itertuples(index=False), start=2):
        try:
            _add(margins, columns, column, category, people)
        except _Unfit as unfit:
            problems.append(Words(f"第 {number} 行：{unfit.reason.zh}", f"row {number}: {unfit.reason.en}"))
    if problems or not margins:
        raise WeightingProblem(problems or [Words("总体表里没有内容", "the population table is empty")])
    return margins


class _Unfit(ValueError):
    """A row that can't be used."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.reason = Words(zh, en)


def _found(table: pd.DataFrame, headings: tuple[str, ...]) -> str | None:
    return next((str(name) for name in table.columns if str(name).strip().lower() in headings), None)


def _add(
    margins: dict[str, dict[str, float]], columns: dict[str, str], column: object, category: object, people: object
) -> None:
    """Put one row into the margins; raises _Unfit."""
    name = str(column).strip()
    if name not in columns:
        there = f"没有“{name}”这一特征，可用的有：{'、'.join(columns)}"
        raise _Unfit(there, f"there is no column “{name}”; use one of {', '.join(columns)}")
    number = _number(people)
    target = margins.setdefault(columns[name], {})
    label = str(category).strip()
    if label in target:
        raise _Unfit(f"“{name}”的“{label}”写了两次", f"“{label}” of “{name}” stands twice")
    target[label] = number


def _number(people: object) -> float:
    text = str(people).strip().replace(",", "").replace("，", "").removesuffix("%")
    try:
        number = float(text)
    except ValueError:
        raise _Unfit(f"“{people}”不是人数", f"“{people}” is no number of people") from None
    if not 0 <= number < float("inf"):
        raise _Unfit(f"人数 {people} 不能用", f"{people} people can't be used; give a number from 0")
    return number
