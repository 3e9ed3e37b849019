"""From the answers in view to what an assistant is told of them, by the functions and in the words of the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.assistants.told import (
    ToldAlarm,
    ToldArea,
    ToldAreas,
    ToldBreakdown,
    ToldChanges,
    ToldComment,
    ToldComments,
    ToldFigure,
    ToldFigures,
    ToldPart,
)
from analysis.comments.listing import Wanted
from analysis.differences.comparison import correct_changes
from analysis.estimates import Change, Verdict
from analysis.exploring.items import items_of
from analysis.figures import FIGURES
from analysis.improvement.areas_in_view import areas_in_view
from analysis.improvement.priorities import ImprovementArea
from analysis.interpretation.sentences import sentence
from analysis.interpretation.watching import ALARMS, watch_message
from analysis.monitoring.joint_watch import Alarm, Watch
from analysis.released.released_answers import ReleasedAnswers
from analysis.released.survey_figures import FoundFigure, survey_figures
from analysis.text.personal_data import mask_personal_data
from surveys.comments import SENTIMENT_LABELS
from surveys.definition.breakdowns.registry import part_asked
from surveys.localisation.language import in_words
from surveys.localisation.wording import saying
from surveys.storage.records.responses import NoSuchPart

MOST_AT_ONCE = 50  # comments
MOST_AREAS = 5


def narrowed(answers: ReleasedAnswers, where: Mapping[str, str]) -> dict[str, str]:
    """The breakdowns and values that are meant by names or codes; raises NoSuchPart for what there is not."""
    return dict(_meant(answers, name, value) for name, value in where.items())


def _meant(answers: ReleasedAnswers, name: str, value: str) -> tuple[str, str]:
    asked = part_asked(answers.breakdowns, name, value)
    if asked is None:
        raise NoSuchPart("where", list(dict.fromkeys(each.spoken for each in answers.breakdowns.values())))
    found, wanted = asked
    if found.numeric and found.takes(wanted):
        return found.name, wanted
    known = [*answers.codes(found.name), *answers.values(found.name)]
    named = answers.formerly(found.name).get(wanted, wanted)
    if named not in known:
        raise NoSuchPart(name, answers.values(found.name))
    return found.name, named


def breakdowns(answers: ReleasedAnswers, language: str) -> list[ToldBreakdown]:
    """What results can be narrowed to; of an anonymous survey the departments that are large enough, and rounds."""
    rounds = ToldBreakdown(name="round", label=in_words("轮次", language), values=answers.rounds())
    if answers.anonymous:
        there = list(dict.fromkeys([*answers.departments(), *answers.branches()]))
        return [rounds, ToldBreakdown(name="department", label=in_words("部门", language), values=there)]
    named = [
        ToldBreakdown(name=each.spoken, label=in_words(each.label, language), values=answers.values(each.name))
        for each in answers.breakdowns.values()
        if each.name in answers.offered and each.name != "round"
    ]
    return [rounds, *named]


def part_told(view: ReleasedAnswers, language: str) -> ToldPart:
    """Which answers are in view."""
    period = view.period
    return ToldPart(
        survey=view.record.code, title=in_words(view.record.survey.title, language), where=view.segments,
        round=view.round, first_day=f"{period.first:%Y-%m-%d}" if period else None,
        last_day=f"{period.last:%Y-%m-%d}" if period else None,
        answers=view.n if view.n >= view.minimum else None,
    )  # fmt: skip


def figures(view: ReleasedAnswers, language: str) -> ToldFigures:
    """Every figure of the catalogue that the survey has, with its change where there is a time before."""
    found = survey_figures(view, changes=True) if view.n >= max(view.minimum, 1) else []
    told = [_figure(each, view, language) for each in found if each.estimate.n >= view.minimum]
    return ToldFigures(part=part_told(view, language), figures=told)


def _figure(found: FoundFigure, view: ReleasedAnswers, language: str) -> ToldFigure:
    estimate, change = found.estimate, found.change
    told = change is not None and min(change.before.n, change.after.n) >= view.minimum
    return ToldFigure(
        sentence=sentence(estimate, language, _subject(found, view, language)),
        change=sentence(change, language, _subject(found, view, language)) if told else None,
        measure=estimate.measure, item=found.item.code, value=estimate.value, low=estimate.low, high=estimate.high,
        n=estimate.n, unit=estimate.unit, method=estimate.method,
    )  # fmt: skip


def _subject(found: FoundFigure, view: ReleasedAnswers, language: str) -> str:
    """What a figure is of: a dimension or a question, in words."""
    survey, code = view.record.survey, found.item.code
    dimension = next((each for each in survey.dimensions if each.code == code), None)
    if dimension is not None:
        return in_words(dimension.label, language)
    question = survey.question(code) if code and code in {each.code for each in survey.questions()} else None
    return in_words(question.title, language) if question is not None else ""


def areas(view: ReleasedAnswers, language: str) -> ToldAreas:
    """The first areas to improve; none of an anonymous survey of which too few answers are in view."""
    ranked = areas_in_view(view, language) if view.n >= max(view.minimum, 1) else []
    return ToldAreas(part=part_told(view, language), areas=_areas(ranked, language))


def _areas(ranked: Sequence[ImprovementArea], language: str) -> list[ToldArea]:
    return [_area(number, each, language) for number, each in enumerate(ranked[:MOST_AREAS], 1)]


def _area(number: int, area: ImprovementArea, language: str) -> ToldArea:
    gain = area.gain
    return ToldArea(
        place=min(number, gain.place) if gain else number, label=area.label,
        score=sentence(area.score, language, area.label) if area.score else None,
        reasons=[in_words(each, language) for each in area.reasons],
        quotations=[mask_personal_data(each.text) for each in area.examples],
    )  # fmt: skip


def changes(view: ReleasedAnswers, watches: Mapping[str, Watch], language: str) -> ToldChanges:
    """Alarms, changes of the headline figures beyond chance, those that are none, and areas that may say why."""
    labels = {column: each.label for column, each in items_of(view.record.survey, language).items()}
    clear, unclear = list[str](), list[str]()
    for change in _headline_changes(view).values():
        told = sentence(change, language)
        (clear if change.verdict is Verdict.CLEAR else unclear).append(told)
    return ToldChanges(
        part=part_told(view, language), changes=clear, unclear=unclear, areas=areas(view, language).areas,
        alarms=[
            ToldAlarm(question=labels[column], verdict=in_words(ALARMS[watch.alarm], language),
                      sentence=in_words(watch_message(watch), language))
            for column, watch in watches.items() if watch.alarm in (Alarm.DOWN, Alarm.UP)
        ],
    )  # fmt: skip


def _headline_changes(view: ReleasedAnswers) -> dict[str, Change]:
    """By code of the figure, corrected as one family, as the page 满意度 does."""
    headlines = [each for each in FIGURES.values() if each.headline] if view.n >= max(view.minimum, 1) else []
    found = dict[str, Change]()
    for each in survey_figures(view, headlines, changes=True):
        if each.change is not None and min(each.change.before.n, each.change.after.n) >= view.minimum:
            found.setdefault(each.figure.code, each.change)
    return correct_changes(found, saying("{count} 项总体指标（Holm）", count=len(found)))


def comments(view: ReleasedAnswers, wanted: Wanted, language: str, first: int, most: int) -> ToldComments:
    """Up to *most* comments from the *first* on, masked; none where so few wrote that they could be recognised."""
    part = part_told(view, language)
    if view.comments_withheld or not view.authors:
        why = in_words("为保护匿名暂不显示" if view.comments_withheld else "还没有可读的留言", language)
        return ToldComments(part=part, amount=0, withheld=why, comments=[])
    found = view.comment_list(wanted, language, first, min(most, MOST_AT_ONCE))
    return ToldComments(
        part=part, amount=view.comment_count(wanted, language), withheld=None,
        comments=[
            ToldComment(
                text=mask_personal_data(each.text),
                sentiment=in_words(SENTIMENT_LABELS.get(each.sentiment, each.sentiment), language),
                aspects=[one.label for one in each.aspects], rating=each.rating if each.rating == each.rating else None,
                day=f"{each.received_at:%Y-%m-%d}" if each.received_at else None,
            )
            for each in found
        ],
    )  # fmt: skip
