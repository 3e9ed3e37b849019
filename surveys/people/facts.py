"""What of a contact's file comes along with an answer, as it is when they are invited."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from surveys.definition.context.declared import declared
from surveys.definition.context.fields import ContextField, ContextSource, ContextType
from surveys.definition.context.kinds import UnfitFact, read_fact
from surveys.definition.survey import Survey
from surveys.organisation.subjects import Subject
from surveys.people.contact import Contact

_KINDS_OF_ATTRIBUTES = ("who", "does", "worth")


def facts_of_contact(
    survey: Survey, contact: Contact, subjects: Callable[[str], Sequence[Subject]]
) -> dict[str, str]:  # fmt: skip
    """The declared facts that come from files, where this file has them: `tier`, `kind`, and attributes by name.

    An attribute is known by the fact's code or by its label. A subject stands there by code or name; one that has the
    person's customer number, such as a key account, is found by that. What is unfit in the file is left out.
    """
    found = {}
    for fact in declared(survey).values():
        if ContextSource.CONTACT not in fact.sources:
            continue
        text = _in_file(fact, contact)
        if fact.type is ContextType.SUBJECT:
            text = _subject(text, contact.customer_number, subjects(fact.about or ""))
        if text:
            try:
                found[fact.code] = read_fact(fact, text)
            except UnfitFact:
                continue
    return found


def _subject(text: str, customer_number: str, subjects: Sequence[Subject]) -> str:
    """The code of the subject that is meant, empty for none."""
    if text:
        return next((each.code for each in subjects if text in (each.code, each.name)), "")
    same = (each.code for each in subjects if customer_number and each.one("customer_number") == customer_number)
    return next(same, "")


def _in_file(fact: ContextField, contact: Contact) -> str:
    file = contact.fields()
    names = (fact.code, *fact.label.root.values())
    places = [fact.code, *(f"{kind}.{name}" for name in names for kind in _KINDS_OF_ATTRIBUTES)]
    return next((file[place][0] for place in places if place in file), "")
