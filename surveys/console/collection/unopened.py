"""What stands where no form was counted: that nobody opened it, or that it isn't counted where this person looks."""

from __future__ import annotations

from surveys.accounts import Account
from surveys.console.kit import look
from surveys.console.kit.words import _
from surveys.definition.survey import Audience
from surveys.storage.records.surveys import SurveyRecord


def say_unopened(record: SurveyRecord, account: Account, then: str) -> None:
    """*then*: what happens on this page with the first form. Who sees own departments alone is told of those alone."""
    if account.sees_all_departments:
        look.empty(_("还没有人打开这份问卷"), then)
    elif record.survey.audience is Audience.STAFF:
        # Forms for staff have no touchpoint, so their counts belong to no department.
        words = _("员工登录后填写，不经触点，打开和收下的次数只有看全部部门的人能看到。")
        look.empty(_("员工问卷的次数不分部门"), words)
    else:
        look.empty(_("您负责的触点还没有人打开这份问卷"), then)
