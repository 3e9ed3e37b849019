"""A condition in words: “您满意吗”不大于 2，且“渠道”为“营业厅”."""

from __future__ import annotations

from surveys.conditions import Comparison, Condition
from surveys.definition import Jump, Survey
from surveys.editing.places import quoted
from surveys.questions import Question

_COMPARED = {
    Comparison.EQUALS: "{item}为{value}",
    Comparison.DIFFERS: "{item}不为{value}",
    Comparison.AT_LEAST: "{item}不小于 {value}",
    Comparison.AT_MOST: "{item}不大于 {value}",
    Comparison.INCLUDES: "{item}选了{value}",
    Comparison.ONE_OF: "{item}是{value}之一",
    Comparison.ANSWERED: "{item}已回答",
    Comparison.UNANSWERED: "{item}未回答",
}
_ENDS = {"end": "结束", "screen_out": "结束（不符合条件）"}


def condition_words(condition: Condition | None, survey: Survey) -> str:
    """When it holds, with the titles and options of the survey; “无” for none."""
    if condition is None:
        return "无"
    if condition.negated is not None:
        return f"不满足（{condition_words(condition.negated, survey)}）"
    if condition.all or condition.any:
        joint = "，且" if condition.all else "，或"
        return joint.join(_part(each, survey) for each in condition.all or condition.any)
    asked = _asked(condition.item, survey)
    item = (
        f"链接参数“{condition.link}”"
        if condition.link
        else quoted(str(asked.title))
        if asked
        else f"“{condition.item}”"
    )
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    return _COMPARED[condition.compare].format(item=item, value="、".join(_value(each, asked) for each in values))


def jump_words(jumps: tuple[Jump, ...], survey: Survey) -> str:
    """Where each jump leads and when; “无” for none."""
    titles = {section.code: quoted(str(section.title)) if section.title else "" for section in survey.sections}
    said = []
    for jump in jumps:
        target = _ENDS.get(jump.to) or f"跳到“{jump.to}”{titles.get(jump.to, '')}"
        said.append(f"若{condition_words(jump.when, survey)}，{target}" if jump.when else target)
    return "；".join(said) or "无"


def _part(condition: Condition, survey: Survey) -> str:
    words = condition_words(condition, survey)
    return f"（{words}）" if condition.all or condition.any else words


def _asked(item: str | None, survey: Survey) -> Question | None:
    code = (item or "").partition(".")[0]
    return next((question for question in survey.questions() if question.code == code), None)


def _value(value: object, asked: Question | None) -> str:
    labels = {option.code: str(option.label) for option in getattr(asked, "options", ())}
    return f"“{labels.get(value, value)}”" if isinstance(value, str) else f"{value}"
