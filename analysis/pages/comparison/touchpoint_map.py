"""The map of touchpoints: by stage of the customer's way, each with score, volume, change, inspection and standard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from analysis.differences.comparison import correct_changes
from analysis.estimates import Change
from analysis.exploring import Item
from analysis.interpretation.sentences import VERDICTS
from analysis.interpretation.wordings import signed_figure
from analysis.pages.drill_down import part_address
from analysis.pages.figures import with_span
from analysis.pages.rounds.by_unit import overall_of
from analysis.pages.survey_answers import released_answers
from analysis.released.parts import SelectionInView
from analysis.released.released_answers import ReleasedAnswers
from analysis.released.survey_figures import FoundFigure
from surveys.console.kit import look, session
from surveys.console.kit.choosers import department_names, published_surveys
from surveys.console.kit.drill_down import Linked
from surveys.console.kit.words import _, join_names, said
from surveys.definition.survey import Audience
from surveys.localisation.wording import saying
from surveys.organisation.departments import Touchpoint

_KIND = "touchpoint"
_INSPECTED = ("touchpoint", "site")  # what inspections are about
_MOST = 60


@dataclass(frozen=True)
class _Point:
    """One touchpoint with what its answers say."""

    name: str
    place: Touchpoint | None
    found: FoundFigure

    @property
    def stage(self) -> str:
        return (self.place.stage if self.place else None) or ""


def draw(view: ReleasedAnswers, _items: dict[str, Item], _selection: SelectionInView) -> None:
    """One table by stages; the changes of all points are one family of comparisons."""
    points = [] if view.anonymous else sorted(_points(view), key=lambda each: (each.stage, each.name))
    if not points:
        look.empty(_("没有可以画的触点"), _("触点要有自己的答卷；匿名问卷不按触点看。"))
        return
    changes = {each.name: each.found.change for each in points if each.found.change is not None}
    family = saying("{count} 个触点与上一期相比（Holm）", count=len(changes))
    corrected = correct_changes(changes, family)
    inspected, standards, departments = _inspections(view), _standards(), department_names()
    rows = [
        [
            each.stage or _("未定环节"), each.name, with_span(each.found.estimate),
            Linked(each.found.estimate.n, part_address(view, _KIND, each.name), _("看这些答卷")),
            _changed(corrected.get(each.name)), _inspected(each, inspected),
            departments.get(each.place.department, "") if each.place else "",
            standards.get(each.place.department, "—") if each.place else "—",
        ]
        for each in points
    ]  # fmt: skip
    look.table([
        _("服务环节"), _("触点"), _("满意率（95% 区间）"), _("作答"), _("与上一期相比"), _("检查得分"),
        _("归属部门"), _("服务承诺"),
    ], rows)  # fmt: skip
    look.soft(_("检查得分来自以触点或场所为对象的检查问卷，取同一触点的全部检查；服务承诺是归属部门登记的承诺。"))


def _points(view: ReleasedAnswers) -> Iterator[_Point]:
    named: dict[str, list[Touchpoint]] = {}
    for each in session.store().organisation.touchpoints():
        named.setdefault(view.name_of(_KIND, each.code), []).append(each)
    for name in view.values(_KIND)[:_MOST]:
        part = view.within(view.period, view.before, {**view.coded_segments, _KIND: name})
        found = overall_of(part)
        if found is not None and part.n:
            yield _Point(name, next(iter(named.get(name, [])), None), found)


def _changed(change: Change | None) -> Markup | str:
    if change is None or not change.ok:
        return "—"
    difference = signed_figure(change.figures()[0], change.after.unit)
    tone = "bad" if change.clearly_down else ""
    return Markup("{} {}").format(difference, look.tag(said(VERDICTS[change.verdict]), tone))


def _inspections(view: ReleasedAnswers) -> list[ReleasedAnswers]:
    """What inspectors said of touchpoints or sites, as far as the reader sees it."""
    surveys = [
        each for each in published_surveys()
        if each.survey.audience is Audience.STAFF and each.survey.about in _INSPECTED and not each.survey.anonymous
        and each.code != view.record.code
    ]  # fmt: skip
    return [released_answers(each, session.signed_in()) for each in surveys]


def _inspected(point: _Point, inspections: Sequence[ReleasedAnswers]) -> str:
    for each in inspections:
        if point.name in each.values("subject"):
            found = overall_of(each.within(where={"subject": point.name}))
            if found is not None and found.estimate.n:
                return _("{value} n={n}").format(value=with_span(found.estimate), n=found.estimate.n)
    return "—"


def _standards() -> Mapping[str, str]:
    """What the public was promised, by the department that answers for it."""
    found: dict[str, list[str]] = {}
    for each in session.store().indicators.all():
        if each.promise and each.department and each.retired_on is None:
            found.setdefault(each.department, []).append(each.promise)
    return {department: join_names(promises) for department, promises in found.items()}
