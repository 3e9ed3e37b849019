"""A condition in words: “您满意吗”不大于 2，且“渠道”为“营业厅”."""

from __future__ import annotations

from surveys.definition.conditions import Comparison, Condition, as_strings
from surveys.definition.listening import HEARD_LABELS, heard_in
from surveys.definition.places import quote_text
from surveys.definition.questions import Question
from surveys.definition.survey import Jump, Survey
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, Said, Series, saying

_COMPARED = {
    Comparison.EQUALS: marked("{item}为{value}"),
    Comparison.DIFFERS: marked("{item}不为{value}"),
    Comparison.AT_LEAST: marked("{item}不小于 {value}"),
    Comparison.AT_MOST: marked("{item}不大于 {value}"),
    Comparison.INCLUDES: marked("{item}选了{value}"),
    Comparison.ONE_OF: marked("{item}是{value}之一"),
    Comparison.ANSWERED: marked("{item}已回答"),
    Comparison.UNANSWERED: marked("{item}未回答"),
}
_HEARD = {
    Comparison.EQUALS: marked("{item}只听出{value}"),
    Comparison.DIFFERS: marked("{item}听出的不只是{value}"),
    Comparison.INCLUDES: marked("{item}听出{value}"),
    Comparison.ONE_OF: marked("{item}听出{value}"),
}
NOTHING = Message(marked("无"))
_ENDS = {"end": Message(marked("结束")), "screen_out": Message(marked("结束（不符合条件）"))}


def condition_words(condition: Condition | None, survey: Survey | None) -> Said:
    """When it holds, with the titles and options of the survey, without one with the codes; “无” for none."""
    if condition is None:
        return NOTHING
    if condition.negated is not None:
        return saying(marked("不满足（{negated}）"), negated=condition_words(condition.negated, survey))
    if condition.all or condition.any:
        joint = marked("，且") if condition.all else marked("，或")
        return Series(tuple(_part(each, survey) for each in condition.all or condition.any), joint)
    asked = _asked(condition.item, survey)
    if heard_in(condition):
        title = quote_text(str(asked.title)) if asked else f"“{condition.item}”"
        codes = as_strings(condition.value)
        told = Series(tuple(Message(HEARD_LABELS[each]) if each in HEARD_LABELS else each for each in codes))
        return saying(_HEARD.get(condition.compare, _COMPARED[condition.compare]), item=title, value=told)
    item = (
        saying(marked("链接参数“{link}”"), link=condition.link)
        if condition.link
        else quote_text(str(asked.title))
        if asked
        else f"“{condition.item}”"
    )
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    return saying(_COMPARED[condition.compare], item=item, value=Series(tuple(_value(each, asked) for each in values)))


def jump_words(jumps: tuple[Jump, ...], survey: Survey) -> Said:
    """Where each jump leads and when; “无” for none."""
    titles = {section.code: quote_text(str(section.title)) if section.title else "" for section in survey.sections}
    said = []
    for jump in jumps:
        target = _ENDS.get(jump.to) or saying(marked("跳到“{to}”{title}"), to=jump.to, title=titles.get(jump.to, ""))
        said.append(
            saying(marked("若{when}，{target}"), when=condition_words(jump.when, survey), target=target)
            if jump.when
            else target
        )
    return Series(tuple(said), marked("；")) if said else NOTHING


def _part(condition: Condition, survey: Survey | None) -> Said:
    words = condition_words(condition, survey)
    return saying(marked("（{words}）"), words=words) if condition.all or condition.any else words


def _asked(item: str | None, survey: Survey | None) -> Question | None:
    if survey is None:
        return None
    code = (item or "").partition(".")[0]
    return next((question for question in survey.questions() if question.code == code), None)


def _value(value: object, asked: Question | None) -> str:
    labels = {option.code: str(option.label) for option in getattr(asked, "options", ())}
    return f"“{labels.get(value, value)}”" if isinstance(value, str) else f"{value}"
