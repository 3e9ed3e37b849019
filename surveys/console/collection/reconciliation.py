"""The page on which the counts of a survey are held against the answers that are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from surveys.accounts import Account as Person
from surveys.console.collection import typed_release
from surveys.console.collection.unopened import say_unopened
from surveys.console.kit import look, session
from surveys.console.kit.choosers import own_touchpoints, published_surveys, say_scope, survey_picker
from surveys.console.kit.words import _, said
from surveys.definition.breakdowns.registry import CHANNELS
from surveys.intake.reconciliation import (
    ENDS,
    CountsAccount,
    Row,
    by_channel,
    by_month,
    reconcile,
    reconciled_by,
    typed_share,
)
from surveys.intake.submission import Event
from surveys.localisation.language import marked
from surveys.storage.records.surveys import SurveyRecord

_ENDS = {
    Event.ACCEPTED: marked("收下"),
    Event.DUPLICATE: marked("重复，只计一次"),
    Event.REJECTED: marked("漏答或填错，退回补正"),
    Event.BROUGHT_UP: marked("答案引出新题，继续填写"),
    Event.STALE: marked("页面过期或不完整，请重交"),
    Event.SIGNED_OUT: marked("登录已过期，请重交"),
    Event.LINK_ENDED: marked("专属链接已停用"),
    Event.NOT_SAVED: marked("数据库写不进，请重交"),
    Event.SCREENED_OUT: marked("不是本次调查对象"),
    Event.QUOTA_FULL: marked("配额已满"),
}
_RECENT = 14  # days


def draw() -> None:
    """The account of a survey, then by day or month, by touchpoint, by channel."""
    look.heading(_("对账"), _("交上来的每一份表单去了哪里；收下的答卷是不是都在。"))
    records = published_surveys()
    if not records:
        look.empty(_("还没有发布过问卷"), _("发布之后，这里会看到每一份表单的去向。"))
        return
    record = survey_picker(records)
    say_scope(session.signed_in(), said(record.survey.title), _("全部时间"))
    tallies, kept = _seen(record, session.signed_in())
    if not tallies and not kept:
        typed_release.draw(record)
        say_unopened(record, session.signed_in(), _("第一份表单交上来后，这里开始对账。"))
        return
    _whole(reconcile(tallies, kept))
    _begun(record, session.signed_in())
    _typed(kept)
    typed_release.draw(record)
    if record.survey.anonymous:
        _parts(_("月份"), reconciled_by("day", by_month(tallies), by_month(kept)))
        look.soft(_("匿名问卷只按月列出，不分日期、触点和渠道，以免从人数认出填写者。"))
        return
    _days(reconciled_by("day", tallies, kept))
    known = {each.code: each.name for each in own_touchpoints(session.signed_in())}
    places = reconciled_by("touchpoint", tallies, kept)
    _parts(_("触点"), {known.get(code, code) or _("未注明触点"): account for code, account in places.items()})
    channels = by_channel(kept)
    look.table([_("渠道"), _("在库")], [(_(CHANNELS.get(name, name)), n) for name, n in sorted(channels.items())])


def _seen(record: SurveyRecord, person: Person) -> tuple[Sequence[Row], Sequence[Row]]:
    """Tallies and kept answers of what this person may see."""
    responses = session.store().responses
    tallies, kept = responses.tallies(record.code), responses.kept(record.code)
    if person.sees_all_departments:
        return tallies, kept
    own = {each.code for each in own_touchpoints(person)}
    return [row for row in tallies if row["touchpoint"] in own], [row for row in kept if row["touchpoint"] in own]


def _whole(account: CountsAccount) -> None:
    opened, sent = account.events[Event.OPENED], account.sent
    look.soft(_("打开 {opened} 次，交上来 {sent} 次。").format(opened=opened, sent=sent))
    ends = [(_(_ENDS[end]), account.events[end]) for end in ENDS]
    look.table([_("交上来的表单"), _("次数")], [*ends, (_("合计"), sent)])
    accepted, brought_in = account.events[Event.ACCEPTED], account.events[Event.BROUGHT_IN]
    rows = [
        (_("收下"), accepted),
        (_("＋ 导入"), brought_in),
        (_("－ 填写者撤回"), account.events[Event.WITHDRAWN]),
        (_("－ 收回的导入"), account.events[Event.TAKEN_BACK]),
        (_("－ 到期删除"), account.events[Event.EXPIRED]),
        (_("应在库"), account.expected),
        (_("实际在库"), account.kept),
    ]
    look.table([_("答卷"), _("份数")], rows)
    if account.difference:
        look.soft(_("对不上：相差 {count} 份，请联系管理员核对备份。").format(count=f"{account.difference:+d}"))
    else:
        look.soft(_("账目相符：收下的答卷都在，没有多出的。"))


def _typed(kept: Sequence[Row]) -> None:
    """How much of it rests on the word of who typed it in."""
    typed, total = typed_share(kept)
    if typed:
        said = _("在库的 {total} 份中，{typed} 份（{share:.0%}）由人从纸面录入；谁在哪一批录的，见“审计”。")
        look.soft(said.format(total=total, typed=typed, share=typed / total))


def _begun(record: SurveyRecord, person: Person) -> None:
    """Whose personal link was begun and not sent; of open links the server hears nothing before they are sent."""
    departments = person.scope
    begun, finished = session.store().invitations.begun(record.code, departments)
    if begun and not record.survey.anonymous:
        said = _("专属链接：开始填写 {begun} 份，其中 {finished} 份已交，{left} 份还没有交。")
        look.soft(said.format(begun=begun, finished=finished, left=begun - finished))


def _days(accounts: Mapping[str, CountsAccount]) -> None:
    """The newest first; what is further back is folded away."""
    newest = sorted(accounts.items(), reverse=True)
    _parts(_("日期"), dict(newest[:_RECENT]))
    if earlier := newest[_RECENT:]:
        with st.expander(_("更早的 {count} 天").format(count=len(earlier))):
            _parts(_("日期"), dict(earlier))


def _parts(heading: str, accounts: Mapping[str, CountsAccount]) -> None:
    headings = [heading, _("打开"), _("交上来"), _("收下"), _("撤回"), _("在库")]
    rows = [
        (
            name, each.events[Event.OPENED], each.sent, each.events[Event.ACCEPTED], each.events[Event.WITHDRAWN],
            each.kept,
        )
        for name, each in accounts.items()
    ]  # fmt: skip
    look.table(headings, rows)
