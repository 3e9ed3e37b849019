"""What part of the answers a page looks at: the filters of an open survey, the partition of an anonymous one."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from analysis.answer_order import in_order
from analysis.monitoring.trends import Period, period_windows
from analysis.pages.filters.panel import ALL, breakdown_labels, chosen_values
from analysis.pages.rounds import chosen_round, round_names
from analysis.pages.survey_answers import released_answers
from analysis.released.released_answers import ReleasedAnswers
from surveys.accounts import Account
from surveys.console.kit import address, look, session
from surveys.console.kit.choosers import department_names, departments_in_words, published_surveys, survey_picker
from surveys.console.kit.words import _, said, translate_all
from surveys.localisation.clock import local_day, utc_now, zone
from surveys.localisation.language import marked
from surveys.organisation.department_tree import as_tree
from surveys.organisation.subjects import SUBJECT_KINDS

_PERIODS = {
    "7": marked("近 7 天"),
    "30": marked("近 30 天"),
    "90": marked("近 90 天"),
    ALL: marked("全部"),
    "custom": marked("自定义"),
}
_USUAL = "30"
_ANONYMITY = marked(
    "匿名问卷：只按部门查看，少于 {scores} 份评分或 {comments} 份留言的部门不显示；"
    "可以按轮次比较，不能再按时间细分，因为把两个时间段的结果相减，可能认出某一个人的回答。"
)
_BELOW = "/*"  # behind a department's name in an address: with all below it
PLACES = {"district": marked("区域"), "touchpoint": marked("触点"), "business_type": marked("业务类型")}


def spans(view: ReleasedAnswers) -> tuple[str, str] | None:
    """The days of the period before and of the one in view, or the names of the rounds, where there are both."""
    if view.round is not None and view.round_before is not None:
        names = round_names(view)
        return names.get(view.round_before, view.round_before), names.get(view.round, view.round)
    return (days_of(view.before), days_of(view.period)) if view.before and view.period else None


def days_of(period: Period) -> str:
    """The first and the last day of a period, the year once where it is the same."""
    same = period.first.year == period.last.year
    return _("{low} 至 {high}").format(
        low=f"{period.first:%Y-%m-%d}", high=f"{period.last:%m-%d}" if same else f"{period.last:%Y-%m-%d}"
    )


def chosen_view() -> ReleasedAnswers | None:
    """Draw survey picker and filters; None, with an explanation on the page, where there is nothing to look at."""
    account, records = session.signed_in(), published_surveys()
    if not records:
        look.empty(_("还没有发布过问卷"), _("发布并收到答卷之后，这里会显示结果。"))
        return None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        record = survey_picker(records)
        with st.spinner(_("正在读取答卷…")):
            found = released_answers(record, account)
            given = _given(found)
        view = None if not given else _partition(found) if found.anonymous else _filtered(found)
    if found.anonymous and given:
        look.soft(_(_ANONYMITY).format(scores=found.minimums.group, comments=found.minimums.comments))
    look.scope(scope_words(found, view, account))
    if view is None or not view.n:
        look.empty(*_why_nothing(found, view, account))
        return None
    return view


def _given(found: ReleasedAnswers) -> int:
    """How many answers are released to this account, whether or not a part of them may be shown."""
    return int(found.arrivals()["n"].sum())


def query_of(view: ReleasedAnswers) -> dict[str, str]:
    """The view as it stands in an address, for other pages of the same answers."""
    query = {"survey": view.record.code, **view.coded_segments, **({"round": view.round} if view.round else {})}
    if view.anonymous:
        return query | ({"department": query["department"] + _BELOW} if view.leads else {})
    if view.round:
        return query
    if view.period is None:
        return {**query, "period": ALL}
    today = pd.Timestamp(local_day(utc_now()))
    for days in (each for each in _PERIODS if each.isdigit()):
        if period_windows(today, int(days))[0] == view.period:
            return {**query, "period": days}
    return {**query, "period": "custom", "from": f"{view.period.first:%Y-%m-%d}", "to": f"{view.period.last:%Y-%m-%d}"}


def scope_words(found: ReleasedAnswers, view: ReleasedAnswers | None, account: Account) -> str:
    """Whose answers are shown, of when and of what part, and how many: two readers see at once why figures differ."""
    period = view.period if view else None
    span = _("{low} 至 {high}").format(low=f"{period.first:%Y-%m-%d}", high=f"{period.last:%Y-%m-%d}") if period else ""
    if view and view.round:
        span = round_names(view).get(view.round, view.round)
    chosen = view.segments if view else {}
    kinds = segment_labels(found) | {"department": _unit(found)}
    worded = {
        kind: _with_below(each) if kind == "department" and view and view.leads else each
        for kind, each in chosen.items()
    }
    named = [_("{kind}：{value}").format(kind=kinds[kind], value=value) for kind, value in worded.items()]
    amount = view.n if view else 0
    few = amount < found.minimum
    # Of an anonymous survey the moment would tell when somebody answered.
    moment = "" if found.anonymous else f"{found.as_of.astimezone(zone()):%Y-%m-%d %H:%M}"
    parts = [
        said(found.record.survey.title), departments_in_words(account), span or _("全部时间"), *named,
        *([] if few else [_("{count} 份答卷").format(count=amount)]),
        *([_("截至 {moment}").format(moment=moment)] if moment else []),
    ]  # fmt: skip
    return _("范围：{parts}").format(parts=" · ".join(parts))


def withheld(view: ReleasedAnswers, given: int) -> bool:
    """Whether so few answers to an anonymous survey may not be shown; the page says so then."""
    few = given < view.minimum
    if few:
        look.empty(_("为保护匿名暂不显示"), _("作答太少，为保护匿名不显示"))
    return few


def _why_nothing(found: ReleasedAnswers, view: ReleasedAnswers | None, account: Account) -> tuple[str, str]:
    """Why nothing is shown, and what could be done."""
    given = _given(found)
    held_back = found.anonymous and session.store().responses.amount(found.record.code)
    if not given and not held_back and account.sees_all_departments:
        return _("还没有答卷"), _("收到第一份答卷后，这里就会有结果。")
    if not given and not held_back:
        return _("还没有答卷"), _("您所在部门的触点还没有收到答卷。")
    if view is None or held_back:
        wanted = _("答卷达到 {minimum} 份、且不能由其他部门的结果推算出来时，会显示结果。")
        return _("为保护匿名暂不显示"), wanted.format(minimum=found.minimums.group)
    elsewhere = _("这份问卷的答卷在 {span}，请放宽时间或筛选条件。")
    return _("所选范围内没有答卷"), elsewhere.format(span=_span(found.arrivals()))


def usual_view(found: ReleasedAnswers) -> ReleasedAnswers:
    """What the filters show before anyone touches them."""
    if found.anonymous:
        return found
    return found.within(*period_windows(pd.Timestamp(local_day(utc_now())), int(_USUAL)))


def _span(arrivals: pd.DataFrame) -> str:
    return _("{low} 至 {high}").format(
        low=f"{arrivals['day'].min():%Y-%m-%d}", high=f"{arrivals['day'].max():%Y-%m-%d}"
    )


def _filtered(found: ReleasedAnswers) -> ReleasedAnswers:
    inside = chosen_round(found)
    if inside.round is not None:
        return inside.within(where=chosen_values(found)).of_round(inside.round, inside.round_before)
    period, earlier = _period(found.arrivals()["day"])
    return found.within(period, earlier, chosen_values(found))


def _period(days: pd.Series) -> tuple[Period | None, Period | None]:
    """The period in view, and the one of the same length before it."""
    chosen = address.choice("period", _PERIODS, _draw_period, _USUAL)
    today = pd.Timestamp(local_day(utc_now()))
    if chosen == ALL:
        return None, None
    if chosen != "custom":
        return period_windows(today, int(chosen))
    first, last = _dates(days.min().date(), max(days.max(), today).date())
    return period_windows(pd.Timestamp(last), (last - first).days + 1)


def _draw_period() -> str | None:
    names = translate_all(_PERIODS)
    return st.segmented_control(
        _("时间"), list(names), format_func=names.__getitem__, key="period", required=True, persist_state="session",
        wrap=True,
    )  # fmt: skip


def _dates(earliest: date, latest: date) -> tuple[date, date]:
    first, last = _day("from") or earliest, _day("to") or latest
    if first > last:
        for name in ("from", "to"):
            address.doubt(name, st.query_params.get(name, ""))
        first, last = earliest, latest
    chosen = st.date_input(
        _("起止日期"), (first, last), min_value=min(earliest, first), max_value=max(latest, last), key="dates",
        width=260,
    )  # fmt: skip
    if isinstance(chosen, tuple) and len(chosen) == 2:
        first, last = chosen
    address.leave("from", first.isoformat())
    address.leave("to", last.isoformat())
    return first, last


def _day(name: str) -> date | None:
    """The day that the address gives under this name; one that is none is doubted."""
    text = st.query_params.get(name)
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        address.doubt(name, text)
        return None


def segment_labels(view: ReleasedAnswers) -> dict[str, str]:
    """What the answers of a survey may be narrowed to and split by, in words."""
    return breakdown_labels(view)


def _partition(found: ReleasedAnswers) -> ReleasedAnswers | None:
    """An anonymous survey by round and department, and only departments that no one can be recognised in."""
    found = chosen_round(found)
    names, answered, led = department_names(), set(found.departments()), set(found.branches())
    every = [names[each.code] for _depth, each in as_tree(session.store().organisation.departments())]
    branches = {name + _BELOW: name for name in in_order(led, [each for each in every if each in led])}
    departments = in_order(answered, [each for each in every if each in answered])
    options = [*([ALL] if found.whole else []), *branches, *departments]
    if not options:
        return None
    words = {ALL: _("全部部门") if _unit(found) == _("部门") else _("全部")} | {
        option: _with_below(name) for option, name in branches.items()
    }

    def draw() -> str:
        return st.selectbox(
            _unit(found), options, format_func=lambda each: words.get(each, each), key="department", width=240
        )

    chosen = address.choice("department", options, draw, options[0])
    if chosen == ALL:
        return found
    return found.of_branch(branches[chosen]) if chosen in branches else found.of_department(chosen)


def _unit(found: ReleasedAnswers) -> str:
    """By what an anonymous survey is looked at, in words."""
    kind = SUBJECT_KINDS.get(found.record.survey.about or "")
    return _(kind.label) if kind and found.anonymous else _("部门")


def _with_below(department: str) -> str:
    return _("{department}及下属").format(department=department)
