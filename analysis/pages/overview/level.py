"""How it is: the headline figures of each survey with interval, n and the course of the last weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

import pandas as pd
from markupsafe import Markup

from analysis.estimates import Estimate, Unit, figure
from analysis.figures import FIGURES, overall_scale
from analysis.frames import item_column
from analysis.monitoring.joint_watch import QUARTER, Watch
from analysis.pages.figures import span, why_refused
from analysis.pages.filters import query_of, usual_view
from analysis.pages.overview.changes import Watched
from analysis.released.released_answers import ReleasedAnswers
from analysis.released.survey_figures import survey_figures
from surveys.console.kit import drill_down
from surveys.console.kit.drill_down import Linked
from surveys.console.kit.words import _, said

MOST_SHOWN = 2  # surveys at once, those with most answers first
MOST_SURVEYS = 6
_HEADLINES = tuple(each for each in FIGURES.values() if each.headline)
_WIDE, _HIGH = 110.0, 34.0


def level(found: Sequence[ReleasedAnswers], verdicts: Watched) -> Markup:
    """One row for each survey that has a figure; those after the first few on demand."""
    views = [usual_view(each) for each in found if not each.anonymous or each.whole]
    views = sorted((each for each in views if each.n), key=lambda each: -each.n)[:MOST_SURVEYS]
    rows = [(each, estimates) for each in views if (estimates := _headline_estimates(each))]
    told = [_row(view, estimates, verdicts.get(view.record.code, {})) for view, estimates in rows]
    if not told:
        return Markup('<li class="xs-soft">{}</li>').format(_("近 30 天还没有能显示的数字。"))
    return Markup("").join(told[:MOST_SHOWN]) + _others(told[MOST_SHOWN:])


def _others(told: Sequence[Markup]) -> Markup:
    if not told:
        return Markup("")
    words = _("另外 {count} 份问卷").format(count=len(told))
    return Markup("<li><details><summary>{}</summary><ul>{}</ul></details></li>").format(words, Markup("").join(told))


def _headline_estimates(view: ReleasedAnswers) -> dict[str, Estimate]:
    """By the code of the figure, of the first item that the survey has for it."""
    estimates = dict[str, Estimate]()
    for each in survey_figures(view, _HEADLINES):
        estimates.setdefault(each.figure.code, each.estimate)
    return estimates


def _row(view: ReleasedAnswers, estimates: Mapping[str, Estimate], watches: Mapping[str, Watch]) -> Markup:
    first, *others = (each for each in _HEADLINES if each.code in estimates)
    main = estimates[first.code]
    address = drill_down.address_of("results", **query_of(view))
    title = Linked(said(view.record.survey.title), address, _("看满意度"))
    value = Markup("<b>{}</b>").format(main.shown()) if main.ok else Markup("—")
    rest = [_("{name} {value}").format(name=said(each.name), value=_short(estimates[each.code])) for each in others]
    return Markup(
        '<li><div class="xs-row"><div>{}<div class="value">{} {}</div></div>{}</div><div class="xs-soft">{}</div></li>'
    ).format(title, value, _about(said(first.name), main), _course(view, watches), " · ".join(rest))


def _about(name: str, estimate: Estimate) -> Markup:
    told = (
        _("{span} · n={n}").format(span=span(estimate), n=estimate.n) if estimate.ok else why_refused(estimate.refusal)
    )
    return Markup('<span class="xs-soft">{} {}</span>').format(name, told)


def _short(estimate: Estimate) -> str:
    return _("{value}（{span}，n={n}）").format(
        value=estimate.shown(), span=span(estimate), n=estimate.n
    ) if estimate.ok else "—"  # fmt: skip


def _course(view: ReleasedAnswers, watches: Mapping[str, Watch]) -> Markup:
    """The weeks of the overall question as a small line; nothing of an anonymous survey, whose weeks are not shown."""
    overall = overall_scale(view.record.survey)
    watch = watches.get(item_column(overall.code)) if overall else None
    if watch is None or watch.weekly.empty:
        return Markup("")
    weeks = watch.weekly["value"].dropna().iloc[-QUARTER:]
    return _line(weeks, watch.share) if len(weeks) > 1 else Markup("")


def _line(weeks: pd.Series, share: bool) -> Markup:
    low, high = float(weeks.min()), float(weeks.max())
    step, spread = _WIDE / (len(weeks) - 1), (high - low) or 1.0
    points = [(4 + i * step, 4 + _HIGH * (high - value) / spread) for i, value in enumerate(weeks)]
    unit: Unit = "share" if share else "score"
    told = _("近 {weeks} 周的每周走势：最低 {low}，最高 {high}，最近一周 {last}").format(
        weeks=len(weeks), low=figure(low, unit), high=figure(high, unit), last=figure(float(weeks.iloc[-1]), unit)
    )
    drawn = _SVG.format(
        w=_WIDE + 8, h=_HIGH + 8, points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points), x=points[-1][0],
        y=points[-1][1],
    )  # fmt: skip
    picture = Markup('<img src="data:image/svg+xml,{}" width="{:.0f}" height="{:.0f}" alt="{}" title="{}">')
    return picture.format(quote(drawn), _WIDE + 8, _HIGH + 8, told, told)


# A picture of its own: pages are cleaned of drawings in the text. It knows the colours of light and dark itself.
_SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}"><style>
polyline {{fill: none; stroke: #0E6E6E; stroke-width: 1.5}} circle {{fill: #0E6E6E}}
@media (prefers-color-scheme: dark) {{polyline {{stroke: #6CC9C3}} circle {{fill: #6CC9C3}}}}</style>
<polyline points="{points}"/><circle cx="{x:.1f}" cy="{y:.1f}" r="3"/></svg>"""
