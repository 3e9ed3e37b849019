"""What an installation knows beside a survey that its results are narrowed and split by: campaigns, files, places."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache, partial

from surveys.definition.breakdowns.registry import BreakdownMaterial, breakdowns_of
from surveys.definition.survey import Survey
from surveys.fieldwork.rounds import Rounds
from surveys.intake.answer_values import AnswerValues, File
from surveys.localisation.clock import local_day, utc_now
from surveys.organisation.department_tree import parents_of, with_below
from surveys.organisation.subjects import SUBJECT_KINDS
from surveys.people.contact import FileFacts, Secrecy
from surveys.people.contact_search import ContactSearch
from surveys.people.visibility import RULES, rules_from
from surveys.storage import Store

_KINDS = ("who", "does", "worth")


def surroundings_of(store: Store, survey: Survey, attributes: Collection[str]) -> BreakdownMaterial:
    """Campaigns that asked for it, departments by name, the kind that it is about; *attributes* of files."""
    kind = SUBJECT_KINDS.get(survey.about or "")
    departments = {each.code: each.name for each in store.organisation.departments()}
    campaigns = {} if survey.anonymous else store.campaigns.names(survey.code)
    return BreakdownMaterial(campaigns, tuple(attributes), departments, kind.label if kind else None)


def readable_files(store: Store) -> list[FileFacts]:
    """The files that take part in figures: those that no level of secrecy closes today."""
    return store.contacts.facts(ContactSearch(levels=[Secrecy.NONE], today=local_day(utc_now())))


def attributes_of(file: FileFacts) -> dict[str, str | float]:
    """`tier`, `department` and the attributes of a file by name, as far as it has them."""
    plain = {"tier": file.tier, "department": file.department or ""}
    own = {f"{kind}.{name}": value for kind in _KINDS for name, value in getattr(file, kind).items()}
    return {name: value for name, value in (plain | own).items() if value != ""}


def telling_attributes(store: Store, names: Iterable[str]) -> tuple[str, ...]:
    """Those that figures may be split by, in order: none that the organisation counts among personal data."""
    personal = rules_from(store.organisation.setting(RULES)).personal
    return tuple(sorted({each for each in names if not any(word in each for word in personal)}, key=_place))


def _place(name: str) -> tuple[int, str]:
    kind = name.partition(".")[0]
    return (_KINDS.index(kind) if kind in _KINDS else -1), name


def answer_values(store: Store, survey: Survey, versions: Mapping[int, Survey], rounds: Rounds) -> AnswerValues:
    """The answers to the *versions* of a named survey held against all that they can be narrowed by."""
    files = partial(_files, store, store.contacts.stamp())
    names = telling_attributes(store, (name for each in files().values() for name in each))
    found = breakdowns_of(survey, surroundings_of(store, survey, names))
    parents = parents_of(store.organisation.departments())
    return AnswerValues(
        found, versions, rounds, lambda contact: files().get(contact, {}),
        lambda department: with_below([department], parents),
    )  # fmt: skip


@lru_cache(maxsize=2)
def _files(store: Store, stamp: str) -> Mapping[str, File]:
    return {each.id: attributes_of(each) for each in readable_files(store)}
