"""Two answers about one thing: importance and satisfaction, expectation and perception, the Kano pair."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from surveys.definition.conditions import Entered
from surveys.definition.questions.question import (
    NOT_APPLICABLE,
    Answer,
    AnswerColumn,
    Cell,
    Measure,
    NotAcceptable,
    Question,
    single,
)
from surveys.definition.questions.scales import whole_number
from surveys.localisation.wording import Text


class Pair(Question):
    """What the pairs share: two named sides, both or neither answered; an answer maps side to value."""

    sides: ClassVar[dict[str, Measure]]
    side_titles: ClassVar[dict[str, Text]]
    seconds = 9

    def fields(self) -> tuple[str, ...]:
        return tuple(f"{self.code}.{side}" for side in self.sides)

    def read_side(self, value: str) -> Answer:
        raise NotImplementedError

    def read(self, entered: Entered) -> Answer | None:
        values = {side: single(entered, f"{self.code}.{side}") for side in self.sides}
        if not any(values.values()):
            return None
        for side, value in values.items():
            if not value:
                raise NotAcceptable("请同时回答“{side}”", side=self.side_titles[side])
        return {side: self.read_side(value) for side, value in values.items()}

    def when_missing(self) -> str:
        return "请回答这两项"

    def entered_from(self, answer: Answer | None) -> dict[str, list[str]]:
        return {f"{self.code}.{side}": [str(value)] for side, value in (answer or {}).items()}

    def words(self, answer: Answer | None, language: str) -> str:
        titles = {side: title.in_language(language) for side, title in self.side_titles.items()}
        return "；".join(
            f"{titles[side]}：{self.side_words(value, language)}" for side, value in (answer or {}).items()
        )

    def side_words(self, value: Answer, language: str) -> str:
        return str(value)

    def side_labels(self) -> dict[str, Text]:
        return {}

    def columns(self) -> tuple[AnswerColumn, ...]:
        numeric = isinstance(self, RatedPair)
        return tuple(
            AnswerColumn(f"{self.code}.{side}", self.side_titles[side], measure, numeric, self.side_labels())
            for side, measure in self.sides.items()
        )

    def cells(self, answer: Answer | None) -> dict[str, Cell]:
        return {f"{self.code}.{side}": value for side, value in (answer or {}).items()}


def _texts(**sides: tuple[str, str]) -> dict[str, Text]:
    return {
        side: Text.model_validate({"zh-Hans": chinese, "en": english}) for side, (chinese, english) in sides.items()
    }


class RatedPair(Pair):
    """A pair of ratings on the same points."""

    points: Annotated[int, Field(ge=2, le=11)] = 5
    low_label: Text | None = None
    high_label: Text | None = None
    not_applicable: Text | None = None

    def points_in_order(self) -> range:
        return range(1, self.points + 1)

    def read_side(self, value: str) -> Answer:
        if value == NOT_APPLICABLE and self.not_applicable is not None:
            return NOT_APPLICABLE
        return whole_number(value, self.points_in_order())

    def side_labels(self) -> dict[str, Text]:
        return {NOT_APPLICABLE: self.not_applicable} if self.not_applicable else {}

    def side_words(self, value: Answer, language: str) -> str:
        not_applicable = value == NOT_APPLICABLE and self.not_applicable
        return not_applicable.in_language(language) if not_applicable else str(value)


class ImportanceSatisfaction(RatedPair):
    """How important it is, and how satisfied one is with it."""

    type: Literal["importance_satisfaction"] = "importance_satisfaction"
    measure = Measure.RATING
    label = "重要度与满意度"
    sides: ClassVar = {"importance": Measure.IMPORTANCE, "satisfaction": Measure.RATING}
    side_titles: ClassVar = _texts(importance=("重要程度", "Importance"), satisfaction=("满意程度", "Satisfaction"))


class ExpectationPerception(RatedPair):
    """What was expected, and what was experienced; the gap is perception minus expectation."""

    type: Literal["expectation_perception"] = "expectation_perception"
    measure = Measure.RATING
    label = "期望与感知"
    sides: ClassVar = {"expectation": Measure.EXPECTATION, "perception": Measure.RATING}
    side_titles: ClassVar = _texts(expectation=("期望的水平", "Expected"), perception=("实际的感受", "Experienced"))


class Kano(Pair):
    """How one feels when a feature is there and when it is not (Kano et al. 1984)."""

    type: Literal["kano"] = "kano"
    measure = Measure.KANO
    label = "Kano 成对题"
    sides: ClassVar = {"functional": Measure.KANO, "dysfunctional": Measure.KANO}
    side_titles: ClassVar = _texts(
        functional=("如果提供", "If it is provided"), dysfunctional=("如果不提供", "If it is not")
    )
    answers: ClassVar[dict[str, Text]] = _texts(
        like=("很喜欢", "I like it"),
        must_be=("理应如此", "It must be so"),
        neutral=("无所谓", "I don't mind"),
        live_with=("勉强接受", "I can live with it"),
        dislike=("很不喜欢", "I dislike it"),
    )

    def read_side(self, value: str) -> Answer:
        if value not in self.answers:
            raise NotAcceptable("请从列出的选项中选择")
        return value

    def side_words(self, value: Answer, language: str) -> str:
        return self.answers[value].in_language(language) if value in self.answers else str(value)

    def side_labels(self) -> dict[str, Text]:
        return self.answers


PAIRS: dict[str, type[Any]] = {
    "importance_satisfaction": ImportanceSatisfaction,
    "expectation_perception": ExpectationPerception,
    "kano": Kano,
}
