"""Which facts a survey takes along with its answers, and what is kept of those that came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from surveys.definition.context.fields import ContextField, ContextSource, ContextType
from surveys.definition.context.kinds import UnfitFact, read_fact
from surveys.definition.survey import Survey
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, Said, Series, Text, saying

SubjectNames = Callable[[str], Mapping[str, str]]
"""What the subjects of a kind are called, by code."""


def _usual(code: str, chinese: str, english: str) -> ContextField:
    return ContextField(code=code, label=Text.model_validate({"zh-Hans": chinese, "en": english}), personal=True)


# What a survey takes that declares nothing. All of these are near unique or tell of a person.
USUAL = {
    each.code: each
    for each in (
        _usual("reference", "对方系统的编号", "Number in the other system"),
        _usual("order", "工单", "Work order"),
        _usual("crew", "班组", "Crew"),
        _usual("agent", "话务员", "Agent"),
        _usual("queue", "名单", "Call list"),
    )
}
OF_THE_DOOR = ("reference", "agent", "queue")
"""What the door itself knows of an answer: kept with it, declared or not."""


@dataclass(frozen=True)
class GivenFacts:
    """What came along, read: what is kept, and what is wrong with the rest, both by name."""

    kept: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, Said] = field(default_factory=dict)


def declared(survey: Survey) -> dict[str, ContextField]:
    """The facts that answers to a survey may bring, by name; the usual ones where it declares none.

    An anonymous survey takes what it declares alone.
    """
    if survey.context or survey.anonymous:
        return {each.code: each for each in survey.context}
    return dict(USUAL)


def facts_given(
    survey: Survey, given: Mapping[str, str], source: ContextSource, subjects: SubjectNames
) -> GivenFacts:  # fmt: skip
    """What a door brings, held against the declaration and the subjects there are; every unfit fact is named."""
    known, kept, faults = declared(survey), dict[str, str](), dict[str, Said]()
    for name, text in given.items():
        fact = known.get(name)
        if fact is None:
            faults[name] = _undeclared(survey, known)
        elif not fact.comes_by(source):
            faults[name] = saying(marked("这份问卷的“{label}”不由此处带入"), label=fact.label)
        else:
            try:
                kept |= {name: read} if (read := _read(fact, text, subjects)) else {}
            except UnfitFact as error:
                faults[name] = error.message
    return GivenFacts(kept, faults)


def _read(fact: ContextField, text: str, subjects: SubjectNames) -> str:
    """The fact as it is kept; a subject by its code, also where it was told by its name."""
    read = read_fact(fact, text)
    if fact.type is not ContextType.SUBJECT or not fact.about or not read:
        return read
    names = subjects(fact.about)
    if read in names:
        return read
    wanted = read.casefold()
    found = [code for code, name in names.items() if code.casefold() == wanted] or [
        code for code, name in names.items() if name.casefold() == wanted
    ]
    if len(found) != 1:
        words = marked("没有“{text}”，请写已有对象的代号") if not found else marked("“{text}”不止一个，请写代号")
        raise UnfitFact(words, text=text)
    return found[0]


def _undeclared(survey: Survey, known: Mapping[str, ContextField]) -> Said:
    if known:
        return saying(marked("问卷没有声明这项随答信息；声明了的有：{known}"), known=Series(tuple(known)))
    if survey.anonymous:
        return Message(marked("匿名问卷不接受这项随答信息"))
    return Message(marked("问卷没有声明这项随答信息"))


def facts_of_link(
    survey: Survey, said: Mapping[str, str], subjects: SubjectNames, source: ContextSource = ContextSource.LINK
) -> GivenFacts:  # fmt: skip
    """What of an address is context: parameters that are none, or unfit, keep nobody from answering."""
    known = declared(survey)
    return facts_given(survey, {name: text for name, text in said.items() if name in known}, source, subjects)


def facts_to_keep(survey: Survey, given: Mapping[str, str | None], *, anonymous: bool = False) -> dict[str, str]:
    """What is kept with an answer: each fact as it was then, nothing that isn't declared.

    *anonymous*: whoever was asked was promised that, whatever the survey says now.
    """
    if anonymous:
        return {}
    known = {} if survey.anonymous else {name: USUAL[name] for name in OF_THE_DOOR}
    known |= declared(survey)
    kept = {}
    for name, text in given.items():
        if name in known and text:
            try:
                kept[name] = read_fact(known[name], text)
            except UnfitFact:
                continue
    return {name: text for name, text in kept.items() if text}
