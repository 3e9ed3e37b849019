"""One element of a SurveyJS file while it is read: its texts, its validators, its lists of values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from surveys.definition.questions.entries import PATTERNS
from surveys.exchange.definitions.dialects import Target
from surveys.exchange.definitions.drafts import ImportedDraft, Settings
from surveys.exchange.definitions.losses import Met, quote_value
from surveys.exchange.definitions.surveyjs.words import LocalisedWords
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, saying


@dataclass(frozen=True)
class Element:
    """One element while it is read."""

    draft: ImportedDraft
    words: LocalisedWords
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
        named = replace(target, field=code)
        self.draft.targets[self.name] = named
        if shared := self.met.text("valueName"):
            self.draft.targets.setdefault(shared, named)
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
            met = self.draft.meet(validator, saying(marked("{place} · 检查"), place=self.met.place))
            kind = met.text("type") or ""
            known = {name: ours for (each, name), ours in _VALIDATORS.items() if each == kind}
            found: Settings = {ours: met.number(name) for name, ours in known.items() if name in met}
            if kind == "email":
                found = {"pattern": "email"}
            if kind == "regex" and (pattern := _pattern(str(met.data.get("regex")))):
                met.skip("regex", "text")
                found = {"pattern": pattern}
            if not found:
                met.drop(saying(marked("检查 {kind}"), kind=kind), marked("不设这个检查"))
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


def items_of(
    element: Element, values: list[Any], what: str, said_elsewhere: Sequence[str] = ()
) -> tuple[list[Settings], dict[str, str]]:
    """Options, rows or columns, and their codes by the values of the file."""
    element.draft.assert_not_too_many(len(values), element.met.place)
    named = [value if isinstance(value, dict) else {"value": value} for value in values]
    mets = [
        element.draft.meet(item, saying("{place} · {what} {n}", place=element.met.place, what=Message(what), n=n))
        for n, item in enumerate(named, start=1)
    ]
    for met in mets:
        met.skip(*said_elsewhere)
    keyed = {value_of(met.take("value", "name")): met for met in reversed(mets) if met.data}
    in_order = [name for name in dict.fromkeys(value_of(met.take("value", "name")) for met in mets) if name]
    codes = element.draft.part_codes(in_order, element.met.place)
    if len(in_order) < len(mets):
        element.met.lose(saying(marked("重复或没有值的{what}"), what=Message(what)), marked("只留第一个"))
    return [_item(element, keyed[name], name, code) for name, code in codes.items()], codes


def value_of(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value).strip()


def is_seen(met: Met) -> bool:
    """Whether anybody sees it; what says nothing of it is seen."""
    return met.take("visible") is None or met.flag("visible")


def _item(element: Element, met: Met, name: str, code: str) -> Settings:
    option: Settings = {"code": code, "label": element.words.text(met, "text", "title") or element.words.of(name, met)}
    if met.flag("showCommentArea"):
        option["asks_text"] = True
    if not is_seen(met):
        element.draft.hide(option)
    element.draft.show(option, met.place, met.text("visibleIf"))
    return option


def strange(codes: Mapping[str, str]) -> dict[str, str]:
    return {value: code for value, code in codes.items() if value != code}


def order_of(met: Met, name: str) -> Settings:
    order = met.text(name)
    if order not in (None, "none", "initial", "random"):
        met.lose(saying(marked("顺序 {order}"), order=quote_value(order)), marked("按原顺序"))
    return {"shuffle": True} if order == "random" else {}
