"""Whether ratings differ by how people answered: after which message, in which rounds again, through which channel."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from analysis.estimates import Verdict, figure
from analysis.exploring import Item
from analysis.interpretation.wordings import p_value, signed_figure
from analysis.nonresponse.attrition import Attrition, attrition
from analysis.nonresponse.channel_effects import ChannelEffects, channel_effects
from analysis.nonresponse.response_rates import ResponseRates
from analysis.nonresponse.waves import WavesCompared, waves_compared
from analysis.pages.figures import with_span
from analysis.pages.filters import segment_labels
from analysis.pages.nonresponse.asked_list import file_breakdowns
from analysis.pages.rounds import round_names
from analysis.released.parts import Columns
from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import address, look, session
from surveys.console.kit.words import _, said

_CLEAR = 0.05


def draw(view: ReleasedAnswers, item: Item, low: float, high: float, rates: ResponseRates | None) -> None:
    """Three comparisons of the overall question, each with what it can't show."""
    _waves(view, item, low, high, rates)
    _rounds(view, item, low, high)
    _channels(view, item)


def _waves(view: ReleasedAnswers, item: Item, low: float, high: float, rates: ResponseRates | None) -> None:
    sent = session.store().dispositions.message_days(view.record.code)
    days = {view.name_of("campaign", campaign): each for campaign, each in sent.items()}
    if not days:
        return
    share = rates.rates["RR1"].value if rates else None
    columns = Columns(("day", "campaign", item.column))
    st.header(_("早答与催后才答"), anchor=False)
    found = view.ask(waves_compared, columns, item.column, days, share, low, high)
    if found.refusal is not None:
        look.soft(_("看不出：{reason}。").format(reason=said(found.refusal)))
        return
    _waves_told(found)
    look.table(
        [_("第几次发信后"), _("平均分与 95% 区间"), "n"],
        [(each.number, with_span(each.level), each.level.n) for each in found.waves],
    )
    look.soft(_("催后才答的人最像没有答的人（Armstrong & Overton 1977），但不是同一批人：这是线索，不是证明。"))


def _waves_told(found: WavesCompared) -> None:
    if found.p is None or not found.slope.ok:
        return
    value, below, above = (signed_figure(each, "score") for each in found.slope.figures())
    span = _("{low} 至 {high}").format(low=below, high=above)
    if found.p < _CLEAR:
        st.markdown(
            _("**越晚答的人评分越不同：每多催一次差 {value} 分（{span}）。**").format(value=value, span=span)
        )
        if found.as_the_last is not None:
            look.soft(
                _("如果没有答的人都像最后一批，全体的平均分约为 {level}。").format(
                    level=figure(found.as_the_last, "score")
                )
            )
    else:
        st.markdown(
            _("**看不出早答和晚答的人评分不同**（每多催一次 {value} 分，{span}）。").format(value=value, span=span)
        )


def _rounds(view: ReleasedAnswers, item: Item, low: float, high: float) -> None:
    names = round_names(view)
    if view.round is not None or len(names) < 2:
        return
    columns = Columns(("round", item.column), people=True)
    found = view.ask(attrition, columns, item.column, list(names)[::-1], low, high)
    if not found:
        return
    st.header(_("一轮轮下来谁不再答"), anchor=False)
    look.table(
        [_("从"), _("到"), _("上一轮答过的人"), _("又答的比例"), _("没有再答的人上一轮的平均分（相差）"), _("判断")],
        [
            (names[each.answered_in], names[each.asked_in], each.retained.n, with_span(each.retained), _lost(each),
             _judged(each))
            for each in found
        ],
    )  # fmt: skip
    look.soft(_("只数认得出是同一个人的答卷；没有再答的人若原来就更不满意，两轮之间的变化会显得偏好。"))


def _lost(each: Attrition) -> str:
    if not each.difference.ok:
        return "—"
    value, low, high = (signed_figure(part, "score") for part in each.difference.figures())
    return _("{level}（{value}，{span}）").format(
        level=each.difference.after.shown(), value=value, span=_("{low} 至 {high}").format(low=low, high=high)
    )


def _judged(each: Attrition) -> object:
    if each.difference.verdict is Verdict.TOO_FEW:
        return look.tag(_("样本不足"))
    if each.difference.verdict is Verdict.CLEAR:
        return look.tag(_("走的人更不满意") if each.difference.clearly_down else _("走的人更满意"), "wait")
    return look.tag(_("看不出差别"))


def _channels(view: ReleasedAnswers, item: Item) -> None:
    words = file_breakdowns(view) | {
        name: label for name, label in segment_labels(view).items() if name in ("department", "business_type")
    }

    def draw() -> Sequence[str]:
        return st.multiselect(
            _("只比较这些方面一样的人"), list(words), format_func=words.__getitem__, key="alike",
            placeholder=_("选择分组"),
        )  # fmt: skip

    st.header(_("渠道会不会影响评分"), anchor=False)
    alike = address.several("alike", list(words), draw, [])
    columns = Columns(tuple(dict.fromkeys([item.column, "channel", *alike])))
    found = view.ask(channel_effects, columns, item.column, tuple(alike))
    if found.refusal is not None:
        look.soft(_("看不出：{reason}。").format(reason=said(found.refusal)))
        return
    _channels_told(view, found, bool(alike))


def _channels_told(view: ReleasedAnswers, found: ChannelEffects, compared: bool) -> None:
    names = {each: view.name_of("channel", each) for each in (found.reference, *found.raw)}
    clear = found.p_adjusted if found.adjusted else found.p
    if clear is not None and clear < _CLEAR:
        st.markdown(_("**不同渠道的评分不同**（p：{p}）。").format(p=p_value(clear)))
    else:
        st.markdown(_("**看不出渠道之间评分不同**（p：{p}）。").format(p="—" if clear is None else p_value(clear)))
    look.table(
        [_("渠道"), "n", _("与“{channel}”相差").format(channel=names[found.reference]), _("同样的人之间相差")],
        [
            (names[each], raw.n, with_span(raw), with_span(found.adjusted[each]) if each in found.adjusted else "—")
            for each, raw in found.raw.items()
        ],
    )
    if found.adjusted_level is not None and found.level is not None:
        look.soft(
            _("假如都从“{channel}”答，平均分从 {level} 变为 {adjusted}。").format(
                channel=names[found.reference], level=figure(found.level, "score"),
                adjusted=figure(found.adjusted_level, "score"),
            )
        )  # fmt: skip
    elif compared:
        look.soft(
            _(
                "各渠道的人太不一样（只有 {share} 的答卷在同样的人里有别的渠道可比），"
                "分不清是渠道还是人，不作调整。"
            ).format(share=f"{found.shared:.0%}")
        )
    look.soft(_("人们自己选渠道：选了“一样”的方面之外的差别仍在里面。"))
