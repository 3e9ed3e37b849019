"""What of a contact's file comes along with an answer, as it is when they are invited."""

from __future__ import annotations

from surveys.definition.context.declared import declared
from surveys.definition.context.fields import ContextField, ContextSource
from surveys.definition.context.kinds import UnfitFact, read_fact
from surveys.definition.survey import Survey
from surveys.people.contact import Contact

_KINDS_OF_ATTRIBUTES = ("who", "does", "worth")


def facts_of_contact(survey: Survey, contact: Contact) -> dict[str, str]:
    """The declared facts that come from files, where this file has them: `tier`, `kind`, and attributes by name.

    An attribute is known by the fact's code or by its label. What is unfit in the file is left out.
    """
    found = {}
    for fact in declared(survey).values():
        if ContextSource.CONTACT in fact.sources and (text := _in_file(fact, contact)):
            try:
                found[fact.code] = read_fact(fact, text)
            except UnfitFact:
                continue
    return found


def _in_file(fact: ContextField, contact: Contact) -> str:
    file = contact.fields()
    names = (fact.code, *fact.label.root.values())
    places = [fact.code, *(f"{kind}.{name}" for name in names for kind in _KINDS_OF_ATTRIBUTES)]
    return next((file[place][0] for place in places if place in file), "")
