"""What to do first: one to three areas to improve, with what overall satisfaction is expected to gain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from analysis.estimates import figure
from analysis.improvement.priorities import ImprovementArea
from analysis.pages.filters import usual_view
from analysis.pages.improvement import areas_of, own_topics
from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import drill_down, look
from surveys.console.kit.drill_down import Linked
from surveys.console.kit.words import _, said

MOST_SHOWN = 3
_WORTH_SHOWING = 0.005  # what is less is shown as 0.00


@dataclass(frozen=True)
class _Candidate:
    found: ReleasedAnswers
    place: int
    area: ImprovementArea
    own: bool


def first_areas(found: Sequence[ReleasedAnswers]) -> Markup:
    """Those of the reader's departments first; then the first of each survey before the second of any."""
    mine = own_topics()
    every = [one for each in found if not each.anonymous and each.n for one in _of_survey(each, mine)]
    chosen = sorted(every, key=lambda each: (not each.own, each.place, -each.found.n))[:MOST_SHOWN]
    if not chosen:
        return Markup('<li class="xs-soft">{}</li>').format(_("目前没有站得住的改进项；答卷多起来后这里会列出。"))
    return Markup("").join(_row(each) for each in chosen)


def _of_survey(found: ReleasedAnswers, mine: frozenset[str]) -> Iterator[_Candidate]:
    for number, area in enumerate(areas_of(usual_view(found)), 1):
        if _worth_while(area):
            place = min(number, area.gain.place) if area.gain else number
            yield _Candidate(found, place, area, area.code in mine)


def _worth_while(area: ImprovementArea) -> bool:
    """Something is to be gained, or it is a hot spot, or it clearly fell."""
    gains = area.gain is not None and (area.gain.estimate.value or 0.0) >= _WORTH_SHOWING
    return gains or area.hot_spot is not None or (area.change is not None and area.change.clearly_down)


def _row(each: _Candidate) -> Markup:
    address = drill_down.address_of("improvement", survey=each.found.record.code)
    own = look.tag(_("归您部门负责")) if each.own else Markup("")
    spot = (
        look.tag(_("热点：{segment}").format(segment=each.area.hot_spot.segment), "bad") if each.area.hot_spot else ""
    )
    return Markup('<li><b>{}. {}</b> {} {}<div class="xs-soft">{}</div></li>').format(
        each.place, Linked(each.area.label, address, _("看原因和客户原话")), spot, own,
        _("{title}：{words}").format(title=said(each.found.record.survey.title), words=_gain(each.area)),
    )  # fmt: skip


def _gain(area: ImprovementArea) -> str:
    if area.gain is None or (area.gain.estimate.value or 0.0) < _WORTH_SHOWING:
        return said(area.reasons[0])
    value, low, high = (figure(each or 0.0, "score") for each in area.gain.estimate.figures())
    words = _("总体满意度预计可升 {gain} 分（95% 区间 {low} 至 {high}，n={n}）")
    return words.format(gain=value, low=low, high=high, n=area.gain.estimate.n)
