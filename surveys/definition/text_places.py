"""Where a text stands, for people: `questions.csat.labels.3` is 第 2 题 · 各分值的含义 3."""

from __future__ import annotations

from surveys.definition.places import quote_text
from surveys.definition.setting_labels import label_of
from surveys.definition.survey import Survey
from surveys.localisation.language import marked
from surveys.localisation.wording import Said, Series, saying


def place_words(survey: Survey, place: str) -> Said:
    """The place of a text, as `translations.texts` gives it, in words; unchanged where it has none."""
    head, *rest = place.split(".")
    try:
        if head == "questions":
            return _in_question(survey, *rest)
        if head == "sections":
            number = saying(marked("第 {number} 节{title}"), number=rest[0], title="")
            return Series((number, *_setting("section", *rest[1:])), " · ")
        if head in ("dimensions", "quotas", "thanks_by_answer", "context"):
            return Series((label_of(head, "survey").text, rest[0]), " · ")
        return Series(tuple(_setting("survey", head, *rest)), " · ")
    except (KeyError, TypeError, IndexError):
        return place


def _in_question(survey: Survey, code: str, *rest: str) -> Said:
    numbered = {each.code: (number, each) for number, each in enumerate(survey.questions(), start=1)}
    number, question = numbered[code]
    parts = {part.code: part for part in (*question.parts(), *getattr(question, "choices", ()))}
    numbered_so = saying(marked("第 {number} 题{title}"), number=number, title="")
    if len(rest) == 3 and rest[1] in parts:
        label = quote_text(str(parts[rest[1]].label))
        return Series((numbered_so, Series((label_of(rest[0], question.type).text, label), "")), " · ")
    return Series((numbered_so, *_setting(question.type, *rest)), " · ")


def _setting(owner: str, setting: str, *rest: str) -> tuple[Said, ...]:
    return (Series((label_of(setting, owner).text, *rest), " "),)
