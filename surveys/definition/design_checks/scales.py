"""Faults of scales and lists: uneven labels, no middle, no way out, ranges that overlap or leave gaps, no "other"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from surveys.definition.design_checks.fault import EVALUATING, Finding, chinese, one_of, placed_questions
from surveys.definition.design_checks.ranges import fault_of_ranges
from surveys.definition.questions import Choice, OneChoice, Question, Scale
from surveys.definition.survey import Survey
from surveys.localisation.language import marked
from surveys.localisation.wording import Text, saying

LONG_LIST = 6
LONGEST_GRADE = 6  # characters; a longer label says more than a degree

_NEUTRAL = one_of("""
    一般 中立 中等 中性 普通 尚可 还行 还可以 说不清 说不准 不好不坏 无所谓 差不多 适中 不确定 合格 持平
    没有变化 没变 不变 相符 符合期望 符合预期 一样 相同 相当
""")
_NEGATIVE = one_of("""
    不(?!错) 没 差 糟 坏 失望 困难 费力 费劲 很难 较难 难以 从未 反对 低 拖沓 冷淡 恶劣 负面 劣 慢 少 下降 退步
    麻烦 难$ ^难
""")
_POSITIVE = one_of("""
    满意 同意 愿意 好 优 良 棒 赞 佳 方便 容易 轻松 省力 省心 高 超出 符合 重要 可能 会$ 信任 热情 快 喜欢 经常 总是
    上升 进步 清楚 及时 了解
""")
_GRADED = one_of("满意 同意 愿意 ^(很|非常|比较|较|良)?(好|差)$ 优秀 重要 可能 方便 容易")
_NO_OPINION = one_of("""
    不适用 不了解 不清楚 没有接触 未接触 未使用 没有使用 没用过 未办理 没有办理 无法评价 说不上 不知道 未涉及 不涉及
""")


def sign(label: str) -> int | None:
    """Whether a label is positive (1), neutral (0) or negative (−1); None when it is not clear."""
    if _NEUTRAL.search(label):
        return 0
    if _NEGATIVE.search(label):
        return -1
    return 1 if _POSITIVE.search(label) else None


def unbalanced_scale(survey: Survey) -> Iterator[Finding]:
    """More labels on one side push the answers there; an odd scale has its middle for those in between."""
    for place, question in placed_questions(survey):
        labels = [chinese(label) for label in question.labels] if isinstance(question, Scale) else _graded(question)
        labels = [label for label in labels if label]
        signs = [sign(label) for label in labels]
        if len(labels) < 3 or None in signs:
            continue
        where = (*place, "labels" if isinstance(question, Scale) else "options")
        good, bad = signs.count(1), signs.count(-1)
        if good != bad:
            what = saying(marked("选择不对称：正面 {good} 个，负面 {bad} 个，会把答案推向一边"), good=good, bad=bad)
            yield where, what, "让正面和负面一样多，例如“很不满意、不满意、一般、满意、很满意”"
        elif len(signs) % 2 and signs[len(signs) // 2] != 0:
            what = saying(marked("正中的“{label}”不是中间态度"), label=labels[len(labels) // 2])
            yield where, what, "奇数分值的正中写“一般”一类的中性词"


def _graded(question: Question) -> list[str]:
    """The options of a choice that is a scale in disguise; none when it is not."""
    if not isinstance(question, OneChoice):
        return []
    labels = [chinese(option.label) for option in question.options if not option.asks_text]
    labels = [label for label in labels if not _NO_OPINION.search(label)]
    clear = [label for label in labels if _GRADED.search(label) or sign(label) == 0]
    if any(len(label) > LONGEST_GRADE for label in labels):
        return []
    return labels if len(clear) >= max(3, len(labels) - 1) else []


def one_sided_ends(survey: Survey) -> Iterator[Finding]:
    """The ends of a scale say opposite things, the lowest point the worse."""
    for place, question in placed_questions(survey):
        low, high = _ends(question)
        if low is None and high is None:
            continue
        signs = sign(chinese(low)), sign(chinese(high))
        if low is None or high is None:
            yield (*place, "low_label"), "只写了一端的含义，另一端要靠猜", "给两端都写上含义"
        elif signs == (1, -1):
            yield (*place, "low_label"), "最低分写的是好的一端，分数会读反", "把两端的文字对调，分数越高越满意"
        elif signs in ((1, 1), (-1, -1)) and not _same_word_by_degree(chinese(low), chinese(high)):
            wording = marked("“{low}”和“{high}”在同一边，没有给相反的看法留位置")
            what = saying(wording, low=chinese(low), high=chinese(high))
            yield (*place, "low_label"), what, "让两端的意思相反"


def _ends(question: Question) -> tuple[Text | None, Text | None]:
    if getattr(question, "labels", ()):
        return None, None
    return getattr(question, "low_label", None), getattr(question, "high_label", None)


def _same_word_by_degree(low: str, high: str) -> bool:
    """很低 and 很高 differ in the word itself; 有点 and 非常 differ in degree, which is a one-sided scale by intent."""
    return low[-1:] == high[-1:] and low[:1] in "略稍有不"


def missing_not_applicable(survey: Survey) -> Iterator[Finding]:
    """Who has not met a side of the service can only guess its score."""
    for s, section in enumerate(survey.sections):
        for q, question in enumerate(section.questions):
            offers = "not_applicable" in type(question).model_fields and question.measure in EVALUATING
            general = question.code == survey.overall or question.dimension is None
            shown_to_some = question.show_if is not None or section.show_if is not None
            if offers and not general and not shown_to_some and getattr(question, "not_applicable", None) is None:
                place = ("sections", s, "questions", q, "not_applicable")
                yield place, "没有“不适用”，没接触过的人只能随便打分", "如果不是人人都接触过，写上“没有接触”"


def missing_other(survey: Survey) -> Iterator[Finding]:
    """Who does not find themselves in a long list chooses anything."""
    for place, question in placed_questions(survey):
        if not isinstance(question, Choice) or question.type == "drop_down" or question.code == survey.subject:
            continue
        labels = [chinese(option.label) for option in question.options]
        open_end = question.other is not None or question.options_from is not None or _has_way_out(labels)
        if len(labels) >= LONG_LIST and not open_end and not _graded(question) and not _are_ranges(labels):
            what = saying(marked("列了 {count} 个选项，却没有“其他”"), count=len(labels))
            yield (*place, "options"), what, "加上可填写的“其他”，或确认选项已列全"


def _has_way_out(labels: Sequence[str]) -> bool:
    return any(re.search(r"其他|其它|都没有|都不|以上|无$|没有$|不限|均不|暂无", label) for label in labels)


def _are_ranges(labels: Sequence[str]) -> bool:
    """Whether the options are ranges of numbers, which need no "other"."""
    return sum(bool(re.search(r"\d", label)) for label in labels) >= len(labels) - 1


def unfit_ranges(survey: Survey) -> Iterator[Finding]:
    """Each number has its place in exactly one range."""
    for place, question in placed_questions(survey):
        if isinstance(question, OneChoice):
            fault = fault_of_ranges([chinese(option.label) for option in question.options])
            if fault is not None:
                yield (*place, "options"), *fault
