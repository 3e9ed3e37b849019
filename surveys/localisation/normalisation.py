"""One way to write what people type and files bring: numbers, phones, addresses, customer numbers, days, times.

Forms, imports, the API, calls and settings all read through here, so that what one takes the others take, and equal
things are equal texts. Each function gives the plain form, is its own inverse on that form, and raises Unreadable for
what is something else or could be two things: nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, time

from surveys.localisation.language import marked
from surveys.localisation.spelled import falls_on, in_digits, without_weekday
from surveys.localisation.wording import Message

_UNSEEN = ("Cc", "Cf")  # marks of direction, zero-width blanks and byte order marks come along with what is pasted
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣"), "-")
_ENDS = " .,;。、!"  # a sentence goes on after what was copied out of it
_CLOSED = {")": "(", "]": "[", "}": "{", "】": "【", "》": "《", "」": "「", "』": "『", ">": "<", "”": "“", "〉": "〈"}
_POWER_OF_TEN = re.compile(r"\d(?:\.\d+)?e\+?\d+", re.ASCII | re.IGNORECASE)


class Unreadable(ValueError):
    """What was typed is nothing of the kind, or could be two things; carries a message for who typed it."""

    def __init__(self, wording: str, **values: object) -> None:
        self.message = Message(wording, values)
        super().__init__(self.message)


def plain(text: str) -> str:
    """Full-width letters, digits and signs as plain ones, one kind of dash, single blanks, nothing unseen."""
    half = unicodedata.normalize("NFKC", text).translate(_DASHES)
    seen = (" " if letter.isspace() else letter for letter in half)
    return " ".join("".join(each for each in seen if unicodedata.category(each) not in _UNSEEN).split())


def _copied(text: str, longest: int = 60) -> str:
    """Without the punctuation that came along at its end, a bracket that was opened before it too.

    What is far too long is none of these.
    """
    if len(text) > longest:
        return ""
    while text and (text[-1] in _ENDS or (text[-1] in _CLOSED and _CLOSED[text[-1]] not in text)):
        text = text[:-1]
    return text


# Categories of what leaves no mark of its own, and letters and signs that are blank though they are called otherwise:
# fillers of Hangul, the blank of Braille, the stand-in for what could not be decoded.
_NO_MARK = frozenset({"Cf", "Zs", "Zl", "Zp", "Cc", "Cs", "Mn", "Me"})
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\ufffd\ufffc")


def is_seen(text: str) -> bool:
    """Whether a reader sees anything of it."""
    return any(letter not in _BLANK and unicodedata.category(letter) not in _NO_MARK for letter in text)


def code(text: str) -> str:
    """A code as links and lists mean it, in whatever letters, whatever came along: REPAIR-EAST。 is repair-east."""
    return _copied(plain(text), longest=200).casefold()


# Numbers. `typed` in `web/html/logic.js` is the same rule for the browser.

_SIGNED = re.compile(r"([+-]?) ?(?:(?:¥|rmb|cny|人民币|百分之) ?)?([+-]?) ?([\d.,]+(?: \d{3})*[\d.,]*) ?(.*)", re.ASCII)
_DIGITS = re.compile(r"\d*\.\d+|\d+\.?", re.ASCII)
_GROUPED = re.compile(r"[1-9]\d{0,2}([, ])\d{3}(?:\1\d{3})*(?:\.\d+)?", re.ASCII)
_YUAN = ("元", "圆", "块", "块钱", "元整", "元人民币", "rmb", "cny", "人民币")
_ALIKE = (  # words for one unit
    _YUAN, ("度", "千瓦时", "kwh", "kw·h"), ("%", "个百分点"), ("分钟", "分", "min"), ("小时", "个小时", "时", "h"),
    ("天", "日"), ("人", "位", "个人", "名"), ("月", "个月"), ("岁", "周岁"), ("次", "回"), ("户", "家"),
    ("平方米", "平米", "平方", "m2"), ("米", "m"), ("公里", "千米", "km"), ("公斤", "千克", "kg"),
    ("千瓦", "kw"), ("千伏安", "kva"), ("千伏", "kv"), ("°c", "摄氏度"),
)  # fmt: skip
_UNNAMED = (*_YUAN, "分")  # what may follow where no other unit is asked for: money, and points
_MANY = {"千": 3, "万": 4, "亿": 8, "萬": 4, "億": 8}
_OF_THEIR_OWN = ("千瓦", "千米", "千克", "千伏")  # units, not thousands of one
_MINUS = re.compile("^(?:负|負|零下) ?(?=[¥\\d.])")


def number(text: str, units: Iterable[str] = ()) -> str:
    """A decimal number as digits with at most a minus before and one point within: １,280.50元 is 1280.50, .5 is 0.5.

    *units* are the names of the unit that is asked for; another unit than that is no answer. Raises Unreadable.
    """
    tidy = _MINUS.sub("-", plain(text).lower().replace("。", "."))
    if not tidy:
        return ""
    asked = list(units)
    found = _SIGNED.fullmatch(_copied(tidy))
    if found is None or (found[1] and found[2]) or ("百分之" in tidy and "%" not in endings(asked)):
        raise Unreadable(marked("请填写数字，例如 12"))
    sign, digits = found[1] or found[2], _digits(found[3])
    power = _power(found[4], asked)
    return ("-" if sign == "-" else "") + _shifted(digits, power)


def _digits(written: str) -> str:
    if _DIGITS.fullmatch(written):
        return written
    if _GROUPED.fullmatch(written):
        return written.replace(",", "").replace(" ", "")
    raise Unreadable(marked("看不出“{text}”是多少：请不写分隔符，小数点写成“.”，例如 1280.50"), text=written[:40])


def endings(units: Iterable[str] = ()) -> dict[str, int]:
    """What may follow a number where these units are asked for, and by how many zeros it lengthens the number."""
    named = [_joined(each) for each in units]
    if not named:
        return dict.fromkeys(("", *_UNNAMED), 0)
    alike = [name for group in _ALIKE if set(group) & set(named) for name in group]
    ends = dict.fromkeys(("", *named, *alike), 0)
    counted = {each[0] for each in named if each[:1] in _MANY and not each.startswith(_OF_THEIR_OWN)}
    if counted:  # 万元 is asked for
        return ends | dict.fromkeys(counted, 0)
    return {many + name: power for many, power in _MANY.items() for name in ends} | ends


def _power(after: str, units: Sequence[str]) -> int:
    ends, ending = endings(units), _joined(after)
    if ending in ends:
        return ends[ending]
    if re.search(r"\d", after):
        raise Unreadable(marked("请填写数字，例如 12"))
    if units and ending in _UNNAMED:
        raise Unreadable(marked("请填写以“{unit}”为单位的数字"), unit=units[0])
    raise Unreadable(marked("请只填写数字，不写“{unit}”"), unit=after[:20])


def _joined(text: str) -> str:
    tidy = plain(text).lower().replace(" ", "")
    return tidy[1:-1] if tidy[:1] == "(" and tidy[-1:] == ")" else tidy


def _shifted(digits: str, power: int) -> str:
    whole, _, rest = digits.partition(".")
    if power:
        rest = rest.ljust(power, "0")
        whole, rest = (whole + rest[:power]).lstrip("0") or "0", rest[power:].rstrip("0")
    return (whole or "0") + (f".{rest}" if rest else "")


def is_power_of_ten(text: str) -> bool:
    """Whether a spreadsheet has made a long number into 1.38E+10: its last digits are lost."""
    return _POWER_OF_TEN.fullmatch(plain(text)) is not None


# Phones

_CALLED = re.compile(
    r"(?:(?:tel|phone|mobile|cell)\b\.?\s?:?|(?:联系电话|联系方式|电话号码|电话|電話|手机号码|手机号|手机|手機|座机|固话)\s?:?)\s?"
)
_MADE_DECIMAL = re.compile(r"(?<=\d{10})\.0$", re.ASCII)  # by a program that takes it for an amount
_OF_THE_TRUNK = re.compile(r"^((?:\+|00)[\d ]+)\(0\)")  # +44 (0)20: the nought is not dialled from abroad
_BETWEEN = re.compile(r"[\s\-()\[\]./·_]")
_EXTENSION = re.compile(
    r"(.+?)[\s,(]*(?:转(?:分机)?|轉|分机号?|分機|ext(?:ension)?\.?|x|#|(-))[\s:]*(\d{1,6})\)?", re.ASCII
)
_HOME = re.compile(r"\+?(?:00)?86(?=0?\d{9})", re.ASCII)
_MOBILE = re.compile(r"0?(1[3-9]\d{9})", re.ASCII)
_LANDLINE = re.compile(r"0[1-9]\d{1,2}\d{7,8}", re.ASCII)
_AREA = re.compile(r"(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}", re.ASCII)  # what follows the country's code may lack its 0
_LOCAL = re.compile(r"[2-9]\d{6,7}", re.ASCII)
_SERVICE = re.compile(r"[48]00\d{7}|9[56]\d{3,4}", re.ASCII)  # of enterprises, who are customers too
_ABROAD = re.compile(r"(?:\+|00)([1-9]\d{6,14})", re.ASCII)


def phone(text: str, *, local: bool = False) -> str:
    """A mobile number as 11 digits, a landline as area code and number, one from abroad after a plus.

    An extension follows after a hyphen. *local*: a landline may lack its area code. Raises Unreadable.
    """
    if not plain(text):
        return ""
    tidy = _copied(_CALLED.sub("", plain(text).lower(), count=1))
    if is_power_of_ten(tidy):
        raise Unreadable(
            marked("电话“{text}”被表格软件改成了科学计数法，后几位已丢失，请把这一列设为文本后重新填写"), text=text
        )
    tidy = _OF_THE_TRUNK.sub(r"\1", _MADE_DECIMAL.sub("", tidy))
    if found := _dialled(_BETWEEN.sub("", tidy), local):
        return found
    within = _EXTENSION.fullmatch(tidy)
    head = _dialled(_BETWEEN.sub("", within[1]), local) if within else None
    if within is None or head is None or _MOBILE.fullmatch(head) or head.startswith("+"):
        raise Unreadable(marked("电话“{text}”不是手机号，也不是带区号的固定电话"), text=text[:40])
    return f"{head}-{within[3]}"


def part_of_phone(text: str) -> str:
    """What to look for in plain numbers when someone types one, or some digits of it, in any way."""
    try:
        return phone(text, local=True)
    except Unreadable:
        return _BETWEEN.sub("", plain(text)) or text


def _dialled(digits: str, local: bool) -> str | None:
    """The number that these digits dial, None when they dial none."""
    inland = _HOME.match(digits)
    rest = digits[inland.end() :] if inland else digits
    if found := _MOBILE.fullmatch(rest):
        return found[1]
    if _SERVICE.fullmatch(rest) or _LANDLINE.fullmatch(rest):
        return rest
    if inland and _AREA.fullmatch(rest):
        return f"0{rest}"
    if local and _LOCAL.fullmatch(digits):
        return digits
    abroad = _ABROAD.fullmatch(digits)
    return f"+{abroad[1]}" if abroad and not digits.startswith(("+86", "0086", "+0086")) else None


# Mailboxes and customer numbers

_EMAIL = re.compile(r"(?!')[^@\s,;<>\"()\[\]\\:]{1,64}(?<!')@(?:[\w\-]{1,63}\.)+[\w\-]{2,63}")

_MAILED = re.compile(r"^(?:mailto:|(?:e-?mail|电子邮箱|电子邮件|邮箱|郵箱|邮件)\s?(?:地址)?\s?:)\s*", re.IGNORECASE)


def email(text: str) -> str:
    """The address with its domain in small letters; raises Unreadable."""
    # A line end stays what it is: two lines are two addresses, or a forged header.
    if not plain(text):
        return ""
    half = unicodedata.normalize("NFKC", text).strip()
    seen = "".join(each for each in half if unicodedata.category(each) != "Cf")
    box, at, domain = _copied(_MAILED.sub("", seen), longest=400).rpartition("@")
    tidy = f"{box}{at}{domain.replace('。', '.').lower()}"
    if not _EMAIL.fullmatch(tidy):
        raise Unreadable(marked("邮箱“{text}”不完整，应像 name@example.com"), text=text[:80])
    return tidy


_CUSTOMER_NUMBER = re.compile(r"[\w\-/]{1,40}")
_IN_GROUPS = re.compile(r"\d+(?: \d+)+", re.ASCII)


def customer_number(text: str) -> str:
    """In capitals, with all its zeros, without the blanks that group digits; raises Unreadable."""
    if not plain(text):
        return ""
    tidy = _copied(re.sub(r"^(?:用电户号|户号|戶號|客户编号|客户号|用户编号|用户号)\s?:?\s?(?=\w)", "", plain(text)))
    tidy = tidy.replace(" ", "") if _IN_GROUPS.fullmatch(tidy) else tidy
    if is_power_of_ten(tidy):
        raise Unreadable(marked("“{text}”被表格软件改成了科学计数法，请把这一列设为文本后重填"), text=tidy)
    if not _CUSTOMER_NUMBER.fullmatch(tidy):
        raise Unreadable(marked("“{text}”应只含字母、数字、- 和 /，最多 40 个"), text=text[:60])
    return tidy.upper()


# Days and times

_DAY = re.compile(
    r"(?P<year>\d{4}) ?(?:(?:[-/.年。、] ?| )(?P<month>\d{1,2})(?: ?[-/.月。、] ?| )(?P<day>\d{1,2}) ?[日号號]?"
    r"|(?P<tight>\d{4}))"
    r"(?P<midnight>[t ]0?0:00(?::00)?(?:\.0+)?)?", re.ASCII
)  # fmt: skip
_DAY_FIRST = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}", re.ASCII)


def day(text: str) -> str:
    """A day as 2026-01-05, from 2026/1/5, 2026年1月5日, 2026.1.5 or 20260105; raises Unreadable."""
    if not plain(text):
        return ""
    named, weekday = without_weekday(_copied(plain(text).lower()))
    tidy = in_digits(named.replace("元月", "1月"))
    found = _DAY.fullmatch(tidy)
    if found is None and _DAY_FIRST.fullmatch(tidy):
        raise Unreadable(marked("看不出“{text}”的年、月、日各是哪个，请写成 2026-01-31"), text=tidy)
    tight = (found and found["tight"]) or ""
    try:
        if found is None:
            raise ValueError(tidy)
        meant = date(int(found["year"]), int(found["month"] or tight[:2]), int(found["day"] or tight[2:]))
        if not falls_on(meant, weekday):
            raise ValueError(tidy)
        return meant.isoformat()
    except ValueError:
        raise Unreadable(marked("请填写日期，例如 2026-01-31")) from None


_HALVES = "凌晨|清晨|清早|早晨|早上|上午|中午|下午|傍晚|晚上|夜晚|夜里|半夜|深夜|am|pm"
_TIME = re.compile(
    rf"(?P<half>{_HALVES})? ?(?P<hour>\d{{1,2}}) ?"
    r"(?:: ?(?P<minute>\d{2})(?: ?: ?[0-5]\d(?:\.\d+)?)?"
    r"|[时点](?: ?(?P<spoken>半|[13]刻|\d{2}|\d(?= ?分)) ?分?(?: ?\d{1,2} ?秒)?|整|钟)?)?"
    rf" ?(?P<after>{_HALVES})?",
    re.ASCII,
)
_TRADITIONAL = str.maketrans("點時鐘裡裏", "点时钟里里")
_SPOKEN = {"半": "30", "1刻": "15", "3刻": "45"}
_NIGHT = ("夜里", "半夜", "深夜")
_LATER = ("中午", "下午", "傍晚", "晚上", "夜晚", *_NIGHT, "pm")


def time_of_day(text: str) -> str:
    """A time of day as 18:30, from １８：３０, 8:05, 18点30分, 下午6:30 or 6:30 pm; raises Unreadable."""
    if not plain(text):
        return ""
    tidy = in_digits(_copied(plain(text).lower().replace("a.m", "am").replace("p.m", "pm")).translate(_TRADITIONAL))
    found = _TIME.fullmatch(tidy)
    try:
        if found is None or tidy.isdigit() or (found["half"] and found["after"]):
            raise ValueError(tidy)
        hour, half = int(found["hour"]), found["half"] or found["after"]
        spoken = found["spoken"] or "0"
        minute = found["minute"] or _SPOKEN.get(spoken, spoken)
        return time(_hour(hour, half), int(minute)).isoformat()[:5]
    except ValueError:
        raise Unreadable(marked("请填写时间，例如 18:30")) from None


def _hour(hour: int, half: str | None) -> int:
    """The hour of 24 that one of twelve means; raises ValueError where noon and midnight can't be told apart."""
    if half is None or hour > 12:
        if half is not None and (half not in _LATER or hour > 23):
            raise ValueError(f"{half} {hour}")
        return hour
    if half in ("am", "pm"):
        return hour % 12 + (12 if half == "pm" else 0)
    if half == "中午":
        return hour if hour >= 10 else hour + 12
    if hour == 12 and half != "下午":
        raise ValueError(f"{half} {hour}")
    if half in _NIGHT and hour < 6:
        return hour
    return hour % 12 + 12 if half in _LATER else hour
