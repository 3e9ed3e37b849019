"""The list of losses as people read it: what changes the survey first, and of many alike one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum

from surveys.definition.places import WHOLE
from surveys.exchange.definitions.losses import Loss
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, Said, Series, saying

MOST_NAMED = 5  # places that a line names


UNASKED_INSTEAD = "由系统记录或计算的内容，略去"


class Rank(IntEnum):
    """How much the survey differs for it."""

    LOGIC = 0  # who is asked what
    CONTENT = 1  # what is asked
    LOOKS = 2  # names, appearance, the running of the other program


# By what stands in the place of what is lost; anything not listed concerns the content.
RANKS: dict[str, Rank] = dict.fromkeys(
    (
        "不设这个条件", "不设这个条件，改为选答", "文件里从不显示，略去", "引用不到或不合用，略去", "引用不到，略去",
        "改为选答", "没有人看得见它，改为选答", "改为隐藏题，由链接带入", "只问一次", "改为可填、选答", "列出全部选项",
        "没有对应的题型，略去", "没有读到这道题", "choices 表中没有", "选项在文件之外，改为单行文字题", "略去这项配额",
    ),
    Rank.LOGIC,
) | dict.fromkeys(
    (
        "没有对应的设置，略去", "用默认外观", "改为“{code}”", "不作部分代码", "由系统记录或计算的内容，略去",
        "填为“{value}”", "只留文字", "标题改为说明文字，其中的题目并入本页", "标题改为说明文字，其中的题目并入上一级",
        "不属于问卷定义的工作表", "按原顺序", "由系统完成，略去",
    ),
    Rank.LOOKS,
)  # fmt: skip

# Settings without a counterpart that decide who is asked what, or what is accepted.
DECIDING = {
    "visibleif", "requiredif", "enableif", "choicesvisibleif", "choicesenableif", "rowsvisibleif", "columnsvisibleif",
    "resetvalueif", "setvalueif", "setvalueexpression", "choicesbyurl", "triggers", "calculatedvalues", "defaultvalue",
    "defaultvalueexpression", "choice_filter", "repeat_count", "calculation", "trigger", "default", "relevant",
    "relevance", "grelevance", "array_filter", "array_filter_exclude", "em_validation_q", "em_validation_sq", "preg",
    "random_group", "exclude_all_others_auto", "required", "mandatory",
}  # fmt: skip


def rank_losses(losses: Sequence[Loss]) -> list[Loss]:
    """One line for all that are alike, what changes the survey at the head; within a rank in the order of the file."""
    alike: dict[tuple[object, ...], list[Loss]] = {}
    for loss in losses:
        alike.setdefault(_kind(loss), []).append(loss)
    lines = [(rank_of(group[0]), _line(group)) for group in alike.values()]
    return [line for _, line in sorted(lines, key=lambda each: each[0])]


def rank_of(loss: Loss) -> Rank:
    """How much the survey differs for this loss."""
    if isinstance(loss.what, Message) and str(loss.what.values.get("name", "")).lower() in DECIDING:
        return Rank.LOGIC
    return RANKS.get(_wording(loss.instead), Rank.CONTENT)


def _kind(loss: Loss) -> tuple[object, ...]:
    """Losses of one kind stand in one line; where logic or content is lost, only those that say the same."""
    rank = rank_of(loss)
    if loss.instead == UNASKED_INSTEAD:
        return (rank, UNASKED_INSTEAD)
    if rank is not Rank.LOOKS or loss.place == WHOLE:
        return rank, str(loss.what), str(loss.instead)
    named = loss.what.values.get("name") if isinstance(loss.what, Message) and "“{name}”：" in loss.what.wording else ""
    return rank, _wording(loss.what), str(named), _wording(loss.instead)


def _wording(words: object) -> str:
    """What the words have in common with their like: the first of several, without values."""
    if isinstance(words, Series):
        return _wording(words.parts[0]) if words.parts else ""
    return words.wording if isinstance(words, Message) else str(words)


def _line(group: Sequence[Loss]) -> Loss:
    first, count = group[0], len(group)
    if count == 1:
        return first
    whats = {str(loss.what) for loss in group}
    insteads = {str(loss.instead) for loss in group}
    what = first.what if len(whats) == 1 else saying(marked("{what}等 {count} 项"), what=first.what, count=len(whats))
    instead = first.instead if len(insteads) == 1 else saying(marked("{instead}，等等"), instead=first.instead)
    return Loss(_places([loss.place for loss in group]), what, instead)


def _places(places: Iterable[Said]) -> Said:
    different = list({str(place): place for place in places}.values())
    named = Series(tuple(different[:MOST_NAMED]))
    if len(different) <= MOST_NAMED:
        return named if len(different) > 1 else different[0]
    return saying(marked("{places}等 {count} 处"), places=named, count=len(different))
