"""The elements of SurveyJS as questions of ours: one reader per element type, listed at the foot.

A reader gives one question's settings, or several where one element asks several things.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surveys.exchange.definitions.drafts import Draft, Settings
from surveys.exchange.definitions.expressions import Target
from surveys.exchange.definitions.extension import NAME
from surveys.exchange.definitions.losses import Met, said
from surveys.exchange.definitions.lowering import is_scale
from surveys.exchange.definitions.surveyjs.words import Words
from surveys.questions.entries import PATTERNS

# File types as HTML's accept says them, by what we call them.
ACCEPTED = {"image": "image/*", "pdf": "application/pdf", "office": ".doc,.docx,.xls,.xlsx,.ppt,.pptx"}
LOOKS = {"stars": "stars", "faces": "smileys", "numbers": "labels"}

# Special choices: their switch (and its older name), their text, their value, and how they read in two languages.
SPECIAL: tuple[tuple[tuple[str, ...], str, str, dict[str, str]], ...] = (
    (("showNoneItem", "hasNone"), "noneText", "none", {"zh-Hans": "以上都不是", "en": "None"}),
    (("showRefuseItem",), "refuseText", "refused", {"zh-Hans": "拒绝回答", "en": "Refuse to answer"}),
    (("showDontKnowItem",), "dontKnowText", "dontknow", {"zh-Hans": "不知道", "en": "Don't know"}),
)
OTHER_TEXT = {"zh-Hans": "其他（请说明）", "en": "Other (describe)"}


@dataclass(frozen=True)
class Element:
    """One element while it is read."""

    draft: Draft
    words: Words
    met: Met

    @property
    def name(self) -> str:
        return self.met.text("name") or "question"

    def text(self, *names: str) -> dict[str, str] | None:
        return self.words.text(self.met, *names)

    def common(self, target: Target | None = None, *, validated: bool = True) -> Settings:
        """Code, title, hint, and whether an answer is required; the name now means this question."""
        code = self.draft.question_code(self.name, self.met.place)
        target = target or Target("")
        self.draft.targets[self.name] = Target(code, target.values, target.many, target.whole)
        title = self.text("title") or self.words.of(self.met.text("name"), self.met)
        settings = {
            "code": code,
            "title": title,
            "hint": self.text("description"),
            "required": self.met.flag("isRequired"),
        }
        return settings | (self.validated() if validated else {})

    def validated(self) -> Settings:
        """What validators set; those that say something else are lost."""
        settings: Settings = {}
        for validator in self.met.items("validators"):
            met = self.draft.meet(validator, f"{self.met.place} · 检查")
            kind = met.text("type") or ""
            known = {name: ours for (each, name), ours in _VALIDATORS.items() if each == kind}
            found: Settings = {ours: met.number(name) for name, ours in known.items() if name in met}
            if kind == "email":
                found = {"pattern": "email"}
            if kind == "regex" and (pattern := _pattern(str(met.data.get("regex")))):
                met.skip("regex", "text")
                found = {"pattern": pattern}
            if not found:
                met.drop(f"检查 {kind}", "不设这个检查")
            settings |= found
        return settings


_VALIDATORS = {
    ("numeric", "minValue"): "minimum", ("numeric", "maxValue"): "maximum", ("text", "maxLength"): "max_length",
    ("answercount", "minCount"): "at_least", ("answercount", "maxCount"): "at_most",
}  # fmt: skip


def _pattern(regex: str) -> str | None:
    return next((name for name in PATTERNS if regex_of(name) == regex), None)


def regex_of(pattern: str) -> str:
    """The expression that holds for one of our patterns as a whole."""
    return f"^({PATTERNS[pattern][0]})$"


def _items(
    element: Element, values: list[Any], what: str, said_elsewhere: Sequence[str] = ()
) -> tuple[list[Settings], dict[str, str]]:
    """Options, rows or columns, and their codes by the values of the file."""
    named = [value if isinstance(value, dict) else {"value": value} for value in values]
    mets = [element.draft.meet(item, f"{element.met.place} · {what} {n}") for n, item in enumerate(named, start=1)]
    for met in mets:
        met.skip(*said_elsewhere)
    keyed = {_value(met.take("value", "name")): met for met in reversed(mets) if met.data}
    in_order = [name for name in dict.fromkeys(_value(met.take("value", "name")) for met in mets) if name]
    codes = element.draft.part_codes(in_order, element.met.place)
    if len(in_order) < len(mets):
        element.met.lose(f"重复或没有值的{what}", "只留第一个")
    return [_item(element, keyed[name], name, code) for name, code in codes.items()], codes


def _value(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value).strip()


def _item(element: Element, met: Met, name: str, code: str) -> Settings:
    option: Settings = {"code": code, "label": element.words.text(met, "text", "title") or element.words.of(name, met)}
    if met.flag("showCommentArea"):
        option["asks_text"] = True
    element.draft.show(option, met.place, met.text("visibleIf"))
    return option


def _strange(codes: Mapping[str, str]) -> dict[str, str]:
    return {value: code for value, code in codes.items() if value != code}


def _options(element: Element) -> tuple[list[Settings], dict[str, str]]:
    met = element.met
    options, codes = _items(element, met.items("choices"), "选项")
    for switches, text, value, default in SPECIAL:
        label = element.words.text(met, text)
        if met.flag(*switches):
            options.append({"code": value, "label": label or default, "exclusive": True})
    label = element.words.text(met, "otherText")
    if met.flag("showOtherItem", "hasOther"):
        options.append({"code": "other", "label": label or OTHER_TEXT, "asks_text": True})
    return options, codes


def _choice(kind: str) -> Callable[[Element], Iterator[Settings]]:
    def read(element: Element) -> Iterator[Settings]:
        met = element.met
        several = kind == "multiple_choice" or (kind == "picture" and met.flag("multiSelect"))
        ours = "multiple_choice" if several else "single_choice" if kind == "picture" else kind
        options, codes = _options(element)
        if ours != "multiple_choice":
            options = [{key: value for key, value in each.items() if key != "exclusive"} for each in options]
        settings = element.common(Target("", _strange(codes), many=several)) | {"type": ours, "options": options}
        if kind == "ranking":
            del element.draft.targets[element.name]
            met.skip("selectToRankEnabled")
        if any(option.get("asks_text") for option in options):
            element.draft.targets[f"{element.name}-Comment"] = Target(f"{settings['code']}._text")
        element.draft.offered[settings["code"]] = options
        carried = _carried(element, settings)
        yield settings | _order(met, "choicesOrder") | carried | _bounds(met)

    return read


def _order(met: Met, name: str) -> Settings:
    order = met.text(name)
    if order not in (None, "none", "initial", "random"):
        met.lose(f"顺序 {said(order)}", "按原顺序")
    return {"shuffle": True} if order == "random" else {}


def _bounds(met: Met) -> Settings:
    least, most = met.whole("minSelectedChoices"), met.whole("maxSelectedChoices")
    return ({"at_least": least} if least else {}) | ({"at_most": most} if most else {})


def _carried(element: Element, settings: Settings) -> Settings:
    """Options taken from an earlier question: only those chosen there, or all of them."""
    source = element.met.text("choicesFromQuestion")
    if source is None:
        return {}
    mode = element.met.text("choicesFromQuestionMode")
    target = element.draft.targets.get(source)
    if target is None:
        element.met.lose(f"沿用“{said(source)}”的选项", "没有读到这道题")
        return {}
    if not settings["options"]:
        settings["options"] = [dict(option) for option in element.draft.offered.get(target.field, ())]
    if mode != "selected":
        element.met.lose(f"沿用“{said(source)}”{'未选的' if mode == 'unselected' else '的全部'}选项", "列出全部选项")
        return {}
    return {"options_from": target.field}


def _rating(element: Element) -> Iterator[Settings]:
    met = element.met
    look = {theirs: ours for ours, theirs in LOOKS.items()}.get(met.text("rateType", "rateDisplayMode") or "labels")
    ends = {"low_label": element.text("minRateDescription"), "high_label": element.text("maxRateDescription")}
    options, codes = _items(element, met.items("rateValues"), "分值")
    low, step = met.whole("rateMin"), met.whole("rateStep") or 1
    high = met.whole("rateMax")
    count = met.whole("rateCount")
    met.skip("autoGenerate")
    if options:
        yield element.common(Target("", _strange(codes), whole=True)) | _points(options, ends, look)
        return
    low = 1 if low is None else low
    high = high if high is not None else low + ((count or 5) - 1) * step
    yield element.common(Target("", whole=True)) | _range(met, low, high, step, look) | ends


def _range(met: Met, low: int, high: int, step: int, look: str | None) -> Settings:
    if (low, step) == (1, 1) and 2 <= high <= 11:
        return {"type": "rating", "points": high, "look": look}
    if (low, high, step) == (0, 10, 1):
        return {"type": "nps"}
    met.lose(f"{low} 到 {high} 分的评分", "改为滑块")
    return {"type": "slider", "minimum": low, "maximum": high, "by": step}


def _points(options: list[Settings], ends: Settings, look: str | None) -> Settings:
    codes, labels = [option["code"] for option in options], [option["label"] for option in options]
    if is_scale(codes, 1) and 2 <= len(codes) <= 11:
        return {"type": "rating", "points": len(codes), "labels": labels, "look": look} | ends
    if is_scale(codes, 0) and len(codes) == 11:
        return {"type": "nps", "labels": labels} | ends
    return {"type": "single_choice", "options": options}


def _slider(element: Element) -> Iterator[Settings]:
    names = {"minimum": "min", "maximum": "max", "by": "step"}
    settings = element.common(Target("", whole=True)) | {"type": "slider"}
    yield settings | {ours: element.met.whole(theirs) for ours, theirs in names.items()}


def _text(element: Element) -> Iterator[Settings]:
    kind = element.met.text("inputType") or "text"
    if kind == "text" and element.met.data.get("visible") is False:
        element.met.skip("visible", "clearIfInvisible")
        kind = "hidden"
    if kind not in _INPUTS:
        element.met.lose(f"输入类型 {said(kind)}", "改为单行文字")
    settings, limits = _INPUTS.get(kind, ({"type": "short_text"}, "length"))
    if kind in ("datetime-local", "datetime", "month", "week"):
        element.met.lose(f"输入类型 {kind}", "改为日期题")
    yield element.common(Target("", whole=kind == "range")) | settings | _LIMITS[limits](element.met)


def _length(met: Met) -> Settings:
    longest = met.whole("maxLength")
    return {"max_length": longest} if longest is not None and longest > 0 else {}


def _span(met: Met) -> Settings:
    return {ours: limit for ours, name in (("earliest", "min"), ("latest", "max")) if (limit := met.text(name))}


def _amount(met: Met) -> Settings:
    step = met.text("step") or ""
    decimals = len(step.partition(".")[2]) if re.fullmatch(r"0\.0{0,5}1", step) else 0
    if step not in ("", "1", "any") and not decimals:
        met.lose(f"步长 {said(step)}", "不设步长")
    limits = {"minimum": met.number("min"), "maximum": met.number("max")}
    return {name: limit for name, limit in limits.items() if limit is not None} | {
        "decimals": 6 if step == "any" else decimals
    }


def _track(met: Met) -> Settings:
    limits = {"minimum": met.whole("min"), "maximum": met.whole("max"), "by": met.whole("step")}
    return {name: limit for name, limit in limits.items() if limit is not None}


_LIMITS: dict[str, Callable[[Met], Settings]] = {"length": _length, "span": _span, "amount": _amount, "track": _track}
_INPUTS: dict[str, tuple[Settings, str]] = {
    "text": ({"type": "short_text"}, "length"),
    "hidden": ({"type": "hidden"}, "length"),
    "email": ({"type": "short_text", "pattern": "email"}, "length"),
    "tel": ({"type": "short_text", "pattern": "phone"}, "length"),
    "number": ({"type": "number"}, "amount"),
    "range": ({"type": "slider"}, "track"),
    "date": ({"type": "date"}, "span"),
    "time": ({"type": "time"}, "span"),
    "datetime-local": ({"type": "date"}, "span"),
    "datetime": ({"type": "date"}, "span"),
    "month": ({"type": "date"}, "span"),
    "week": ({"type": "date"}, "span"),
}


def _comment(element: Element) -> Iterator[Settings]:
    yield element.common() | {"type": "long_text"} | _length(element.met)


def _boolean(element: Element) -> Iterator[Settings]:
    met = element.met
    yes, no = _value(met.take("valueTrue")) or "true", _value(met.take("valueFalse")) or "false"
    if met.take("renderAs", "displayMode") == "checkbox":
        agreement = element.text("label", "labelTrue")
        yield element.common(Target("", {yes: "yes"} if yes != "yes" else {})) | {
            "type": "consent",
            "agreement": agreement,
        }
        return
    labels = (element.text("labelTrue") or {"zh-Hans": "是", "en": "Yes"}, element.text("labelFalse"))
    codes = element.draft.part_codes([yes, no], met.place)
    options = [{"code": codes[yes], "label": labels[0]}]
    options.append({"code": codes.get(no, "false"), "label": labels[1] or {"zh-Hans": "否", "en": "No"}})
    yield element.common(Target("", _strange(codes))) | {"type": "single_choice", "options": options}


def _matrix(element: Element) -> Iterator[Settings]:
    met = element.met
    several = met.text("cellType") == "checkbox"
    rows, row_codes = _items(element, met.items("rows"), "行")
    choices, codes = _items(element, met.items("columns"), "列")
    settings = element.common() | {"type": "matrix_multiple" if several else "matrix_single"}
    _name_rows(element, settings["code"], row_codes, Target("", _strange(codes), many=several))
    yield settings | _each_row(met, settings) | {"rows": rows, "choices": choices} | _order(met, "rowOrder")


def _name_rows(element: Element, code: str, row_codes: Mapping[str, str], target: Target) -> None:
    element.draft.targets.pop(element.name, None)
    for value, row in row_codes.items():
        named = Target(f"{code}.{row}", target.values, target.many, target.whole)
        element.draft.targets[f"{element.name}.{value}"] = named


def _each_row(met: Met, settings: Settings) -> Settings:
    every = met.flag("eachRowRequired", "isAllRowRequired")
    if settings["required"] and not every:
        met.lose("至少答一行", "改为每行必答")
    return {"required": every or settings["required"]}


def _columns(element: Element) -> Iterator[Settings]:
    """A table whose columns each ask something: one question per column."""
    met = element.met
    rows, row_codes = _items(element, met.items("rows"), "行")
    shared, _ = _items(element, met.items("choices"), "选项")
    title = element.text("title") or element.words.of(element.name, met)
    met.lose("每列各问一项的表格", "每列改为一道矩阵题")
    required, hint = met.flag("isRequired"), element.text("description")
    own_kind = met.text("cellType") or "dropdown"
    for n, data in enumerate(met.items("columns"), start=1):
        column = Element(element.draft, element.words, element.draft.meet(data, f"{met.place} · 列 {n}"))
        name = column.name
        choices, _ = _items(column, column.met.items("choices"), "选项")
        code = element.draft.question_code(f"{element.name}_{name}", column.met.place)
        heading = column.text("title") or column.words.of(name, column.met)
        kind = column.met.text("cellType") or own_kind
        ours = "matrix_multiple" if kind in ("checkbox", "tagbox") else "matrix_single"
        if kind not in ("checkbox", "tagbox", "dropdown", "radiogroup", "default"):
            column.met.lose(f"格子的题型 {said(kind)}", "按单选读")
        settings = {"type": ours, "code": code, "title": _joined(title, heading), "hint": hint, "rows": rows}
        for value, row in row_codes.items():
            element.draft.targets[f"{element.name}.{value}.{name}"] = Target(
                f"{code}.{row}", many=ours != "matrix_single"
            )
        yield settings | {"choices": choices or shared, "required": required or column.met.flag("isRequired")}


def _joined(title: Settings | None, heading: Settings | None) -> Settings:
    title, heading = title or {}, heading or {}
    shown = {**title, **heading}
    return {each: "：".join(filter(None, (title.get(each), heading.get(each)))) for each in shown}


def _several(element: Element) -> Iterator[Settings]:
    """Several lines under one title: shares of a sum where we wrote them, else one text question each."""
    met = element.met
    meant = met.data.get(NAME)
    if isinstance(meant, dict) and meant.get("type") == "constant_sum":
        yield _shares(element)
        return
    title, required = element.text("title"), met.flag("isRequired")
    met.lose("一题多个填空", "每个填空改为一道题")
    for n, data in enumerate(met.items("items"), start=1):
        line = Element(element.draft, element.words, element.draft.meet(data, f"{met.place} · 填空 {n}"))
        name = line.name
        for settings in _text(line):
            heading = settings["title"]
            code = settings["code"]
            element.draft.targets[f"{element.name}.{name}"] = Target(code)
            yield settings | {"title": _joined(title, heading), "required": settings["required"] or required}


def _shares(element: Element) -> Settings:
    met = element.met
    rows, row_codes = _items(element, met.items("items"), "行", said_elsewhere=("inputType",))
    totals = re.findall(r"= (\d{1,6})['\"]", str(met.items("validators")))
    settings = element.common(validated=False) | {"type": "constant_sum", "rows": rows}
    _name_rows(element, settings["code"], row_codes, Target("", whole=True))
    return settings | ({"total": int(totals[0])} if totals else {})


def _file(element: Element) -> Iterator[Settings]:
    met = element.met
    several, most = met.flag("allowMultiple"), met.whole("maxFiles")
    settings = element.common() | {"type": "file", "at_most": min(most or 10, 10) if several else 1}
    types = {each.strip() for each in (met.text("acceptedTypes") or "").split(",") if each.strip()}
    accept = [ours for ours, theirs in ACCEPTED.items() if types & set(theirs.split(","))]
    strange = types - {each for theirs in ACCEPTED.values() for each in theirs.split(",")}
    if strange:
        met.lose(f"文件种类 {said(', '.join(sorted(strange)))}", "按图片、PDF、办公文档读")
    size = met.number("maxSize")
    limits = {"megabytes": size / 1_000_000} if size else {}
    yield settings | {"accept": accept or list(ACCEPTED)} | limits


def _signature(element: Element) -> Iterator[Settings]:
    yield element.common() | {"type": "signature"}


def _statement(element: Element) -> Iterator[Settings]:
    words = element.words.text(element.met, "html", html=True)
    settings = element.common()
    yield (
        {key: settings[key] for key in ("code", "title", "hint")}
        | {"type": "statement"}
        | ({"title": words} if words else {})
    )


def _unasked(element: Element) -> Iterator[Settings]:
    element.met.drop(element.met.text("type") or "", "不是题目，略去")
    return iter(())


READERS: dict[str, Callable[[Element], Iterator[Settings]]] = {
    "radiogroup": _choice("single_choice"),
    "buttongroup": _choice("single_choice"),
    "dropdown": _choice("drop_down"),
    "checkbox": _choice("multiple_choice"),
    "tagbox": _choice("multiple_choice"),
    "ranking": _choice("ranking"),
    "imagepicker": _choice("picture"),
    "rating": _rating,
    "slider": _slider,
    "text": _text,
    "comment": _comment,
    "boolean": _boolean,
    "matrix": _matrix,
    "matrixdropdown": _columns,
    "matrixdynamic": _columns,
    "multipletext": _several,
    "file": _file,
    "signaturepad": _signature,
    "html": _statement,
    "expression": _unasked,
    "image": _unasked,
}
