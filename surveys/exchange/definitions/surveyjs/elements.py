"""The elements of SurveyJS as questions of ours: one reader per element type, listed at the foot.

A reader gives one question's settings, or several where one element asks several things.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from surveys.exchange.definitions.dialects import Target
from surveys.exchange.definitions.drafts import Settings
from surveys.exchange.definitions.losses import Met, quote_value
from surveys.exchange.definitions.lowering import is_scale
from surveys.exchange.definitions.surveyjs.element import Element, items_of, order_of, strange, value_of
from surveys.exchange.definitions.surveyjs.entries import length_limit, text_entry
from surveys.exchange.definitions.surveyjs.tables import columns, matrix, several_lines
from surveys.localisation.language import marked
from surveys.localisation.wording import saying

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


def _options(element: Element) -> tuple[list[Settings], dict[str, str]]:
    met = element.met
    options, codes = items_of(element, met.items("choices"), marked("选项"))
    if shown := met.text("choicesVisibleIf"):
        for value, option in zip(codes, options, strict=True):
            element.draft.show(option, met.place, shown.replace("{item}", "'" + value.replace("'", "\\'") + "'"))
    for switches, text, value, default in SPECIAL:
        label = element.words.text(met, text)
        if met.flag(*switches):
            options.append({"code": value, "label": label or default, "exclusive": True})
    label = element.words.text(met, "otherText")
    if met.flag("showOtherItem", "hasOther"):
        options.append({"code": "other", "label": label or OTHER_TEXT, "asks_text": True})
    return options, codes


def _set_right(met: Met, options: list[Settings], codes: Mapping[str, str]) -> None:
    """What is the right answer to a test question."""
    right = met.take("correctAnswer")
    wanted = {codes.get(str(each), str(each)) for each in (right if isinstance(right, list) else [right]) if each}
    for option in options:
        if option["code"] in wanted:
            option["right"] = True


def _choice(kind: str) -> Callable[[Element], Iterator[Settings]]:
    def read(element: Element) -> Iterator[Settings]:
        met = element.met
        several = kind == "multiple_choice" or (kind == "picture" and met.flag("multiSelect"))
        ours = "multiple_choice" if several else "single_choice" if kind == "picture" else kind
        options, codes = _options(element)
        if ours != "multiple_choice":
            for option in options:
                option.pop("exclusive", None)
        settings = element.common(Target("", strange(codes), many=several)) | {"type": ours, "options": options}
        if kind == "ranking":
            del element.draft.targets[element.name]
            met.skip("selectToRankEnabled")
        _set_right(met, options, codes)
        if any(option.get("asks_text") for option in options):
            element.draft.targets[f"{element.name}-Comment"] = Target(f"{settings['code']}._text")
        element.draft.offered[settings["code"]] = options
        carried = _carried(element, settings)
        yield settings | order_of(met, "choicesOrder") | carried | _bounds(met)

    return read


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
        element.met.lose(saying(marked("沿用“{source}”的选项"), source=quote_value(source)), marked("没有读到这道题"))
        return {}
    if not settings["options"]:
        settings["options"] = [dict(option) for option in element.draft.offered.get(target.field, ())]
    if mode != "selected":
        element.met.lose(
            saying(
                marked("沿用“{source}”未选的选项") if mode == "unselected" else marked("沿用“{source}”的全部选项"),
                source=quote_value(source),
            ),
            marked("列出全部选项"),
        )
        return {}
    return {"options_from": target.field}


def _rating(element: Element) -> Iterator[Settings]:
    met = element.met
    look = {theirs: ours for ours, theirs in LOOKS.items()}.get(met.text("rateType", "rateDisplayMode") or "labels")
    ends = {"low_label": element.text("minRateDescription"), "high_label": element.text("maxRateDescription")}
    options, codes = items_of(element, met.items("rateValues"), marked("分值"))
    low, step = met.whole("rateMin"), met.whole("rateStep") or 1
    high = met.whole("rateMax")
    count = met.whole("rateCount")
    met.skip("autoGenerate")
    if options:
        yield element.common(Target("", strange(codes), whole=True)) | _points(options, ends, look)
        return
    low = 1 if low is None else low
    high = high if high is not None else low + ((count or 5) - 1) * step
    yield element.common(Target("", whole=True)) | _range(met, low, high, step, look) | ends


def _range(met: Met, low: int, high: int, step: int, look: str | None) -> Settings:
    if (low, step) == (1, 1) and 2 <= high <= 11:
        return {"type": "rating", "points": high, "look": look}
    if (low, high, step) == (0, 10, 1):
        return {"type": "nps"}
    met.lose(saying(marked("{low} 到 {high} 分的评分"), low=low, high=high), marked("改为滑块"))
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


def _comment(element: Element) -> Iterator[Settings]:
    yield element.common() | {"type": "long_text"} | length_limit(element.met)


def _boolean(element: Element) -> Iterator[Settings]:
    met = element.met
    yes, no = value_of(met.take("valueTrue")) or "true", value_of(met.take("valueFalse")) or "false"
    if met.take("renderAs", "displayMode") == "checkbox":
        agreement = element.text("label", "labelTrue")
        yield element.common(Target("", {yes: "yes"} if yes != "yes" else {}, truth=yes)) | {
            "type": "consent",
            "agreement": agreement,
        }
        return
    labels = (element.text("labelTrue") or {"zh-Hans": "是", "en": "Yes"}, element.text("labelFalse"))
    codes = element.draft.part_codes([yes, no], met.place)
    options = [{"code": codes[yes], "label": labels[0]}]
    options.append({"code": codes.get(no, "false"), "label": labels[1] or {"zh-Hans": "否", "en": "No"}})
    yield element.common(Target("", strange(codes), truth=yes)) | {"type": "single_choice", "options": options}


def _file(element: Element) -> Iterator[Settings]:
    met = element.met
    several, most = met.flag("allowMultiple"), met.whole("maxFiles")
    settings = element.common() | {"type": "file", "at_most": min(most or 10, 10) if several else 1}
    types = {each.strip() for each in (met.text("acceptedTypes") or "").split(",") if each.strip()}
    accept = [ours for ours, theirs in ACCEPTED.items() if types & set(theirs.split(","))]
    strange = types - {each for theirs in ACCEPTED.values() for each in theirs.split(",")}
    if strange:
        met.lose(
            saying(marked("文件种类 {kinds}"), kinds=quote_value(", ".join(sorted(strange)))),
            marked("按图片、PDF、办公文档读"),
        )
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
    element.met.drop(element.met.text("type") or "", marked("不是题目，略去"))
    return iter(())


def _columns(element: Element) -> Iterator[Settings]:
    cells = ("text", "comment", "boolean", "rating", "slider", "file", "signaturepad", "dropdown", "radiogroup",
             "checkbox", "tagbox", "expression", "html", "image")  # fmt: skip
    yield from columns(element, {kind: READERS[kind] for kind in cells})


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
    "text": text_entry,
    "comment": _comment,
    "boolean": _boolean,
    "matrix": matrix,
    "matrixdropdown": _columns,
    "matrixdynamic": _columns,
    "multipletext": several_lines,
    "file": _file,
    "signaturepad": _signature,
    "html": _statement,
    "expression": _unasked,
    "image": _unasked,
}
