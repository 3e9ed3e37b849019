"""What those who come to a survey that takes no answers are told: that it was closed, when it opens, and so on."""

from __future__ import annotations

from datetime import datetime

from surveys.fieldwork.availability import Availability, Opening, local_time
from surveys.localisation.language import marked
from surveys.localisation.wording import Message
from surveys.storage.records.protocols import Respondents
from surveys.storage.records.surveys import UnknownSurvey
from surveys.web.rendering.page import Refusal

_CONTACT = marked("感谢您愿意告诉我们。如有问题要反映，请直接联系我们的工作人员。")


def shut(store: Respondents, code: str, now: datetime) -> Refusal:
    """Why nobody can answer this survey now, as the page that says so."""
    try:
        opening = store.surveys.get(code).opening
    except UnknownSurvey:
        return Refusal(404, marked("没有找到这份问卷"))
    match opening.state(now):
        case Availability.SCHEDULED:
            return _not_yet(opening, now)
        case Availability.CLOSED if opening.ended_at is not None:
            ended = {"time": local_time(opening.ended_at)}
            return Refusal(410, "", Message("它在 {time} 截止。感谢您愿意告诉我们；有问题请联系工作人员。", ended))
        case Availability.CLOSED:
            return Refusal(410)
        case Availability.ARCHIVED:
            return Refusal(410, marked("这份问卷已经归档"), _CONTACT)
    return Refusal(404, marked("这份问卷还没有发布"), marked("请稍后再来，或向提供链接的人确认。"))


def _not_yet(opening: Opening, now: datetime) -> Refusal:
    """When it opens, for the first time or with its next round."""
    opens, last = opening.opens_next(now), opening.rounds.last_before(now)
    if opens is not None:
        when = Message("开放时间是 {time}，请到时再来。", {"time": local_time(opens)})
        return Refusal(404, marked("这一轮已经结束，下一轮还没有开始") if last else marked("这份问卷还没有开始"), when)
    return Refusal(404, marked("现在没有开放的轮次"), marked("请稍后再来，或向提供链接的人确认。"))
