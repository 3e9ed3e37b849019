"""Who is asked: a filter over what is known of people, then all of them, a random sample, or so many of each group."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from surveys.definition.conditions import Comparison, Condition
from surveys.localisation.language import marked
from surveys.people.contact import Contact, ContactKind

Attribute = Annotated[str, Field(pattern=r"^((who|does|worth)\.[\w\-]{1,60}|tier|department)$")]


class Filter(BaseModel):
    """A comparison of one attribute of people, by the rules of the survey's own conditions."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    attribute: Attribute
    compare: Comparison = Field(Comparison.ONE_OF, alias="is")
    values: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _has_what_it_compares_with(self) -> Filter:
        bare = self.compare in (Comparison.ANSWERED, Comparison.UNANSWERED)
        if bare is bool(self.values):
            needs = "takes no values; leave them out" if bare else "needs something to compare with; add `values`"
            raise ValueError(f'{self.attribute}: "{self.compare}" {needs}')
        return self

    def holds(self, contact: Contact) -> bool:
        # Built without its checks: attributes may have names that no question may have.
        condition = Condition.model_construct(item=self.attribute, compare=self.compare, value=self.values or None)
        return condition.holds(contact.fields())


class AudienceRule(BaseModel):
    """All filters must hold. `sample` draws so many at random, `of_each` so many of each group of `by`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ContactKind = ContactKind.CUSTOMER
    filters: tuple[Filter, ...] = ()
    sample: Annotated[int, Field(ge=1)] | None = None
    by: Attribute | None = None  # the groups that progress is shown by, and that `of_each` draws from
    of_each: dict[str, Annotated[int, Field(ge=0)]] = {}
    seed: int = 0  # the same people with the same seed

    @model_validator(mode="after")
    def _one_way_to_draw(self) -> AudienceRule:
        if self.of_each and self.by is None:
            raise ValueError("`of_each` says how many of each group, but not by which attribute; add `by`")
        if self.of_each and self.sample is not None:
            raise ValueError("give either `sample` or `of_each`: drawn from all, or so many of each group")
        return self

    def fits(self, contact: Contact) -> bool:
        return contact.kind is self.kind and all(each.holds(contact) for each in self.filters)

    def segment(self, contact: Contact) -> str:
        """The group someone is counted in; empty where there are none or nothing is known."""
        return next(iter(contact.fields().get(self.by, ())), "") if self.by else ""


class LeftOutReason(StrEnum):
    """Why someone who fits is not asked."""

    OPTED_OUT = "opted_out"
    OTHER_CHANNEL = "other_channel"
    NO_ADDRESS = "no_address"
    ASKED_LATELY = "asked_lately"
    SAME_ADDRESS = "same_address"
    NOT_MEANT = "not_meant"  # of an event: somebody that the campaign doesn't ask
    KNOWN_EVENT = "known_event"
    TOO_LATE = "too_late"

    @property
    def label(self) -> str:
        return _REASON_LABELS[self]


_REASON_LABELS = {
    LeftOutReason.OPTED_OUT: marked("不愿再收到邀请"),
    LeftOutReason.OTHER_CHANNEL: marked("只愿通过另一种渠道联系"),
    LeftOutReason.NO_ADDRESS: marked("没有这个渠道的地址"),
    LeftOutReason.ASKED_LATELY: marked("最近已被邀请过"),
    LeftOutReason.SAME_ADDRESS: marked("与另一份档案地址相同，只发一次"),
    LeftOutReason.NOT_MEANT: marked("不在活动的名单条件或部门之内"),
    LeftOutReason.KNOWN_EVENT: marked("这件事已经邀请过"),
    LeftOutReason.TOO_LATE: marked("活动在该邀请时已经结束"),
}


@dataclass(frozen=True)
class AudienceSelection:
    """Who is asked, and why others are not. `short` says how many are missing in which group."""

    people: Sequence[Contact]
    fitting: int
    left_out: Mapping[LeftOutReason, int]
    short: Mapping[str, int]
    despite_rest: int = 0  # of those asked, how many were asked lately, by a campaign that is exempt

    def segments(self, rule: AudienceRule) -> Mapping[str, int]:
        """How many are asked in each group."""
        return Counter(rule.segment(each) for each in self.people)


def wants_none(contact: Contact) -> bool:
    """Whether the file itself says that this person is to be left alone."""
    return contact.opted_out_at is not None


def audience(
    contacts: Iterable[Contact], rule: AudienceRule, address: Callable[[Contact], str | None],
    asked_lately: Callable[[Contact], bool], left_alone: Callable[[Contact], bool] = wants_none,
    bound_elsewhere: Callable[[Contact], bool] = lambda _: False,
) -> AudienceSelection:  # fmt: skip
    """The people of a rule. Who must not be asked is left out before anyone is drawn, so that a sample is full.

    Of several files with one *address* only the first, by its id, is asked.
    """
    askable: list[Contact] = []
    left_out: Counter[LeftOutReason] = Counter()
    reached: set[str | None] = set()
    for contact in sorted((each for each in contacts if rule.fits(each)), key=lambda each: each.id):
        reason = _reason(contact, address, asked_lately, left_alone, bound_elsewhere)
        if reason is None and address(contact) in reached:
            reason = LeftOutReason.SAME_ADDRESS
        if reason is None:
            askable.append(contact)
            reached.add(address(contact))
        else:
            left_out[reason] += 1
    people, short = drawn(askable, rule)
    return AudienceSelection(people, len(askable) + left_out.total(), left_out, short)


def drawn(contacts: Sequence[Contact], rule: AudienceRule) -> tuple[list[Contact], dict[str, int]]:
    """Those the rule draws, the same for the same seed, whatever order they come in; and how many are missing."""
    in_order = sorted(contacts, key=lambda each: each.id)
    chance = random.Random(rule.seed)  # noqa: S311  a sample that can be drawn again, no secret
    if rule.of_each:
        groups: defaultdict[str, list[Contact]] = defaultdict(list)
        for contact in in_order:
            groups[rule.segment(contact)].append(contact)
        wanted = sorted(rule.of_each.items())
        people = [each for name, many in wanted for each in chance.sample(groups[name], min(many, len(groups[name])))]
        return people, {name: many - len(groups[name]) for name, many in wanted if many > len(groups[name])}
    if rule.sample is None:
        return in_order, {}
    people = chance.sample(in_order, min(rule.sample, len(in_order)))
    missing = rule.sample - len(people)
    return people, {"": missing} if missing else {}


def _reason(
    contact: Contact, address: Callable[[Contact], str | None], asked_lately: Callable[[Contact], bool],
    left_alone: Callable[[Contact], bool], bound_elsewhere: Callable[[Contact], bool],
) -> LeftOutReason | None:  # fmt: skip
    if left_alone(contact):
        return LeftOutReason.OPTED_OUT
    if bound_elsewhere(contact):
        return LeftOutReason.OTHER_CHANNEL
    if address(contact) is None:
        return LeftOutReason.NO_ADDRESS
    return LeftOutReason.ASKED_LATELY if asked_lately(contact) else None
