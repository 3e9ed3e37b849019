"""SurveyJS's matrices and multiple text boxes as our grids, or as several questions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from surveys.exchange.definitions.dialects import Target
from surveys.exchange.definitions.drafts import Settings
from surveys.exchange.definitions.extension import NAME
from surveys.exchange.definitions.losses import Met
from surveys.exchange.definitions.surveyjs.element import Element, is_seen, items_of, order_of, strange
from surveys.exchange.definitions.surveyjs.entries import text_entry
from surveys.localisation.language import marked
from surveys.localisation.wording import saying

Reader = Callable[[Element], Iterator[Settings]]
Readers = Mapping[str, Reader]


def matrix(element: Element) -> Iterator[Settings]:
    met = element.met
    several = met.text("cellType") == "checkbox"
    rows, row_codes = items_of(element, met.items("rows"), marked("行"))
    choices, codes = items_of(element, met.items("columns"), marked("列"))
    settings = element.common() | {"type": "matrix_multiple" if several else "matrix_single"}
    _name_rows(element, settings["code"], row_codes, Target("", strange(codes), many=several))
    yield settings | _each_row(met, settings) | {"rows": rows, "choices": choices} | order_of(met, "rowOrder")


def _name_rows(element: Element, code: str, row_codes: Mapping[str, str], target: Target) -> None:
    element.draft.targets.pop(element.name, None)
    for value, row in row_codes.items():
        named = Target(f"{code}.{row}", target.values, target.many, target.whole)
        element.draft.targets[f"{element.name}.{value}"] = named


def _each_row(met: Met, settings: Settings) -> Settings:
    every = met.flag("eachRowRequired", "isAllRowRequired")
    if settings["required"] and not every:
        met.lose(marked("至少答一行"), marked("改为每行必答"))
    return {"required": every or settings["required"]}


def columns(element: Element, cells: Readers) -> Iterator[Settings]:
    """A table whose columns each ask something: one question per column, or per cell where each is written into."""
    met = element.met
    rows, row_codes = items_of(element, met.items("rows"), marked("行"))
    shared, _ = items_of(element, met.items("choices"), marked("选项"))
    title = element.text("title") or element.words.of(element.name, met)
    if rows:
        met.lose(marked("每列各问一项的表格"), marked("每列改为一道矩阵题，填写的格子各改为一道题"))
    else:
        met.lose(marked("重复组"), marked("只问一次"))
    required, hint = met.flag("isRequired"), element.text("description")
    own_kind = met.text("cellType") or "dropdown"
    for n, data in enumerate(met.items("columns"), start=1):
        column = Element(
            element.draft,
            element.words,
            element.draft.meet(data, saying(marked("{place} · 列 {n}"), place=met.place, n=n)),
        )
        name, kind = column.name, column.met.text("cellType") or own_kind
        kind = "dropdown" if kind == "default" or kind not in cells else kind
        heading = column.text("title") or column.words.of(name, column.met)
        if kind not in _CHOSEN or not rows:
            shared_choices = element.met.data.get("choices")
            if kind in _CHOSEN and shared_choices and not column.met.data.get("choices"):
                column.met.data = {**column.met.data, "choices": shared_choices}
            whole = (title, hint, required)
            yield from _cells(element, column, heading, whole, dict(zip(row_codes, rows, strict=True)), cells[kind])
            continue
        choices, _ = items_of(column, column.met.items("choices"), marked("选项"))
        code = element.draft.question_code(f"{element.name}_{name}", column.met.place)
        ours = "matrix_multiple" if kind in ("checkbox", "tagbox") else "matrix_single"
        settings: Settings = {"type": ours, "code": code, "title": _joined(title, heading), "hint": hint, "rows": rows}
        for value, row in row_codes.items():
            element.draft.targets[f"{element.name}.{value}.{name}"] = Target(
                f"{code}.{row}", many=ours != "matrix_single"
            )
        settings |= {"choices": choices or shared, "required": required or column.met.flag("isRequired")}
        _show(element, column, settings)
        yield settings


_CHOSEN = ("checkbox", "tagbox", "dropdown", "radiogroup")


def _show(element: Element, column: Element, settings: Settings, row: str | None = None) -> None:
    """A column's own condition; `row` in it is the row of the cell."""
    shown = column.met.text("visibleIf")
    if shown and row is not None:
        shown = shown.replace("{row.", f"{{{element.name}.{row}.")
    if not is_seen(column.met):
        element.draft.hide(settings)
    element.draft.show(settings, column.met.place, shown)


def _cells(
    element: Element,
    column: Element,
    heading: Settings | None,
    whole: tuple[Any, Any, bool],
    rows: Mapping[str, Settings],
    read: Reader,
) -> Iterator[Settings]:
    """A question for each row, or a single one where respondents add the rows."""
    title, hint, required = whole
    name = column.name
    column.met.skip(*column.met.data)
    own = {key: value for key, value in column.met.data.items() if key not in ("cellType", "title", "visibleIf")}
    for value, row in rows.items() or [(None, None)]:
        called = "_".join(each for each in (element.name, value, name) if each)
        place = column.met.place
        cell = Element(element.draft, element.words, element.draft.meet(own | {"name": called}, place))
        for settings in read(cell):
            labelled = _joined(title, row["label"]) if row else title
            settings |= {"title": _joined(labelled, heading), "hint": settings.get("hint") or hint}
            settings["required"] = bool(settings.get("required")) or required
            if target := element.draft.targets.get(called):
                element.draft.targets[f"{element.name}.{value}.{name}" if value else f"{element.name}.{name}"] = target
            _show(element, column, settings, value)
            yield settings


def _joined(title: Settings | None, heading: Settings | None) -> Settings:
    title, heading = title or {}, heading or {}
    shown = {**title, **heading}
    return {each: "：".join(filter(None, (title.get(each), heading.get(each)))) for each in shown}


def several_lines(element: Element) -> Iterator[Settings]:
    """Several lines under one title: shares of a sum where we wrote them, else one text question each."""
    met = element.met
    meant = met.data.get(NAME)
    if isinstance(meant, dict) and meant.get("type") == "constant_sum":
        yield _shares(element)
        return
    title, required = element.text("title"), met.flag("isRequired")
    met.lose(marked("一题多个填空"), marked("每个填空改为一道题"))
    for n, data in enumerate(met.items("items"), start=1):
        line = Element(
            element.draft,
            element.words,
            element.draft.meet(data, saying(marked("{place} · 填空 {n}"), place=met.place, n=n)),
        )
        name = line.name
        for settings in text_entry(line):
            heading = settings["title"]
            code = settings["code"]
            element.draft.targets[f"{element.name}.{name}"] = Target(code)
            yield settings | {"title": _joined(title, heading), "required": settings["required"] or required}


def _shares(element: Element) -> Settings:
    met = element.met
    rows, row_codes = items_of(element, met.items("items"), marked("行"), said_elsewhere=("inputType",))
    totals = re.findall(r"= (\d{1,6})['\"]", str(met.items("validators")))
    settings = element.common(validated=False) | {"type": "constant_sum", "rows": rows}
    _name_rows(element, settings["code"], row_codes, Target("", whole=True))
    return settings | ({"total": int(totals[0])} if totals else {})
