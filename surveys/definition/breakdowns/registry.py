"""The registry: every breakdown of a survey, in the order in which people look for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from surveys.definition.breakdowns.bands import band_words, bands_of, even_cuts
from surveys.definition.breakdowns.breakdown import OF_ANSWER, OF_FILE, Breakdown, BreakdownKind
from surveys.definition.context.declared import OF_THE_DOOR, USUAL, declared
from surveys.definition.context.fields import Coarse, ContextField, ContextSource
from surveys.definition.context.kinds import is_numeric
from surveys.definition.questions import AnswerColumn, Measure, Question
from surveys.definition.survey import Survey
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, Said, Series, Text, saying

CHANNELS: dict[str, str] = {
    "link": marked("公开链接"), "invitation": marked("专属链接"), "phone": marked("电话"), "sms": marked("短信"),
    "ivr": marked("按键"), "kiosk": marked("窗口平板"), "paper": marked("纸面录入"), "task": marked("任务"),
    "api": marked("接口"), "import": marked("导入"),
}  # fmt: skip
"""By which door an answer came, and what people call it."""

_CIRCUMSTANCES: dict[str, str] = {
    "district": marked("区域"), "touchpoint": marked("触点"), "business_type": marked("业务类型"),
}  # fmt: skip
_LATER = {"department": marked("部门"), "round": marked("轮次")}
_FILE_KINDS = ("who", "does", "worth")
_NO_COLUMN = {"reference"}  # another one with every answer
_NO_CATEGORIES = (Measure.TEXT, Measure.RECORD, Measure.DATE, Measure.BEST_WORST)
_MOST_POINTS = 11  # of a scale that people see as steps; a longer one is cut into bands
_YES_NO: dict[str, Said] = {"0": Message(marked("未选")), "1": Message(marked("选了"))}


@dataclass(frozen=True)
class BreakdownMaterial:
    """What an organisation has beside the survey: its campaigns by id, what files say of people, kinds of subject."""

    campaigns: Mapping[str, str] = field(default_factory=dict)
    attributes: Sequence[str] = ()  # `tier`, `department`, `who.x`, `does.x`, `worth.x`
    departments: Mapping[str, str] = field(default_factory=dict)
    subject: Said | None = None  # what the kind of subject is called that the survey is about


def breakdowns_of(survey: Survey, around: BreakdownMaterial | None = None) -> dict[str, Breakdown]:
    """What the results of a survey can be narrowed to and split by, by name.

    None of an anonymous one: its parts are rounds and departments alone, released in batches.
    """
    if survey.anonymous:
        return {}
    around = around or BreakdownMaterial()
    found = [*_circumstances(survey, around), *_facts(survey), *_of_files(survey, around), *_of_answers(survey)]
    return {each.name: each for each in found}


def breakdown_called(found: Mapping[str, Breakdown], name: str) -> Breakdown | None:
    """The breakdown of a name as other systems write it: that of an answer by the code of its question."""
    return found.get(name) or found.get(f"{OF_ANSWER}{name}")


def part_asked(found: Mapping[str, Breakdown], name: str, code: str) -> tuple[Breakdown, str] | None:
    """The breakdown and the code that `name:code` means; `services:solar` is that solar was one of those chosen."""
    if (whole := breakdown_called(found, name)) is not None:
        return whole, code
    chosen = found.get(f"{OF_ANSWER}{name}.{code}")
    return (chosen, "1") if chosen is not None and set(chosen.options) == set(_YES_NO) else None


def _circumstances(survey: Survey, around: BreakdownMaterial) -> Iterator[Breakdown]:
    for name, label in _CIRCUMSTANCES.items():
        yield Breakdown(name, Message(label), BreakdownKind.CIRCUMSTANCE)
    if survey.about:
        about = saying(marked("评价对象（{kind}）"), kind=around.subject or survey.about)
        yield Breakdown("subject", about, BreakdownKind.CIRCUMSTANCE)
    for name, label in _LATER.items():
        yield Breakdown(name, Message(label), BreakdownKind.CIRCUMSTANCE)
    channels = {code: Message(words) for code, words in CHANNELS.items()}
    yield Breakdown("channel", Message(marked("渠道")), BreakdownKind.CIRCUMSTANCE, channels)
    if around.campaigns:
        yield Breakdown("campaign", Message(marked("邀请活动")), BreakdownKind.CIRCUMSTANCE, dict(around.campaigns))


def facts_of(survey: Survey) -> dict[str, ContextField]:
    """The facts that come along with named answers, by the name of their breakdown."""
    known = {name: USUAL[name] for name in OF_THE_DOOR} | declared(survey)
    return {f"context.{name}": fact for name, fact in known.items() if name not in _NO_COLUMN}


def _facts(survey: Survey) -> Iterator[Breakdown]:
    for name, fact in facts_of(survey).items():
        options: dict[str, Said] = {each.code: each.label for each in fact.options}
        if fact.coarse is Coarse.BAND:  # of the number its band alone was kept
            options = {band: _with_unit(band_words(band), fact.unit) for band in bands_of(fact.bands)}
        cuts = fact.bands if is_numeric(fact) else None
        yield Breakdown(name, fact.label, BreakdownKind.FACT, options, cuts, fact.unit)


def _with_unit(words: str, unit: Text | None) -> Said:
    return Series((words, unit), " ") if unit else words


def _of_files(survey: Survey, around: BreakdownMaterial) -> Iterator[Breakdown]:
    """Attributes of the person's file as it is now, but those that the survey keeps as they were then."""
    kept = [fact for fact in declared(survey).values() if ContextSource.CONTACT in fact.sources]
    as_then = {name for fact in kept for name in (fact.code, *fact.label.root.values())}
    labels: dict[str, Said] = {"tier": Message(marked("客户等级")), "department": Message(marked("客户所属部门"))}
    for name in around.attributes:
        kind, _dot, own = name.partition(".")
        if (own or name) in as_then:
            continue
        yield Breakdown(
            f"{OF_FILE}{name}", labels.get(name, own), BreakdownKind.FILE,
            dict(around.departments) if name == "department" else {}, () if kind == _FILE_KINDS[-1] else None,
        )  # fmt: skip


def _of_answers(survey: Survey) -> Iterator[Breakdown]:
    for question in survey.questions():
        columns = question.columns()
        for column in columns:
            made = _of_column(question, column, alone=len(columns) == 1, beside=len(columns))
            if made is not None and (made.numeric or len(made.options) > 1):
                yield made


def _of_column(question: Question, column: AnswerColumn, *, alone: bool, beside: int) -> Breakdown | None:
    """A column of answers with its categories; None of what was written or filed."""
    if column.measure in _NO_CATEGORIES:
        return None
    name, title = f"{OF_ANSWER}{column.name}", None if alone else column.title
    label: Said = question.title if alone else Series((question.title, column.title), " · ")
    options, cuts = _categories(question, column, beside), None
    if not options:
        cuts = _cuts(question) if column.numeric else None
        if cuts is None:
            return None
    unit: Text | None = getattr(question, "unit", None)
    return Breakdown(name, label, BreakdownKind.ANSWER, options, cuts, unit if cuts is not None else None,
                     question.code, title)  # fmt: skip


def _categories(question: Question, column: AnswerColumn, beside: int) -> dict[str, Said]:
    """The values that a column can have, each with its words; none of a number."""
    if column.measure is Measure.MULTIPLE:
        return dict(_YES_NO)
    if column.measure is Measure.RANK:
        return {str(place): str(place) for place in range(1, beside + 1)}
    if not column.numeric:
        return dict(column.labels)
    points = list(getattr(question, "points_in_order", tuple)())
    if not points or len(points) > _MOST_POINTS:
        return {}
    return {str(each): _point(str(each), column.labels) for each in points}


def _point(code: str, labels: Mapping[str, Text]) -> Said:
    return Series((code, labels[code]), " ") if code in labels else code


def _cuts(question: Question) -> tuple[float, ...]:
    """Where bands of a number begin: even ones where the definition says its ends, else as the answers lie."""
    low, high = getattr(question, "minimum", None), getattr(question, "maximum", None)
    if low is None or high is None:
        return ()
    return even_cuts(low, high, getattr(question, "by", 0) or (0 if getattr(question, "decimals", 0) else 1))
