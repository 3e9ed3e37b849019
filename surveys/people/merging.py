"""Duplicates: two files of one person made one, what it says then, and which files look like one person's."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import combinations

from surveys.localisation.language import marked
from surveys.people.contact import Contact, Secrecy

OTHER = {
    "phone": "联系人其他电话", "email": "联系人其他邮箱", "chat": "联系人其他聊天账号",
    "customer_number": "联系人其他编号",
}  # fmt: skip
"""Attributes that take what both files say differently; their names are covered as personal ones are."""

_LARGEST_GROUP = 20  # of files that share a number: an office's or a hotel's tells nothing
_ALIKE = 0.5  # of two names: one of two characters is another one
_TITLES = re.compile(r"(先生|女士|小姐|太太|老师|师傅)$")
_ADDRESS = ("地址", "住址")


class UnfitMerge(ValueError):
    """Two files that can't be one person's."""


class Likeness(StrEnum):
    """Why two files look like one person's; earlier ones are surer."""

    SAME_PHONE = "same_phone"
    SAME_MAILBOX = "same_mailbox"
    SAME_ADDRESS = "same_address"
    NEAR_PHONE = "near_phone"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Likeness.SAME_PHONE: marked("电话相同，姓名相近"),
    Likeness.SAME_MAILBOX: marked("邮箱相同，姓名相近"),
    Likeness.SAME_ADDRESS: marked("姓名和地址相同"),
    Likeness.NEAR_PHONE: marked("姓名相同，电话只差一位"),
}


@dataclass(frozen=True)
class LikelyPair:
    """Two files, the older one first, that may be one person's."""

    first: Contact
    second: Contact
    why: Likeness


def likely_pairs(contacts: Iterable[Contact]) -> list[LikelyPair]:
    """Pairs of one kind that look like one person's, the surest first; each pair once, with its best reason."""
    people, found = list(contacts), dict[tuple[str, str], LikelyPair]()
    for why, key, fits in _WAYS:
        groups: defaultdict[str, list[Contact]] = defaultdict(list)
        for each in people:
            if text := key(each):
                groups[f"{each.kind}\0{text}"].append(each)
        for pair in _pairs(groups.values(), why, fits):
            found.setdefault((pair.first.id, pair.second.id), pair)
    return list(found.values())


def merged(kept: Contact, gone: Contact, today: date) -> Contact:
    """What the file that stays says: its own, with what only the other knew; raises UnfitMerge.

    The stricter wish and the higher level of secrecy hold.
    """
    if kept.id == gone.id or kept.kind is not gone.kind or (kept.account and gone.account):
        raise UnfitMerge(kept.id)
    level, until = _closer(kept, gone, today)
    plain = {name: getattr(kept, name) or getattr(gone, name) for name in ("name", *OTHER, "department", "tier")}
    who = {**gone.who, **kept.who, **_differing(kept, gone)}
    return replace(
        kept, **plain, who=who, does={**gone.does, **kept.does}, worth={**gone.worth, **kept.worth},
        secrecy=level, secrecy_until=until, account=kept.account or gone.account,
        opted_out_at=_wants_none(kept, gone), only_channel=kept.only_channel or gone.only_channel,
    )  # fmt: skip


def _differing(kept: Contact, gone: Contact) -> dict[str, str]:
    """What both say differently of how to reach them, beside what was noted at earlier merges."""
    found = {}
    for name, other in OTHER.items():
        own, theirs = getattr(kept, name), getattr(gone, name)
        texts = [kept.who.get(other, ""), gone.who.get(other, ""), theirs if own and theirs != own else ""]
        if noted := " ".join(dict.fromkeys(text for text in texts if text)):
            found[other] = noted[:200]
    return found


def _closer(kept: Contact, gone: Contact, today: date) -> tuple[Secrecy, date | None]:
    """The closer level of the two, as long as the later of those that have it."""
    level = max((kept.level(today), gone.level(today)), key=lambda each: each.rank)
    if level is Secrecy.NONE:
        return kept.secrecy, kept.secrecy_until
    ends = [each.secrecy_until for each in (kept, gone) if each.level(today) is level]
    return level, None if None in ends else max(end for end in ends if end is not None)


def _wants_none(kept: Contact, gone: Contact) -> datetime | None:
    """Since when the person wants nothing; two channels that exclude each other leave none."""
    since = [each.opted_out_at for each in (kept, gone) if each.opted_out_at]
    if not since and kept.only_channel and gone.only_channel and kept.only_channel != gone.only_channel:
        since = [each.updated_at for each in (kept, gone) if each.updated_at]
    return min(since) if since else None


def plain_name(name: str) -> str:
    """A name without blanks, marks and forms of address."""
    text = "".join(each for each in unicodedata.normalize("NFKC", name).casefold() if each.isalnum())
    return _TITLES.sub("", text) or text


def _names_alike(one: Contact, other: Contact) -> bool:
    first, second = plain_name(one.name), plain_name(other.name)
    return first in second or second in first or SequenceMatcher(None, first, second).ratio() >= _ALIKE


def _one_digit_apart(one: Contact, other: Contact) -> bool:
    """Phones of one length that differ in one place, or in two neighbours that changed places."""
    first, second = one.phone, other.phone
    if not first or len(first) != len(second):
        return False
    apart = [at for at, (left, right) in enumerate(zip(first, second, strict=True)) if left != right]
    swapped = len(apart) == 2 and apart[1] == apart[0] + 1 and first[apart[0]] == second[apart[1]]
    return len(apart) == 1 or (swapped and first[apart[1]] == second[apart[0]])


def _living_at(contact: Contact) -> str:
    texts: Mapping[str, str] = contact.who
    place = next((text for name, text in texts.items() if any(word in name for word in _ADDRESS)), "")
    return f"{plain_name(contact.name)}\0{plain_name(place)}" if place else ""


def _pairs(
    groups: Iterable[Sequence[Contact]], why: Likeness, fits: Callable[[Contact, Contact], bool]
) -> Iterator[LikelyPair]:
    for group in groups:
        if len(group) <= _LARGEST_GROUP:
            in_order = sorted(group, key=lambda each: (str(each.created_at), each.id))
            yield from (LikelyPair(*pair, why) for pair in combinations(in_order, 2) if fits(*pair))


_WAYS: tuple[tuple[Likeness, Callable[[Contact], str], Callable[[Contact, Contact], bool]], ...] = (
    (Likeness.SAME_PHONE, lambda each: each.phone, _names_alike),
    (Likeness.SAME_MAILBOX, lambda each: each.email.casefold(), _names_alike),
    (Likeness.SAME_ADDRESS, _living_at, lambda _one, _other: True),
    (Likeness.NEAR_PHONE, lambda each: plain_name(each.name), _one_digit_apart),
)
