"""Which part of a survey's answers an export takes: days, circumstances, questions. Nothing chosen means all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches

from surveys.definition.breakdowns.registry import breakdown_called, breakdowns_of
from surveys.definition.questions import Answer, Question
from surveys.exchange.answers.columns import OF_CONTEXT, Layout
from surveys.exchange.answers.delivery import Chunks
from surveys.intake.answer_values import AnswerValues
from surveys.intake.submission import StoredResponse
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, Text

FILTERS = {
    "round": marked("轮次"),
    "touchpoint": marked("触点"),
    "department": marked("部门"),
    "district": marked("区域"),
    "business_type": marked("业务类型"),
    "channel": marked("渠道"),
}
"""The circumstances that answers can be chosen by, and what people call them; beside them any declared fact, by the
name of its column, any question with options, by its code, and whatever else results are narrowed by.
"""

_UNKNOWN_FILTER = marked("没有叫“{name}”的筛选项；可以用：{known}")
_UNKNOWN_COLUMN = marked("没有“{name}”这一列{meant}；可以用题目代号或 {known}")
_MEANT = marked("，是不是“{name}”")
_BACKWARDS = marked("起始日期 {first} 晚于截止日期 {last}")
_NOTHING = marked("{kind}“{value}”在这段时间没有答卷")


class UnfitSelection(ValueError):
    """A choice that can't be meant; `problems` says all that is wrong with it."""

    def __init__(self, problems: tuple[Message, ...]) -> None:
        super().__init__("；".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class ExportSelection:
    """Both days are included; of each circumstance any of the values; questions by code, circumstances as `_name`."""

    first: date | None = None
    last: date | None = None
    where: Mapping[str, frozenset[str]] = field(default_factory=dict)
    columns: tuple[str, ...] = ()

    def checked(self, layout: Layout, more: AnswerValues | None = None) -> ExportSelection:
        """The same; raises UnfitSelection for names that are not there and days in the wrong order."""
        problems = [*self._unknown_filters(layout, more), *self._unknown_columns(layout)]
        if self.first and self.last and self.first > self.last:
            problems.append(Message(_BACKWARDS, {"first": self.first.isoformat(), "last": self.last.isoformat()}))
        if problems:
            raise UnfitSelection(tuple(problems))
        return self

    def layout(self, whole: Layout) -> Layout:
        """The columns that are wanted; the number of a response always, so that it can be found again."""
        if not self.columns:
            return whole
        context = tuple(each for each in whole.context if each.name in ("_id", "_uncounted", *self.columns))
        answers = tuple(each for each in whole.answers if each.item in self.columns)
        return replace(whole, context=context, answers=answers)

    def of(
        self, chunks: Chunks, layout: Layout, matched: set[tuple[str, str]] | None = None,
        more: AnswerValues | None = None,
    ) -> Iterator[list[StoredResponse]]:  # fmt: skip
        """The responses that are wanted, with the answers that are; notes in *matched* which values were found."""
        known = more or AnswerValues(breakdowns_of(layout.newest), layout.surveys, layout.rounds)
        for chunk in chunks:
            yield [self._cut(each) for each in chunk if self._takes(each, layout, known, matched)]

    def unmatched(self, matched: Iterable[tuple[str, str]]) -> tuple[Message, ...]:
        """What was asked for and had no response."""
        asked = {(name, value) for name, values in self.where.items() for value in values}
        missing = sorted(asked - set(matched))
        said = {name: Message(FILTERS[name], {}) if name in FILTERS else name for name in self.where}
        return tuple(Message(_NOTHING, {"kind": said[name], "value": each}) for name, each in missing)

    def _takes(
        self, response: StoredResponse, layout: Layout, known: AnswerValues, matched: set[tuple[str, str]] | None
    ) -> bool:  # fmt: skip
        if not (self.first or date.min) <= response.received_on <= (self.last or date.max):
            return False
        values = {name: _found(response, layout, known, name, wanted) for name, wanted in self.where.items()}
        if matched is not None:
            matched.update((name, each) for name, found in values.items() for each in found)
        return all(values[name] & wanted for name, wanted in self.where.items())

    def _cut(self, response: StoredResponse) -> StoredResponse:
        if not self.columns:
            return response
        kept = {code: each for code, each in response.answers.items() if code in self.columns}
        return replace(response, answers=kept)

    def _unknown_filters(self, layout: Layout, more: AnswerValues | None) -> Iterator[Message]:
        found = more.breakdowns if more else breakdowns_of(layout.newest)
        known = list(dict.fromkeys([*FILTERS, *categories(layout), *(each.spoken for each in found.values())]))
        for name in self.where:
            if name not in known:
                yield Message(_UNKNOWN_FILTER, {"name": name, "known": "、".join(known)})

    def _unknown_columns(self, layout: Layout) -> Iterator[Message]:
        context = [each.name for each in layout.context]
        known = [*layout.items, *context]
        for name in self.columns:
            if name not in known:
                near = get_close_matches(name, known, 1)
                meant = Message(_MEANT, {"name": near[0]}) if near else ""
                yield Message(_UNKNOWN_COLUMN, {"name": name, "meant": meant, "known": "、".join(context)})


def categories(layout: Layout) -> dict[str, dict[str, Text]]:
    """What answers can be chosen by beside FILTERS: declared facts and questions with options, each with its options.

    They stand in the order of the definition, also those that nobody chose; of a fact without options there are none.
    """
    facts = {name: {each.code: each.label for each in fact.options} for name, fact in layout.facts.items()}
    asked = {code: _options(item) for code, item in layout.items.items()}
    return facts | {code: options for code, options in asked.items() if options}


def _options(item: Question) -> dict[str, Text]:
    """The options of a choice, the points of a scale; none of a question of another kind."""
    if hasattr(item, "other"):
        return {each.code: each.label for each in item.parts()}
    one = [each.name for each in item.columns()] == [item.code]
    points: Iterable[int] = getattr(item, "points_in_order", tuple)() if one else ()
    return {str(point): Text.model_validate({"zh-Hans": str(point)}) for point in points}


def _found(
    response: StoredResponse, layout: Layout, known: AnswerValues, name: str, wanted: Collection[str]
) -> set[str]:  # fmt: skip
    """Which of the *wanted* values a response has; of several choices of a question any of them."""
    asked = breakdown_called(known.breakdowns, _spoken(name))
    if asked is None:
        return (_chosen(response.answers.get(name)) or {""}) & set(wanted)
    found = {each for each in wanted if each and known.has(response, asked, each)}
    return found | ({""} if "" in wanted and not known.known(response, asked) else set())


def _spoken(name: str) -> str:
    """The name of a breakdown; that of a fact is also known as its column is called."""
    return f"context.{name.removeprefix(OF_CONTEXT)}" if name.startswith(OF_CONTEXT) else name


def _chosen(answer: Answer | None) -> set[str]:
    """The codes in an answer: one, several, or those beside which a text may stand."""
    if isinstance(answer, dict):
        answer = answer.get("chosen")
    if isinstance(answer, (list, tuple)):
        return {str(each) for each in answer}
    return set() if answer is None else {str(answer)}
