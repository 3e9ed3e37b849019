"""The population table that a manager enters or uploads, read into the margins that weights are raked to."""

from __future__ import annotations

import pandas as pd

from analysis.sampling.weighting import WeightingProblem
from surveys.localisation.language import catalogues, gettext
from surveys.localisation.wording import Message, Series, saying

# Headings under which a table may name what its columns are, besides what the first of them is called elsewhere.
HEADINGS = {
    "column": ("特征", "列", "变量", "column", "variable"),
    "category": ("分类", "类别", "取值", "category", "value"),
    "people": ("人数", "总体", "户数", "占比", "people", "population", "count", "share"),
}


def population_margins(table: pd.DataFrame, columns: dict[str, str]) -> dict[str, dict[str, float]]:
    """Column of the responses → category → people, from a table with one row per category.

    *table* has the columns of `HEADINGS`; *columns* maps each name that may stand under 特征, to
    the column of the responses. Raises `WeightingProblem` with every row that can't be used.
    """
    names = {part: _found(table, headings) for part, headings in HEADINGS.items()}
    missing = tuple(saying(HEADINGS[part][0]) for part, name in names.items() if name is None)
    if missing:
        raise WeightingProblem([saying("总体表缺少这些列：{columns}", columns=Series(missing))])
    rows = table[[name for name in names.values() if name is not None]].set_axis(list(names), axis=1)
    rows = rows.replace("", pd.NA).dropna(how="all")
    margins: dict[str, dict[str, float]] = {}
    problems: list[Message] = []
    for number, (column, category, people) in enumerate(rows.itertuples(index=False), start=2):
        try:
            _add(margins, columns, column, category, people)
        except _Unfit as unfit:
            problems.append(saying("第 {number} 行：{reason}", number=number, reason=unfit.reason))
    if problems or not margins:
        raise WeightingProblem(problems or [saying("总体表里没有内容")])
    return margins


class _Unfit(ValueError):
    """A row that can't be used."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


def _found(table: pd.DataFrame, headings: tuple[str, ...]) -> str | None:
    known = {*headings, *(gettext(headings[0], language).lower() for language in catalogues())}
    return next((str(name) for name in table.columns if str(name).strip().lower() in known), None)


def _add(
    margins: dict[str, dict[str, float]], columns: dict[str, str], column: object, category: object, people: object
) -> None:
    """Put one row into the margins; raises _Unfit."""
    name = str(column).strip()
    if name not in columns:
        known = Series(tuple(saying("{name}", name=each) for each in columns))
        raise _Unfit(saying("没有“{name}”这一特征，可用的有：{known}", name=name, known=known))
    number = _number(people)
    target = margins.setdefault(columns[name], {})
    label = str(category).strip()
    if label in target:
        raise _Unfit(saying("“{name}”的“{label}”写了两次", name=name, label=label))
    target[label] = number


def _number(people: object) -> float:
    text = str(people).strip().replace(",", "").replace("，", "").removesuffix("%")
    try:
        number = float(text)
    except ValueError:
        raise _Unfit(saying("“{people}”不是人数", people=people)) from None
    if not 0 <= number < float("inf"):
        raise _Unfit(saying("人数 {people} 不能用", people=people))
    return number
