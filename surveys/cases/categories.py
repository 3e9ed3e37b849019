"""What cases are about, and within how many working days each kind is answered."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from surveys.cases.opinion_boxes import CATEGORIES
from surveys.localisation.language import marked
from surveys.localisation.wording import Message
from surveys.organisation.working_days import REPLY_WITHIN, WorkingCalendar

CASE_CATEGORIES = "case categories"  # the setting under which they are kept
CALLBACK, LOW_SCORE, BREACH = marked("请求联系"), marked("低分"), marked("承诺未达标")
USUAL_CATEGORIES = (*CATEGORIES, LOW_SCORE, CALLBACK, BREACH)
LONGEST_CATEGORY, MOST_CASE_CATEGORIES, LONGEST_LIMIT = 20, 30, 60


@dataclass(frozen=True)
class CaseCategory:
    """A kind of case, with the working days in which it is answered."""

    name: str
    days: int = REPLY_WITHIN


def categories_from(kept: str | None) -> tuple[CaseCategory, ...]:
    """The organisation's categories as the setting keeps them; the usual ones where nobody has chosen."""
    if kept is None:
        return tuple(CaseCategory(name) for name in USUAL_CATEGORIES)
    return tuple(CaseCategory(name, int(days)) for name, days in json.loads(kept))


def categories_as_setting(categories: Iterable[CaseCategory]) -> str:
    """The setting that keeps them, each name once."""
    by_name = {each.name: each.days for each in categories}
    return json.dumps(list(by_name.items()), ensure_ascii=False)


def due_day(category: str, received: date, categories: Iterable[CaseCategory], calendar: WorkingCalendar) -> date:
    """By when a case that came on this day is to be answered."""
    limits: Mapping[str, int] = {each.name: each.days for each in categories}
    return calendar.after(received, limits.get(category, REPLY_WITHIN))


def categories_written(text: str) -> tuple[list[CaseCategory], list[Message]]:
    """Categories as they are typed, one a line such as `投诉 2`, and what is wrong with which line."""
    found, faults = list[CaseCategory](), list[Message]()
    for number, line in enumerate(filter(str.strip, text.splitlines()), 1):
        name, _, days = line.strip().rpartition(" ")
        name, days = (name.strip(), days) if name and days.isdecimal() else (line.strip(), str(REPLY_WITHIN))
        if len(name) > LONGEST_CATEGORY or not 0 < int(days[:4]) <= LONGEST_LIMIT:
            words = marked("第 {number} 行：名称最多 {most} 个字，天数在 1 到 {days} 之间")
            faults.append(Message(words, {"number": number, "most": LONGEST_CATEGORY, "days": LONGEST_LIMIT}))
        else:
            found.append(CaseCategory(name, int(days)))
    if len(found) > MOST_CASE_CATEGORIES:
        faults.append(Message(marked("类别最多 {most} 个"), {"most": MOST_CASE_CATEGORIES}))
    return found, faults
