"""Days and hours spelled in Chinese numerals, as digits: 二〇二六年一月五日 is 2026年1月5日, 十二点半 is 12点半."""

from __future__ import annotations

import re
from datetime import date

_DIGITS = {each: str(value) for value, each in enumerate("零一二三四五六七八九")} | {"〇": "0", "两": "2", "兩": "2"}
_RUN = re.compile("[零〇一二两兩三四五六七八九十]+")
_WEEKDAY = re.compile(r"\s*\(?\s*(?:周|星期|礼拜|週|禮拜)([一二三四五六日天1-7])\s*\)?$")
_WEEK = {each: place for place, each in enumerate("一二三四五六日")} | {"天": 6}


def in_digits(text: str) -> str:
    """The same with each run of numerals as digits; of more than 99 only years, read digit by digit."""
    return _RUN.sub(lambda found: _number(found[0]), text)


def _number(run: str) -> str:
    if "十" not in run:
        return "".join(_DIGITS[each] for each in run)
    tens, _, ones = run.partition("十")
    if len(tens) > 1 or len(ones) > 1:
        return run
    return (_DIGITS[tens] if tens else "1") + (_DIGITS[ones] if ones else "0")


def without_weekday(text: str) -> tuple[str, int | None]:
    """The day without the name of its weekday, and which one that is: 0 for Monday, None where none is named."""
    found = _WEEKDAY.search(text)
    if found is None:
        return text, None
    return text[: found.start()], _WEEK[found[1]] if found[1] in _WEEK else int(found[1]) - 1


def falls_on(day: date, weekday: int | None) -> bool:
    """Whether a day is that weekday; a contradiction could be two days."""
    return weekday is None or day.weekday() == weekday
