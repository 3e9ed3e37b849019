"""Something that happened to a customer: what comes along with it, and what of it each survey that follows takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from surveys.definition.context.declared import USUAL, declared, facts_given
from surveys.definition.context.fields import ContextSource
from surveys.definition.context.kinds import UnfitFact, read_fact
from surveys.definition.survey import Survey
from surveys.fieldwork.campaigns.campaign import Campaign, CampaignState
from surveys.localisation.language import marked
from surveys.localisation.wording import Said, Series, saying
from surveys.people.contact import Contact
from surveys.people.facts import facts_of_contact
from surveys.storage import Store

_BUSINESS = "biz"  # the fact that an event's business type answers where nothing else does, as a link's does


@dataclass(frozen=True)
class Happening:
    """Something that another system reports; `key` is its number there, the same however often it is reported."""

    event: str
    key: str
    contact: str
    at: datetime
    department: str | None = None  # whose service it was; without it that of the contact
    facts: Mapping[str, str] = field(default_factory=dict)  # what comes along, by the names that surveys declare
    about: Mapping[str, str] = field(default_factory=dict)  # touchpoint and business type


def listening(store: Store, event: str, now: datetime) -> list[Campaign]:
    """The running campaigns that wait for this kind of event."""
    return [
        each for each in store.campaigns.all()
        if each.state is CampaignState.RUNNING and each.plan.schedule.event == event and not each.over(now)
    ]  # fmt: skip


def unfit_facts(store: Store, event: str, facts: Mapping[str, str], *, now: datetime) -> dict[str, Said]:
    """What is wrong with the facts of an event, by name: declared by no survey that would follow, or no such value.

    Where none waits for it, any survey in the field may declare them.
    """
    if not facts:
        return {}
    waiting = listening(store, event, now)
    surveys = [survey_of(store, each) for each in waiting] or _in_the_field(store)
    known = {name for each in surveys for name in declared(each)} | _usual(surveys)
    unfit: dict[str, Said] = {
        name: saying(marked("问卷没有声明这项随答信息；声明了的有：{known}"), known=Series(tuple(sorted(known))))
        for name in facts if name not in known
    }  # fmt: skip
    for survey in surveys if waiting else ():
        own = {name: text for name, text in facts.items() if name in declared(survey)}
        unfit |= facts_given(survey, own, ContextSource.EVENT, store.subjects.names).faults
    return unfit


def _usual(surveys: Iterable[Survey]) -> set[str]:
    """What is taken of events where a survey says nothing: an anonymous one leaves it aside in silence."""
    return set(USUAL) if not (found := list(surveys)) or any(not each.context for each in found) else set()


def _in_the_field(store: Store) -> list[Survey]:
    return [each.survey for each in store.surveys.all() if each.live]


def survey_of(store: Store, campaign: Campaign) -> Survey:
    """The survey of a campaign, in the version that it gives out."""
    return store.surveys.version(campaign.survey, campaign.version)


def kept_of(store: Store, survey: Survey, happening: Happening, contact: Contact) -> dict[str, str]:
    """What an invitation keeps of an event and of whom it happened to, as both are now."""
    known = declared(survey)
    own = {name: text for name, text in happening.facts.items() if name in known}
    given = facts_given(survey, own, ContextSource.EVENT, store.subjects.names).kept
    kept = {**facts_of_contact(survey, contact, store.subjects.of_kind), **given}
    business = happening.about.get("business_type")
    if business and _BUSINESS in known and _BUSINESS not in kept:
        with suppress(UnfitFact):
            kept[_BUSINESS] = read_fact(known[_BUSINESS], business)
    return {**happening.about, **kept}
