"""What is wrong with a survey's declaration of facts: names, settings of another type, and what would name somebody."""

from __future__ import annotations

from collections.abc import Iterator

from surveys.definition.context.coarsening import FITTING
from surveys.definition.context.fields import Coarse, ContextField, ContextSource, ContextType
from surveys.definition.context.kinds import KINDS
from surveys.definition.survey import Survey

Problem = tuple[tuple[str | int, ...], str]

# What is known of every answer, and what an address says to the form itself.
RESERVED = {
    "tp", "lang", "large", "touchpoint", "department", "district", "business_type", "channel", "round", "subject",
    "task", "day", "received_at", "response", "reference", "queue",
}  # fmt: skip
_OF_TYPE = {
    "options": ContextType.CHOICE, "unit": ContextType.NUMBER, "bands": ContextType.NUMBER,
    "about": ContextType.SUBJECT,
}  # fmt: skip
_OF_PERSONS = {"person", "agent", "account", "outsider"}
_NAMING = {ContextSource.EVENT, ContextSource.CONTACT, ContextSource.AGENT, ContextSource.TASK}


def unfit_context(survey: Survey) -> Iterator[Problem]:
    """Every fact has a name of its own and what its type needs; an anonymous survey takes none that names somebody."""
    seen: set[str] = set()
    for n, field in enumerate(survey.context):
        place = ("context", n)
        if field.code in seen:
            yield place, f'context code "{field.code}" is used more than once; give each its own'
        seen.add(field.code)
        if field.code in RESERVED:
            yield place, f'"{field.code}" is known of every answer anyway or has a meaning of its own; leave it out'
        yield from ((place + where, what) for where, what in _settings(field))
        if survey.anonymous and (why := naming(field)):
            yield place, f"an anonymous survey can't take it: {why}"


def _settings(field: ContextField) -> Iterator[Problem]:
    for name, kind in _OF_TYPE.items():
        if getattr(field, name) and field.type is not kind:
            yield (name,), f"is for the type {kind.value} alone; leave it out, or change the type"
    if field.type is ContextType.CHOICE and not field.options:
        yield ("options",), "a choice needs options; add them"
    if field.type is ContextType.SUBJECT and not field.about:
        yield ("about",), "a subject needs its kind, such as department or touchpoint; add it"
    if field.coarse is not None and field.coarse not in FITTING.get(field.type, ()):
        yield ("coarse",), f"{field.coarse.value} is no way to keep the type {field.type.value}; leave it out"
    if field.coarse is Coarse.BAND and not field.bands:
        yield ("bands",), "what is kept by band needs bands; say where they begin"
    codes = [option.code for option in field.options]
    if len(set(codes)) < len(codes):
        yield ("options",), "an option code is used more than once; give each its own"
    if list(field.bands) != sorted(set(field.bands)):
        yield ("bands",), "the beginnings of bands go up; put them in order"


def naming(field: ContextField) -> str:
    """Why a fact could tell who gave an anonymous answer; empty where it can't."""
    if field.personal or field.about in _OF_PERSONS:
        return "it tells of a person; leave it out"
    if not KINDS[field.type].countable and field.coarse is None:
        return "almost every answer may have another value; keep its month, quarter or band alone, or make it a choice"
    if found := [each.value for each in field.sources if each in _NAMING]:
        return f"it comes with something that is known of one person ({', '.join(found)}); leave these sources out"
    return ""
