"""Figures as managers read them: cards with value, interval, n, change and verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st
from markupsafe import Markup

from analysis.estimates import Change, Direction, Estimate, Verdict, figure
from analysis.explanations import method_name
from analysis.interpretation.sentences import VERDICTS, n_told
from analysis.interpretation.wordings import difference_figure, signed_figure
from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import look, session
from surveys.console.kit.drill_down import Linked
from surveys.console.kit.words import _, join_names, said
from surveys.localisation.language import marked
from surveys.localisation.wording import Message
from surveys.permissions import Action

_SHEET = Markup("""
<style>
.xs-cards {display: grid; grid-template-columns: repeat(auto-fit, minmax(11.5rem, 1fr)); gap: .75rem}
.xs-card {border: 1px solid var(--xs-edge); border-radius: 8px; padding: .9rem 1rem; background: var(--xs-card)}
.xs-card .name {color: var(--xs-second); font-size: .9rem}
.xs-card .value {font-size: 1.9rem; font-weight: 650; line-height: 1.35; font-variant-numeric: tabular-nums}
.xs-card .value.none {color: var(--xs-faint); font-size: 1.15rem; line-height: 2.2}
.xs-card .range {color: var(--xs-soft); font-size: .82rem; line-height: 1.5}
.xs-card .change {font-size: .82rem; line-height: 1.7; margin-top: .35rem; padding-top: .35rem;
    border-top: 1px solid var(--xs-line); color: var(--xs-second)}
</style>
""")


LOOK_AGAIN = 3.0  # seconds, while answers can't be read yet


@dataclass(frozen=True)
class Figure:
    """A named estimate, with its change where there is one; how it is worked out, what it is for, and where it leads.

    `spans`: the days of the two periods of the change. `better`: whether more of it is good, as of satisfaction, or
    bad, as of complaints.
    """

    name: str
    estimate: Estimate
    change: Change | None = None
    how: str = ""
    purpose: str = ""
    behind: str = ""  # the address of the answers it is of
    counted: str = ""  # the address of those that it counts among them
    spans: tuple[str, str] | None = None
    better: Literal["more", "less", "neither"] = "more"


def cards(figures: Sequence[Figure], *, minimum: int = 0) -> None:
    """The figures side by side; those of fewer than *minimum* answers are withheld."""
    drawn = Markup("").join(_card(each, withheld=each.estimate.n < minimum) for each in figures)
    st.html(_SHEET + Markup('<div class="xs-cards">{}</div>').format(drawn))


_NO_VALUE = Markup('<div class="value none">{}</div><div class="range">{}</div>')


def _card(shown: Figure, *, withheld: bool) -> Markup:
    name = Markup('<div class="name">{}</div>').format(shown.name)
    if withheld:
        body = _NO_VALUE.format(_("不予显示"), _("作答太少，为保护匿名不显示"))
    elif not shown.estimate.ok:
        body = _NO_VALUE.format(_("样本不足"), why_refused(shown.estimate.refusal))
    else:
        body = _body(shown)
    return Markup('<div class="xs-card">{}{}</div>').format(name, body)


def _body(shown: Figure) -> Markup:
    estimate = shown.estimate
    change = Markup('<div class="change">{}</div>').format(change_words(shown)) if shown.change else Markup("")
    words = Markup('<div class="value">{}</div><div class="range">{} · {}</div>{}{}')
    caveats = Markup("").join(Markup('<div class="range">{}</div>').format(said(each)) for each in estimate.caveats)
    n = Linked(said(n_told(estimate)), shown.behind, _("看这些答卷"))
    value = Linked(estimate.shown(), shown.counted, _("看这些答卷"))
    return words.format(value, interval(estimate), n, caveats, change)


def interval(estimate: Estimate) -> str:
    """The confidence interval in words, empty where there is none."""
    return _("{level:.0%} 区间 {span}").format(level=estimate.confidence, span=span(estimate)) if estimate.ok else ""


def span(estimate: Estimate) -> str:
    """The ends of the confidence interval, empty where there is none."""
    if not estimate.ok:
        return ""
    low, high = (figure(end, estimate.unit) for end in estimate.figures()[1:])
    return _("{low} 至 {high}").format(low=low, high=high)


def why_refused(refusal: Message | None) -> str:
    """Why there is no figure, empty where there is one."""
    return said(refusal) if refusal else ""


def change_words(shown: Figure) -> Markup:
    """Both figures with their days, the difference, and what may be said about it."""
    change = shown.change
    if change is None:
        return Markup("")
    verdict = look.tag(said(VERDICTS[change.verdict]), _tone(change, shown.better))
    if not change.ok:
        return Markup("{} {} {}").format(_("与上一期相比"), verdict, _why_not(change))
    difference, low, high = change.figures()
    unit = change.after.unit
    return Markup("{}<br>{}<br>{}<br>{}{}").format(
        verdict,
        _from_to(change, shown.spans),
        _("比上一期 {difference}").format(difference=said(difference_figure(difference, unit))),
        _("差的区间 {low} 至 {high}").format(
            low=signed_figure(low, unit),
            high=said(difference_figure(high, unit)),  # the unit is named once
        ),
        _needed(change),
    )


def _from_to(change: Change, spans: tuple[str, str] | None) -> str:
    """从 84.0%（days）降到 67.1%（days）."""
    before, after = change.before.shown(), change.after.shown()
    if spans is not None:
        before, after = (
            _("{value}（{span}）").format(value=value, span=days)
            for value, days in zip((before, after), spans, strict=True)
        )
    return _(_WAYS[change.direction]).format(before=before, after=after)


_WAYS = {
    Direction.UP: marked("从 {before} 升到 {after}"),
    Direction.DOWN: marked("从 {before} 降到 {after}"),
    Direction.LEVEL: marked("从 {before} 仍是 {after}"),
}


def _tone(change: Change, better: str) -> str:
    if change.verdict is not Verdict.CLEAR:
        return "wait" if change.verdict is Verdict.TOO_FEW else ""
    if better == "neither":
        return ""
    return "bad" if change.clearly_down is (better == "more") else "good"


def _why_not(change: Change) -> str:
    """Which of the two sides can't be used, and why."""
    if not change.before.ok:
        return _("上一期{reason}").format(reason=why_refused(change.before.refusal))
    return _("本期{reason}").format(reason=why_refused(change.after.refusal)) if change.after.refusal else ""


def _needed(change: Change) -> str:
    if change.verdict is not Verdict.TOO_FEW or change.n_needed is None:
        return ""
    return _("；每期约需 {count} 份才能判断").format(count=change.n_needed)


def how_it_is_worked_out(figures: Sequence[Figure]) -> None:
    """The method behind every figure, for those who ask."""
    with st.popover(_("怎么算的"), icon=":material/functions:"):
        for each in figures:
            estimate = each.estimate
            parts = [
                _("**{name}**：{how}").format(name=each.name, how=each.how) if each.how else f"**{each.name}**",
                *filter(None, (each.purpose,)),
                said(n_told(estimate)),
            ]
            parts += [_("方法：{method}").format(method=said(method_name(estimate.method)))] if estimate.method else []
            if each.change is not None and each.change.method:
                parts += [_("比较：{method}").format(method=said(method_name(each.change.method)))]
                parts += [_("校正：{family}").format(family=said(each.change.family))] if each.change.family else []
            st.markdown(_("；").join(parts))
        st.caption(
            _(
                "区间是 95% 置信区间：同样的调查重复 100 次，约 95 次的区间会包含真实值。"
                "“明显变化”要求差异经检验且区间不含 0；“可能只是波动”指样本足以发现值得关注的差异却没有发现；"
                "否则为“样本不足”。"
            )
        )


def with_span(estimate: Estimate | None) -> str:
    """A figure in a cell of a table: with its interval, or why there is none."""
    if estimate is None or not estimate.ok:
        return "— " + (why_refused(estimate.refusal) if estimate else "")
    return _("{value}（{span}）").format(value=estimate.shown(), span=span(estimate))


@session.fragment(Action.VIEW_RESULTS, LOOK_AGAIN)
def being_read(missing: Sequence[ReleasedAnswers]) -> None:
    """Says whose answers can't be read yet, as after they were brought in in bulk, and draws the page when they can."""
    if all(each.stands for each in missing):
        st.rerun()
    titles = join_names([said(each.record.survey.title) for each in missing])
    words = _("答卷多的时候要一分钟左右，好了以后这里自动显示结果。")
    look.empty(_("正在整理答卷：{titles}").format(titles=titles), words)
