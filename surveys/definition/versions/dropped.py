"""What only older versions offered to choose: it was answered, so results name it, last and marked as such."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from surveys.definition.questions import Option, Question
from surveys.definition.survey import Section, Survey
from surveys.localisation.language import gettext, marked
from surveys.localisation.wording import Text

_LISTS = ("options", "choices")  # the fields in which questions keep what can be chosen
_DROPPED = marked("{option}（旧选项）")


def with_dropped_options(survey: Survey, older: Iterable[Survey]) -> Survey:
    """The survey whose questions also offer what only *older* versions (the newest first) offered.

    For reading results, not for asking: the added options come last and say that they are offered no more.
    """
    before = [{question.code: question for question in each.questions()} for each in older]

    def section_of(section: Section) -> Section:
        questions = tuple(_with_dropped(each, [there.get(each.code) for there in before]) for each in section.questions)
        return section.model_copy(update={"questions": questions})

    return survey.model_copy(update={"sections": tuple(section_of(each) for each in survey.sections)})


def marked_as_dropped(label: Text) -> Text:
    """The label of an option, saying in each of its languages that it is offered no more."""
    return Text.model_construct(
        root={tag: gettext(_DROPPED, tag).format(option=words) for tag, words in label.root.items()}
    )


def _with_dropped(question: Question, before: Sequence[Question | None]) -> Question:
    same = [each for each in before if each is not None and each.type == question.type]
    lists = {name: _all_offered(question, same, name) for name in _LISTS if same and hasattr(question, name)}
    changed = {name: offered for name, offered in lists.items() if len(offered) > len(getattr(question, name))}
    return question.model_copy(update=changed) if changed else question


def _all_offered(question: Question, before: Iterable[Question], name: str) -> tuple[Option, ...]:
    offered: dict[str, Option] = {option.code: option for option in getattr(question, name)}
    for each in before:
        for option in getattr(each, name):
            if option.code not in offered:
                offered[option.code] = option.model_copy(update={"label": marked_as_dropped(option.label)})
    return tuple(offered.values())
