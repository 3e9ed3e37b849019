"""Personal data in comments: found with its place, and masked if wanted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

PersonalKind = Literal["email", "identity", "card", "phone", "account", "plate", "address", "name"]

KIND_LABELS: dict[PersonalKind, str] = {
    "email": "电子邮箱",
    "identity": "身份证号",
    "card": "银行卡号",
    "phone": "电话号码",
    "account": "户号或编号",
    "plate": "车牌号",
    "address": "住址",
    "name": "姓名",
}
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗俞任袁柳鲍史唐费"
    "廉岑薛雷贺倪汤滕殷罗毕郝邬常于傅齐康伍余顾孟黄穆萧尹姚邵汪祁毛戴宋庞熊纪舒屈项祝董梁杜阮蓝闵季贾路娄江童颜郭梅林"
    "钟徐邱骆夏蔡田樊胡凌霍万柯卢莫房裘解应丁邓洪石崔龚程邢裴陆荣翁甄曲靳黎乔易廖耿匡文欧申冉聂关游覃付肖方高安白"
)
_TITLE = re.compile("先生|女士|小姐|师傅|经理|主任|所长|班长|站长|老师|工程师|大姐|大哥|阿姨|同志|队长|电工")
_ORDINARY = re.compile(
    "于是|项目|安全|高级|常务|金牌|方便|任何|包括|马上|应该|经常|解决|白天|"
    "高大|文明|高中|关于|关心|路过|游泳|康复|毛病|高速|安排|安装|平时|万能|"
    "解放|解答|高压|石油|江南|田间|林业|华东|华北|金融|文化|易懂|房产|应用|"
    "高新|关键|安保|安检|谢谢"
)
_THANKS = frozenset("感谢多答致")
_OWN_NAME = re.compile("(?:我叫|姓名|名叫|户主|联系人)[是为叫:： ]{0,2}([\u4e00-\u9fff]{2,3})(?![\u4e00-\u9fff])")
_STREET = (
    "(?:[\u4e00-\u9fff]{2,6}[省市区县镇乡]){0,3}[\u4e00-\u9fff]{2,6}"
    "(?:路|街|巷|弄|小区|花园|苑|村|庄|公寓|大厦|家园|社区)"
)
_HOUSE = (
    "(?:[0-9一二三四五六七八九十]{1,4}(?:号楼|号院|号|栋|幢|楼|单元|室|组|门|户|-)){1,4}(?:[0-9]{1,4}(?:室|号|户)?)?"
)
_ALONE = "(?<![0-9])(?:{})(?![0-9])"


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One find: ``text[start:end]`` is personal data of this kind."""

    kind: PersonalKind
    start: int
    end: int


def _identity_is_valid(number: str) -> bool:
    """The check digit of GB 11643."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))
    return "10X98765432"[total % 11] == number[-1].upper()


def _card_is_valid(number: str) -> bool:
    """The Luhn check."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number))]
    return sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10 == 0


def _is_given_name(word: str) -> bool:
    return word[0] in _SURNAMES and not _ORDINARY.match(word)


def _anything(found: str) -> bool:
    return True


_FINDERS: tuple[tuple[PersonalKind, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("email", re.compile(r"([A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{2,63}){1,4})"), _anything),
    ("identity", re.compile(f"({_ALONE.format('[1-9][0-9]{16}[0-9Xx]')})"), _identity_is_valid),
    ("card", re.compile(f"({_ALONE.format('[3-6][0-9]{15,18}')})"), _card_is_valid),
    ("account", re.compile("(?:户号|编号|账号|工单|单号|表号|工号)[^0-9,。]{0,3}([0-9]{4,20})(?![0-9])"), _anything),
    ("phone", re.compile(f"({_ALONE.format('(?:[+]?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}')})"), _anything),
    ("phone", re.compile(f"({_ALONE.format('0[0-9]{2,3}[- ]?[2-9][0-9]{6,7}')})"), _anything),
    ("account", re.compile(f"({_ALONE.format('[0-9]{10,13}')})"), _anything),
    (
        "plate",
        re.compile(
            "([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z]·?[A-HJ-NP-Z0-9]{5,6})"
        ),
        _anything,
    ),
    ("address", re.compile(f"({_STREET}{_HOUSE})"), _anything),
    ("address", re.compile("([0-9]{1,4}(?:号楼|栋|幢)(?:[0-9一二三四五六]单元)?[0-9]{2,4}(?:室|户|号)?)"), _anything),
    ("name", _OWN_NAME, _is_given_name),
)


def personal_data(text: str) -> list[PersonalData]:
    """What in a comment may identify a person, in order and without overlaps.

    Numbers are checked where they carry a check digit; a name is taken for one beside a title (张师傅) or after
    words like 我叫, so job titles such as 社区经理 are left alone.
    """
    found = [*_matched(text), *_titled(text)]
    return sorted(_apart(found), key=lambda data: data.start)


def mask_personal_data(text: str, found: Iterable[PersonalData] | None = None, *, mask: str = "＊") -> str:
    """The comment with every character of *found* (by default all that is found) replaced by *mask*."""
    characters = list(text)
    for data in personal_data(text) if found is None else found:
        characters[data.start : data.end] = mask * (data.end - data.start)
    return "".join(characters)


def _matched(text: str) -> Iterator[PersonalData]:
    for kind, pattern, is_valid in _FINDERS:
        for match in pattern.finditer(text):
            if is_valid(match[1]):
                yield PersonalData(kind, *match.span(1))


def _titled(text: str) -> Iterator[PersonalData]:
    for title in _TITLE.finditer(text):
        end = title.start()
        for size in (3, 2, 1):
            start = end - size
            if start >= 0 and _names_somebody(text, start, end):
                yield PersonalData("name", start, end)
                break


def _names_somebody(text: str, start: int, end: int) -> bool:
    """Whether the characters before a title are a surname with up to two more."""
    word = text[start:end]
    if word[0] not in _SURNAMES or _ORDINARY.match(word):
        return False
    if word[0] == "谢" and start and (text[start - 1] in _THANKS or len(word) > 1):
        return False
    return all(
        "\u4e00" <= character <= "\u9fff" and character not in "的了是有和很给让位个这那们在" for character in word[1:]
    )


def _apart(found: Iterable[PersonalData]) -> Iterator[PersonalData]:
    """The finds that come first in order of certainty, each place once."""
    taken: set[int] = set()
    for data in found:
        places = range(data.start, data.end)
        if taken.isdisjoint(places):
            taken.update(places)
            yield data
