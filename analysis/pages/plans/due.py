"""What of improvement plans is due for an account: late plans and measures, and measures whose effect can be judged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from surveys.accounts import Account
from surveys.console.kit import session
from surveys.console.kit.words import _
from surveys.permissions import Action

_NEWLY = 14  # days for which it is news that an effect can be judged


def due(account: Account, today: date) -> Iterator[tuple[str, str, str]]:
    """A tone, words and which plan or measure, of all that the account may see; one's own first."""
    if not account.may(Action.PLAN_IMPROVEMENT):
        return
    plans = {each.code: each for each in session.store().plans.all(account.scope) if each.state.open}
    for plan in sorted(plans.values(), key=lambda each: (each.owner != account.name, each.due)):
        if plan.late(today):
            yield "wait", _("计划“{title}”已过完成日期 {day}。").format(title=plan.title, day=plan.due), plan.code
    for measure in session.store().plans.measures():
        if measure.plan not in plans:
            continue
        if measure.late(today):
            words = _("措施“{title}”应在 {day} 前完成。").format(title=measure.title, day=measure.ends)
            yield "wait", words, measure.id
        elif measure.to_be_judged(today) and (today - measure.measured_until).days <= _NEWLY:
            yield "good", _("措施“{title}”的复测已经结束，可以看效果了。").format(title=measure.title), measure.id
