"""What is different between two versions of a survey, in words, place by place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from surveys.definition.places import WHOLE, quote_text
from surveys.definition.questions import QUESTION_TYPES, Question
from surveys.definition.survey import Section, Survey
from surveys.definition.versions.difference import Difference, DifferenceKind, Versions, moved_codes
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, Said, saying


def differences(before: Survey, after: Survey) -> list[Difference]:
    """Every difference, from the survey as a whole to its dimensions and questions; none when they are equal."""
    versions = Versions(before, after)
    pairs = _matched_sections(before, after)
    return [*_whole(versions), *_dimensions(versions), *_sections(versions, pairs), *_questions(versions, pairs)]


def group_by_place(found: Sequence[Difference]) -> dict[Said, list[Difference]]:
    """The differences by place, in order."""
    places: dict[Said, list[Difference]] = {}
    for difference in found:
        places.setdefault(difference.where, []).append(difference)
    return places


def _whole(versions: Versions) -> Iterator[Difference]:
    changes = versions.settings(versions.before, versions.after, "survey", leave=("dimensions", "sections"))
    yield from (Difference(WHOLE, what, kind) for what, kind in changes)


def _dimensions(versions: Versions) -> Iterator[Difference]:
    before = {each.code: each for each in versions.before.dimensions}
    after = {each.code: each for each in versions.after.dimensions}
    for code, dimension in after.items():
        where = saying(marked("维度{label}"), label=quote_text(str(dimension.label)))
        if code not in before:
            yield Difference(
                where,
                saying(marked("新增，权重 {weight:g}"), weight=dimension.weight)
                if dimension.weight
                else marked("新增"),
                DifferenceKind.ADDED,
            )
        else:
            changes = versions.settings(before[code], dimension, "dimension", leave=("code",))
            yield from (Difference(where, what, kind) for what, kind in changes)
    for code, dimension in before.items():
        if code not in after:
            yield Difference(
                saying(marked("维度{label}"), label=quote_text(str(dimension.label))),
                marked("删除"),
                DifferenceKind.REMOVED,
            )
    if moved_codes(list(before), list(after)):
        yield Difference(marked("维度"), marked("顺序有变化"), DifferenceKind.MOVED)


SectionPairs = dict[int, int]  # place in the newer version → place in the older


def _sections(versions: Versions, pairs: SectionPairs) -> Iterator[Difference]:
    before, after = versions.before.sections, versions.after.sections
    out_of_order = moved_codes([str(s) for s in range(len(before))], [str(pairs[s]) for s in sorted(pairs)])
    for s, section in enumerate(after):
        where = _section_name(s, section)
        if s not in pairs:
            yield Difference(
                where, saying(marked("新增一节，共 {count} 题"), count=len(section.questions)), DifferenceKind.ADDED
            )
            continue
        changes = versions.settings(before[pairs[s]], section, "section", leave=("questions",))
        yield from (Difference(where, what, kind) for what, kind in changes)
        if str(pairs[s]) in out_of_order:
            yield Difference(where, saying(marked("由第 {number} 节移来"), number=pairs[s] + 1), DifferenceKind.MOVED)
    for s, section in enumerate(before):
        if s not in pairs.values():
            yield Difference(
                saying(marked("原{section}"), section=_section_name(s, section)),
                marked("删除这一节"),
                DifferenceKind.REMOVED,
            )


def _questions(versions: Versions, pairs: SectionPairs) -> Iterator[Difference]:
    before = {question.code: question for question in versions.before.questions()}
    shifted = _moved_questions(versions, pairs)
    numbers = {question.code: number for number, question in enumerate(versions.before.questions(), start=1)}
    for number, question in enumerate(versions.after.questions(), start=1):
        where = saying(marked("第 {number} 题{title}"), number=number, title=quote_text(str(question.title)))
        if question.code not in before:
            yield Difference(
                where, saying(marked("新增{label}题"), label=Message(question.label)), DifferenceKind.ADDED
            )
            continue
        yield from _question(versions, where, before[question.code], question)
        if question.code in shifted:
            yield Difference(
                where, saying(marked("由第 {number} 题移来"), number=numbers[question.code]), DifferenceKind.MOVED
            )
    kept = {question.code for question in versions.after.questions()}
    for code, question in before.items():
        if code not in kept:
            yield Difference(
                saying(marked("原第 {number} 题{title}"), number=numbers[code], title=quote_text(str(question.title))),
                marked("删除"),
                DifferenceKind.REMOVED,
            )


def _question(versions: Versions, where: Said, before: Question, after: Question) -> Iterator[Difference]:
    if before.type != after.type:
        labels = [Message(QUESTION_TYPES[each.type].label) for each in (before, after)]
        yield Difference(
            where,
            saying(marked("题型由“{old}”改为“{new}”"), old=labels[0], new=labels[1]),
            DifferenceKind.CHANGED,
        )
    changes = versions.settings(before, after, after.type, leave=("code", "type"))
    yield from (Difference(where, what, kind) for what, kind in changes)


def _moved_questions(versions: Versions, pairs: SectionPairs) -> set[str]:
    """Questions that came from another section, or changed their place within one."""
    home = {question.code: s for s, section in enumerate(versions.before.sections) for question in section.questions}
    strayed: set[str] = set()
    for s, section in enumerate(versions.after.sections):
        codes = [question.code for question in section.questions]
        strayed |= {code for code in codes if code in home and home[code] != pairs.get(s)}
        if s in pairs:
            strayed |= set(moved_codes([each.code for each in versions.before.sections[pairs[s]].questions], codes))
    return strayed


def _matched_sections(before: Survey, after: Survey) -> SectionPairs:
    """Which section of the newer version continues which of the older: by code, else by the questions they share."""
    codes = {section.code: s for s, section in enumerate(before.sections) if section.code}
    pairs = {s: codes[section.code] for s, section in enumerate(after.sections) if section.code in codes}
    shared = [
        (-len(_codes(new) & _codes(old)), abs(s - b), s, b)
        for s, new in enumerate(after.sections)
        for b, old in enumerate(before.sections)
        if _codes(new) & _codes(old)
    ]
    for _, _, s, b in sorted(shared):
        if s not in pairs and b not in pairs.values():
            pairs[s] = b
    return pairs


def _codes(section: Section) -> set[str]:
    return {question.code for question in section.questions}


def _section_name(place: int, section: Section) -> Message:
    return saying(
        marked("第 {number} 节{title}"), number=place + 1, title=quote_text(str(section.title)) if section.title else ""
    )
