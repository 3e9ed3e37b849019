"""What part of the answers a page looks at: the filters of an open survey, the partition of an anonymous one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from analysis.disclosure import MINIMUM_COMMENTS, MINIMUM_SCORES, disclosure
from analysis.pages.reading import Material, department_counts, material
from analysis.trends import Period, period_windows
from surveys.accounts import Account
from surveys.clock import local_day, utc_now
from surveys.language import marked
from surveys.pages import address, look, session
from surveys.pages.choosing import published_surveys, survey_picker
from surveys.pages.words import _, listed, translated
from surveys.storage.surveys import SurveyRecord

ALL = "all"
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
    "不能再按时间细分，因为把两个时间段的结果相减，可能认出某一个人的回答。"
)
SEGMENTS = {"district": marked("区域"), "touchpoint": marked("触点"), "business_type": marked("业务类型")}


@dataclass(frozen=True)
class View:
    """The answers in view, those of the period before where there is one, and what is said about them."""

    record: SurveyRecord
    responses: pd.DataFrame
    earlier: pd.DataFrame | None
    earlier_comments: pd.DataFrame | None
    comments: pd.DataFrame
    mentions: pd.DataFrame
    period: Period | None
    segments: Mapping[str, str]  # column → the value chosen
    state: str  # of the database, and what of it this account sees

    @property
    def anonymous(self) -> bool:
        return self.record.survey.anonymous

    @property
    def key(self) -> str:
        """Names these answers, for caching what is computed from them."""
        span = f"{self.period.first:%F}/{self.period.last:%F}" if self.period else ALL
        return "·".join([self.record.code, self.state, span, str(sorted(self.segments.items()))])


def chosen_view() -> View | None:
    """Draw survey picker and filters; None, with an explanation on the page, where there is nothing to look at."""
    account, records = session.signed_in(), published_surveys()
    if not records:
        look.empty(_("还没有发布过问卷"), _("发布并收到答卷之后，这里会显示结果。"))
        return None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        record = survey_picker(records)
        found = material(record, account)
        view = None if found.responses.empty else _partition(found) if record.survey.anonymous else _filtered(found)
    if record.survey.anonymous and not found.responses.empty:
        look.soft(_(_ANONYMITY).format(scores=MINIMUM_SCORES, comments=MINIMUM_COMMENTS))
    if view is None or view.responses.empty:
        look.empty(*_why_nothing(found, view, account))
        return None
    return view


def withheld(view: View, given: int) -> bool:
    """Whether so few answers to an anonymous survey may not be shown; the page says so then."""
    few = view.anonymous and given < MINIMUM_SCORES
    if few:
        look.empty(_("为保护匿名暂不显示"), _("作答太少，为保护匿名不显示"))
    return few


def _why_nothing(found: Material, view: View | None, account: Account) -> tuple[str, str]:
    """Why nothing is shown, and what could be done."""
    held_back = found.record.survey.anonymous and session.store().responses.amount(found.record.code)
    if found.responses.empty and not held_back and account.sees_all_departments:
        return _("还没有答卷"), _("收到第一份答卷后，这里就会有结果。")
    if found.responses.empty and not held_back:
        return _("还没有答卷"), _("您所在部门的触点还没有收到答卷。")
    if view is None or held_back:
        wanted = _("答卷达到 {minimum} 份、且不能由其他部门的结果推算出来时，会显示结果。")
        return _("为保护匿名暂不显示"), wanted.format(minimum=MINIMUM_SCORES)
    elsewhere = _("这份问卷的答卷在 {span}，请放宽时间或筛选条件。")
    return _("所选范围内没有答卷"), elsewhere.format(span=_span(found.responses))


def usual_view(found: Material) -> View:
    """What the filters show before anyone touches them."""
    if found.record.survey.anonymous:
        return _view(found, found.responses)
    period, earlier = period_windows(pd.Timestamp(local_day(utc_now())), int(_USUAL))
    return _view(found, period.of(found.responses), earlier.of(found.responses), period)


def _span(responses: pd.DataFrame) -> str:
    return _("{low} 至 {high}").format(
        low=f"{responses['day'].min():%Y-%m-%d}", high=f"{responses['day'].max():%Y-%m-%d}"
    )


def _filtered(found: Material) -> View:
    period, earlier = _period(found.responses)
    chosen = _segments(found.responses)
    rows = found.responses
    for column, value in chosen.items():
        rows = rows[rows[column] == value]
    inside = rows if period is None else period.of(rows)
    return _view(found, inside, None if earlier is None else earlier.of(rows), period, chosen)


def _view(
    found: Material,
    responses: pd.DataFrame,
    earlier: pd.DataFrame | None = None,
    period: Period | None = None,
    segments: Mapping[str, str] | None = None,
) -> View:
    comments, mentions = (
        frame[frame["response"].isin(responses["response"])] for frame in (found.comments, found.mentions)
    )
    named = mentions.assign(label=mentions["label"].map(_, na_action="ignore"))
    state = f"{found.stamp}·{found.seen_by}"
    before = None if earlier is None else found.comments[found.comments["response"].isin(earlier["response"])]
    return View(found.record, responses, earlier, before, comments, named, period, segments or {}, state)


def _period(responses: pd.DataFrame) -> tuple[Period | None, Period | None]:
    """The period in view, and the one of the same length before it."""
    chosen = address.choice("period", _PERIODS, _draw_period, _USUAL)
    today = pd.Timestamp(local_day(utc_now()))
    if chosen == ALL:
        return None, None
    if chosen != "custom":
        return period_windows(today, int(chosen))
    first, last = _dates(responses["day"].min().date(), max(responses["day"].max(), today).date())
    return period_windows(pd.Timestamp(last), (last - first).days + 1)


def _draw_period() -> str | None:
    names = translated(_PERIODS)
    return st.segmented_control(
        _("时间"), list(names), format_func=names.__getitem__, key="period", required=True, persist_state="session",
        wrap=True,
    )  # fmt: skip


def _dates(earliest: date, latest: date) -> tuple[date, date]:
    given = [_day(st.query_params.get(name)) for name in ("from", "to")]
    first, last = given[0] or earliest, given[1] or latest
    if not earliest <= first <= last <= latest:
        first, last = earliest, latest
    chosen = st.date_input(_("起止日期"), (first, last), min_value=earliest, max_value=latest, key="dates", width=260)
    if isinstance(chosen, tuple) and len(chosen) == 2:
        first, last = chosen
    st.query_params.update({"from": first.isoformat(), "to": last.isoformat()})
    return first, last


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _segments(responses: pd.DataFrame) -> dict[str, str]:
    """The values filtered by; the popover's label says them, so that no filter is ever forgotten."""
    options = {column: sorted(responses[column].dropna().unique()) for column in SEGMENTS}
    given = {column: st.session_state.get(column) or st.query_params.get(column) for column in SEGMENTS}
    said = listed([value for column, value in given.items() if value and value in options[column]])
    with st.popover(_("筛选：{names}").format(names=said) if said else _("筛选"), icon=":material/filter_list:"):
        chosen = {column: _segment(column, values) for column, values in options.items() if values}
    return {column: value for column, value in chosen.items() if value != ALL}


def _segment(column: str, values: list[str]) -> str:
    words = {ALL: _("全部")}

    def draw() -> str:
        label = _(SEGMENTS[column])
        return st.selectbox(
            label, [ALL, *values], format_func=lambda each: words.get(each, each), key=column, persist_state="session"
        )

    return address.choice(column, [ALL, *values], draw, ALL)


def _partition(found: Material) -> View | None:
    """An anonymous survey by department only, and only departments that no one can be recognised in."""
    allowed = disclosure(department_counts(found))
    departments = [each for each in allowed.shown if each in set(found.responses["department"])]
    whole = allowed.total_shown and session.signed_in().sees_all_departments
    options = [ALL, *departments] if whole else departments
    if not options:
        return None
    names = {ALL: _("全部部门")}

    def draw() -> str:
        return st.selectbox(
            _("部门"), options, format_func=lambda each: names.get(each, each), key="department", width=240
        )

    chosen = address.choice("department", options, draw, options[0])
    rows = found.responses
    inside = rows if chosen == ALL else rows[rows["department"] == chosen]
    return _view(found, inside, segments={} if chosen == ALL else {"department": chosen})
