"""Days, moments and durations as other programs write them, as this product reads them."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta

_TIME = r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,6})\d*)?)?"
_HALF = r"(?P<half>上午|下午|凌晨|中午|晚上|[ap]\.?m\.?)"
_ZONE = r"\[?(?P<zone>z|utc|(?:gmt|utc|格林尼治标准时间)?\s?[+\-]\d{1,2}(?::?\d{2})?)\]?"
_DAY_LAST = r"(?P<first>\d{1,2})(?P<mark>[/.\-])(?P<second_part>\d{1,2})(?P=mark)(?P<year>\d{4})"
_YEAR_FIRST = r"(?P<ymd>\d{4}[\-/.年]\d{1,2}[\-/.月]\d{1,2}日?)"
_CLOCK_TIME = rf"(?:{_HALF}\s*)?{_TIME}(?:\s*{_HALF.replace('half', 'half_after')})?"
_MOMENT = re.compile(
    rf"(?:{_DAY_LAST}|{_YEAR_FIRST})(?:(?:[\s,T]+|(?<=日)){_CLOCK_TIME})?\s*(?:{_ZONE})?", re.IGNORECASE
)
_SERIAL = re.compile(r"[34567]\d{4}(?:\.\d+)?", re.ASCII)
_SERIAL_BEGINS = datetime(1899, 12, 30)  # noqa: DTZ001  a workbook knows no zones
_AFTERNOON = ("下午", "晚上", "中午", "p")
_DURATION = re.compile(r"(?:(\d+)\s*(?:小?时|h))?\s*(?:(\d+)\s*(?:分钟?|m(?:in)?))?\s*(?:(\d+)\s*(?:秒钟?|s(?:ec)?)?)?")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})")


def as_iso(text: str, *, month_first: bool | None = None, utc: bool = False) -> str:
    """A day or moment as 2026-03-05 or 2026-03-05 14:30:00+08:00; the same text where it is none, or could be two.

    *month_first* tells 3/5/2026 from 5/3/2026 where the numbers don't; *utc* is the zone of a moment without one.
    A number such as 46086.5 is a day as a workbook counts them.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if _SERIAL.fullmatch(plain):
        moment = _SERIAL_BEGINS + timedelta(seconds=round(float(plain) * 86_400))
        return moment.date().isoformat() if moment.time() == datetime.min.time() else moment.isoformat(" ")
    found = _MOMENT.fullmatch(plain)
    if found is None:
        return text
    day = _day(found, month_first)
    if day is None or found["hour"] is None:
        return day or text
    hour = _hour(int(found["hour"]), (found["half"] or found["half_after"] or "").lower())
    fraction = f".{found['fraction']}" if found["fraction"] and int(found["fraction"]) else ""
    clock = f"{hour:02d}:{found['minute'] or '00'}:{found['second'] or '00'}{fraction}"
    return f"{day} {clock}{_zone(found['zone'] or ('z' if utc else ''))}"


def _day(found: re.Match[str], month_first: bool | None) -> str | None:
    if found["ymd"]:
        year, month, day = map(int, re.findall(r"\d+", found["ymd"]))
        return f"{year}-{month:02d}-{day:02d}"
    one, two = int(found["first"]), int(found["second_part"])
    first_is_month = two > 12 if max(one, two) > 12 else False if found["mark"] == "." else month_first
    if first_is_month is None and one != two:
        return None
    month, day = (one, two) if first_is_month else (two, one)
    return f"{found['year']}-{month:02d}-{day:02d}"


def _hour(hour: int, half: str) -> int:
    if not half:
        return hour
    later = half.startswith(_AFTERNOON)
    return hour + 12 if later and hour < 12 else 0 if not later and hour == 12 else hour


def _zone(written: str) -> str:
    plain = re.sub(r"(?i)gmt|utc|格林尼治标准时间|\s", "", written)
    if not plain or plain.lower() == "z":
        return "+00:00" if written else ""
    digits = plain[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "00")
    return f"{plain[0]}{int(hours):02d}:{minutes}"


def as_seconds(text: str) -> str:
    """A duration such as 125, 125.4, 125秒, 2分5秒 or 00:02:05 in whole seconds; the same text where it is none."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if found := _CLOCK.fullmatch(plain):
        hours, minutes, seconds = (int(each or 0) for each in found.groups())
    elif re.fullmatch(r"\d+\.\d+", plain):
        return str(round(float(plain)))
    elif plain and (found := _DURATION.fullmatch(plain)):
        hours, minutes, seconds = (int(each or 0) for each in found.groups())
    else:
        return text
    return str(hours * 3600 + minutes * 60 + seconds)
