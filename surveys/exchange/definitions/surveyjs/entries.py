"""SurveyJS's text inputs as our entries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from surveys.exchange.definitions.dialects import Target
from surveys.exchange.definitions.drafts import Settings
from surveys.exchange.definitions.losses import Met, quote_value
from surveys.exchange.definitions.surveyjs.element import Element
from surveys.localisation.language import marked
from surveys.localisation.wording import saying


def text_entry(element: Element) -> Iterator[Settings]:
    kind = element.met.text("inputType") or "text"
    if element.met.data.get("visible") is False:
        if "clearIfInvisible" not in element.met.data:
            element.met.lose(marked("从不显示"), marked("改为隐藏题，由链接带入"))
        element.met.skip("visible", "clearIfInvisible")
        kind = "hidden"
    if kind not in _INPUTS:
        element.met.lose(saying(marked("输入类型 {kind}"), kind=quote_value(kind)), marked("改为单行文字"))
    settings, limits = _INPUTS.get(kind, ({"type": "short_text"}, "length"))
    if kind in ("datetime-local", "datetime", "month", "week"):
        element.met.lose(saying(marked("输入类型 {kind}"), kind=kind), marked("改为日期题"))
    yield element.common(Target("", whole=kind == "range")) | settings | _LIMITS[limits](element.met)


def length_limit(met: Met) -> Settings:
    longest = met.whole("maxLength")
    return {"max_length": longest} if longest is not None and longest > 0 else {}


def _span(met: Met) -> Settings:
    return {ours: limit for ours, name in (("earliest", "min"), ("latest", "max")) if (limit := met.text(name))}


def _amount(met: Met) -> Settings:
    step = met.text("step") or ""
    decimals = len(step.partition(".")[2]) if re.fullmatch(r"0\.0{0,5}1", step) else 0
    if step not in ("", "1", "any") and not decimals:
        met.lose(saying(marked("步长 {step}"), step=quote_value(step)), marked("不设步长"))
    limits = {"minimum": met.number("min"), "maximum": met.number("max")}
    return {name: limit for name, limit in limits.items() if limit is not None} | {
        "decimals": 6 if step == "any" else decimals
    }


def _track(met: Met) -> Settings:
    limits = {"minimum": met.whole("min"), "maximum": met.whole("max"), "by": met.whole("step")}
    return {name: limit for name, limit in limits.items() if limit is not None}


_LIMITS: dict[str, Callable[[Met], Settings]] = {
    "length": length_limit,
    "span": _span,
    "amount": _amount,
    "track": _track,
}


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
