"""What paper can't do by itself, in words: when a question is asked, where to go on, which options are offered.

What no mark on the sheet can change is decided beforehand: conditions on values of the link and on questions that are
never printed. What is left is said with the numbers of the questions on the sheet.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from surveys.definition.conditions import LINK, Comparison, Condition, Entered
from surveys.definition.questions import Choice, Hidden, Question
from surveys.definition.questions.records import File
from surveys.definition.routing import link_parameters, part_conditions
from surveys.definition.survey import Section, Survey
from surveys.localisation.language import gettext, marked
from surveys.localisation.wording import Said, Series, Text, saying

Decided = bool | Condition
_EMPTY = re.compile(r"“”|‘’|\"\"|（\s*）|\(\s*\)|《》|【】|\[\s*\]")
_LEFT_ALONE = re.compile(
    r"^[\s，,、；;。：:]+|(?<=[\u3000-\uffef“])[ \t]+(?=[\u3000-\uffef”])|[ \t]+(?=[，。？！、；：,.?!;:])"
)


def known_beforehand(survey: Survey, link: Mapping[str, str]) -> dict[str, Sequence[str]]:
    """What is entered before anyone writes: the values of the link, and the hidden questions that they answer."""
    given: dict[str, Sequence[str]] = {f"{LINK}{name}": [value] for name, value in link.items() if value}
    answers = {code: [link[name]] for code, name in link_parameters(survey).items() if link.get(name)}
    return given | answers


def decide_on_paper(condition: Condition | None, printed: Collection[str], known: Entered) -> Decided:
    """Whether it holds whatever is marked; the part of it that depends on marks, where it depends on them.

    *printed*: the fields that are on the sheet.
    """
    if condition is None:
        return True
    again = partial(decide_on_paper, printed=printed, known=known)
    if condition.negated is not None:
        inner = again(condition.negated)
        return not inner if isinstance(inner, bool) else Condition.model_validate({"not": inner})
    if not (condition.all or condition.any):
        return condition if condition.field in printed else condition.holds(known)
    settling = not condition.all  # what settles it: one that fails of all, one that holds of any
    parts = [again(each) for each in condition.all or condition.any]
    open_parts = [each for each in parts if not isinstance(each, bool)]
    if settling in parts or not open_parts:
        return settling if settling in parts else not settling
    joint = "any" if settling else "all"
    return open_parts[0] if len(open_parts) == 1 else Condition.model_validate({joint: open_parts})


def on_paper(survey: Survey, link: Mapping[str, str] | None = None) -> Survey:
    """The survey without what is never asked by these values of the link, and without placeholders.

    A value of the link stands in its place, or is left out where there is none; an earlier answer is referred to by the
    number of its question. Hidden questions stay, because they are answered by the link.
    """
    known = known_beforehand(survey, link or {})
    fields: set[str] = set()
    sections, reached = [], {0}
    for index, section in enumerate(survey.sections):
        asked = index in reached and decide_on_paper(section.show_if, fields, known) is not False
        kept = _kept(section, fields, known) if asked else []
        sections.append(section.model_copy(update={"questions": tuple(kept)}))
        if index in reached:
            reached |= _next(survey, index, fields, known) if asked else {index + 1}
    reduced = survey.model_copy(update={"sections": tuple(sections)})
    return _worded(reduced, numbers_of(reduced), known)


def numbers_of(survey: Survey) -> dict[str, int]:
    """The number of each question that asks something on paper, as a form counts them."""
    asking = [each.code for each in survey.questions() if each.fields() and not isinstance(each, Hidden)]
    return {code: number for number, code in enumerate(asking, 1)}


def _kept(section: Section, fields: set[str], known: Entered) -> list[Question]:
    """The questions of a section that may be asked, with the parts that may be offered; their fields are noted."""
    kept: list[Question] = []
    for question in section.questions:
        if isinstance(question, Hidden):
            kept.append(question)
            continue
        parts = question.parts()
        offered = [
            part for part in parts
            if not any(decide_on_paper(each, fields, known) is False for each in part_conditions(question, part))
        ]  # fmt: skip
        if decide_on_paper(question.show_if, fields, known) is False or (parts and not offered):
            continue
        kept.append(question if len(offered) == len(parts) else question.with_parts(offered))
        if not isinstance(question, File):  # paper takes no files, so nobody has sent one
            fields.update(kept[-1].fields())
    return kept


def _next(survey: Survey, index: int, fields: Collection[str], known: Entered) -> set[int]:
    """The sections that may come right after this one."""
    section, targets = survey.sections[index], set()
    if decide_on_paper(section.show_if, fields, known) is not True:
        targets.add(index + 1)  # who is not asked it jumps nowhere
    for jump in section.jumps:
        when = decide_on_paper(jump.when, fields, known)
        if when is not False:
            targets.add(max(_index(survey, jump.to), index + 1))
        if when is True:
            return targets
    return targets | {index + 1}


def _index(survey: Survey, target: str) -> int:
    return next((n for n, each in enumerate(survey.sections) if each.code == target), len(survey.sections))


# Placeholders


def _worded(survey: Survey, numbers: Mapping[str, int], known: Entered) -> Survey:
    def words(name: str, language: str) -> str:
        if name.startswith(LINK):
            return " ".join(known.get(name, ()))
        if name in numbers:
            return gettext(_ANSWER, language).format(number=numbers[name])
        try:  # a hidden question: what the link says
            question = survey.question(name)
            return question.words(question.read(known), language)
        except (KeyError, ValueError):
            return ""

    def filled(text: Text | None) -> Text | None:
        if text is None or not text.placeholders():
            return text
        whole = text.filled(words).root
        tidy = {tag: _LEFT_ALONE.sub("", _EMPTY.sub("", said)).strip() for tag, said in whole.items()}
        return Text.model_construct(root={tag: said or "…" for tag, said in tidy.items()})

    def printed(question: Question) -> Question:
        return question.model_copy(update={"title": filled(question.title), "hint": filled(question.hint)})

    sections = tuple(
        each.model_copy(update={"questions": tuple(map(printed, each.questions)), "title": filled(each.title)})
        for each in survey.sections
    )
    return survey.model_copy(update={"sections": sections})


_ANSWER = marked("（第 {number} 题的回答）")


# In words


@dataclass(frozen=True)
class Guidance:
    """Says conditions and jumps of a survey `on_paper`; `marks` names what can be marked in a field, by its value."""

    survey: Survey
    known: Entered
    labels: Mapping[str, Said | None]  # of each field, what it is of its question
    marks: Mapping[str, Mapping[str, Said]]
    points: Collection[str]  # the fields in which numbers are points of a scale
    several: Collection[str]  # the fields in which more than one can be marked

    def condition(self, condition: Condition | None) -> Said | None:
        """When something is asked; None when it always is."""
        left = self._open(condition)
        return None if isinstance(left, bool) else self._said(left)

    def jumps(self, section: Section) -> list[Said]:
        """Where to go on after a section, in the order in which the first that holds is taken."""
        said: list[Said] = []
        for jump in section.jumps:
            when, to = self._open(jump.when), self._destination(jump.to)
            if when is True:
                said += [saying(marked("答完这一部分，{where}。"), where=to)] if to != self.otherwise(section) else []
                break
            if not isinstance(when, bool):
                said.append(saying(marked("若{condition}，{where}。"), condition=self._said(when), where=to))
        return said

    def otherwise(self, section: Section) -> Said:
        """Where to go on for those who are not asked a section."""
        return self._at(self.survey.sections.index(section) + 1)

    def options(self, question: Question) -> Said | None:
        """Which of its options a question offers, where they are those of an earlier question."""
        source = question.options_from if isinstance(question, Choice) else None
        number = numbers_of(self.survey).get(source or "")
        return saying(marked("只在您第 {number} 题选了的各项中选"), number=number) if number else None

    def _open(self, condition: Condition | None) -> Decided:
        return decide_on_paper(condition, self.labels.keys(), self.known)

    def _destination(self, target: str) -> Said:
        if target in ("end", "screen_out"):
            return _THE_END
        return self._at(_index(self.survey, target))

    def _at(self, index: int) -> Said:
        """The way to the first question from this section on."""
        numbers = numbers_of(self.survey)
        for section in self.survey.sections[index:]:
            for question in section.questions:
                if question.code in numbers:
                    return saying(marked("请跳到第 {number} 题"), number=numbers[question.code])
        return _THE_END

    def _said(self, condition: Condition) -> Said:
        if condition.negated is not None:
            return saying(marked("并非（{condition}）"), condition=self._said(condition.negated))
        if condition.all or condition.any:
            parts = tuple(self._inner(each) for each in condition.all or condition.any)
            return Series(parts, marked("，并且") if condition.all else marked("，或者"))
        return self._compared(condition)

    def _inner(self, condition: Condition) -> Said:
        """A part of a combination; a combination within one stands in brackets."""
        said = self._said(condition)
        return saying(marked("（{condition}）"), condition=said) if condition.all or condition.any else said

    def _compared(self, condition: Condition) -> Said:
        field, compare = condition.field or "", condition.compare
        values = [str(each) for each in condition.as_data()["value"]]
        offered = self.marks.get(field, {})
        wording = _BARE.get(compare)
        if wording:
            return saying(wording, place=self._place(field))
        if field in self.points and all(value not in offered or _is_number(value) for value in values):
            return saying(_POINTS[compare], place=self._place(field), value=Series(tuple(values), marked("或")))
        if offered:
            return self._chosen(condition, field, offered, values)
        shown = tuple(value if _is_number(value) else _quoted(value) for value in values)
        return saying(_WRITTEN[compare], place=self._place(field), value=Series(shown, marked("或")))

    def _chosen(
        self, condition: Condition, field: str, offered: Mapping[str, Said], values: Sequence[str]
    ) -> Said:  # fmt: skip
        place, compare = self._place(field), condition.compare
        named = Series(tuple(_quoted(offered.get(value, value)) for value in values), marked("或"))
        if field in self.several and compare is Comparison.EQUALS:
            return saying(marked("{place}只选{value}"), place=place, value=named)
        if field in self.several and compare is Comparison.DIFFERS:
            return saying(marked("{place}选的不是只有{value}"), place=place, value=named)
        if compare in (Comparison.AT_LEAST, Comparison.AT_MOST):
            fitting = [words for value, words in offered.items() if condition.holds({field: [value]})]
            named = Series(tuple(map(_quoted, fitting)) or (saying(marked("没有可选的")),), marked("或"))
        wording = marked("{place}选的不是{value}") if compare is Comparison.DIFFERS else marked("{place}选{value}")
        return saying(wording, place=place, value=named)

    def _place(self, field: str) -> Said:
        code = field.partition(".")[0]
        number, label = numbers_of(self.survey).get(code, 0), self.labels.get(field)
        if label is None:
            return saying(marked("第 {number} 题"), number=number)
        return saying(marked("第 {number} 题“{part}”"), number=number, part=label)


def _quoted(words: object) -> Said:
    return saying(marked("“{words}”"), words=words)


def _is_number(value: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", value) is not None


_THE_END = saying(marked("请到此结束，后面的题不用填写"))
_BARE = {
    Comparison.ANSWERED: marked("{place}已作答"),
    Comparison.UNANSWERED: marked("{place}没有作答"),
}
_POINTS = {
    Comparison.EQUALS: marked("{place}打 {value} 分"),
    Comparison.ONE_OF: marked("{place}打 {value} 分"),
    Comparison.INCLUDES: marked("{place}打 {value} 分"),
    Comparison.DIFFERS: marked("{place}打的不是 {value} 分"),
    Comparison.AT_LEAST: marked("{place}打 {value} 分或更高"),
    Comparison.AT_MOST: marked("{place}打 {value} 分或更低"),
}
_WRITTEN = {
    Comparison.EQUALS: marked("{place}填 {value}"),
    Comparison.ONE_OF: marked("{place}填 {value}"),
    Comparison.INCLUDES: marked("{place}填 {value}"),
    Comparison.DIFFERS: marked("{place}填的不是 {value}"),
    Comparison.AT_LEAST: marked("{place}填的不小于 {value}"),
    Comparison.AT_MOST: marked("{place}填的不大于 {value}"),
}
