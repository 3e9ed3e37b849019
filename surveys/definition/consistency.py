"""What single fields of a definition can't show: names used twice, references that lead nowhere, questions no one sees.

Each check yields (place, what is wrong and how to mend it) for every problem it finds; CHECKS at the foot lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from surveys.definition.conditions import LINK, Condition
from surveys.definition.context.checks import unfit_context
from surveys.definition.listening import heard_in
from surveys.definition.questions import Choice, OneChoice, Question, Scale
from surveys.definition.questions.entries import ShortText
from surveys.definition.reachability import Reachability
from surveys.definition.routing import part_conditions
from surveys.definition.survey import Audience, Section, Survey
from surveys.definition.unanswerable import obstacles

Place = tuple[str | int, ...]
Problem = tuple[Place, str]


def inconsistencies(survey: Survey) -> Iterator[Problem]:
    """Every problem of the survey as a whole."""
    for check in CHECKS:
        yield from check(survey)


def _placed(survey: Survey) -> Iterator[tuple[Place, int, Question]]:
    for s, section in enumerate(survey.sections):
        for q, question in enumerate(section.questions):
            yield ("sections", s, "questions", q), s, question


def _repeated(codes: Sequence[tuple[Place, str]], what: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, code in codes:
        if code in seen:
            yield place, f'{what} "{code}" is used more than once; give each its own'
        seen.add(code)


def repeated_codes(survey: Survey) -> Iterator[Problem]:
    """Questions, dimensions, sections, quotas and thanks have codes of their own."""
    yield from _repeated([(place, question.code) for place, _, question in _placed(survey)], "question code")
    dimensions = enumerate(survey.dimensions)
    yield from _repeated([(("dimensions", d), each.code) for d, each in dimensions], "dimension code")
    sections = [(("sections", s), each.code) for s, each in enumerate(survey.sections) if each.code]
    yield from _repeated(sections, "section code")
    yield from _repeated([(("quotas", n), each.code) for n, each in enumerate(survey.quotas)], "quota code")
    thanks = [(("thanks_by_answer", n), each.code) for n, each in enumerate(survey.thanks_by_answer)]
    yield from _repeated(thanks, "thanks code")


def unknown_dimensions(survey: Survey) -> Iterator[Problem]:
    """Each item's dimension is one that is listed."""
    known = {each.code for each in survey.dimensions}
    for place, _, question in _placed(survey):
        if question.dimension is not None and question.dimension not in known:
            what = f'no dimension "{question.dimension}" is listed; add it or correct the name'
            yield (*place, "dimension"), what


def unfit_weights(survey: Survey) -> Iterator[Problem]:
    """Weights are for all dimensions or none, and add up."""
    weights = [each.weight for each in survey.dimensions]
    if any(weights) and (None in weights or abs(sum(each or 0 for each in weights) - 1) > 1e-6):
        yield ("dimensions",), "weights are for every dimension or for none, and add up to 1; adjust them"


def unfit_roles(survey: Survey) -> Iterator[Problem]:
    """`overall` and `subject` name questions that can play that part."""
    by_code = {question.code: question for question in survey.questions()}
    roles: tuple[tuple[str, str | None, type[Question], str], ...] = (
        ("overall", survey.overall, Scale, "a rating"),
        ("subject", survey.subject, OneChoice, "a single choice of departments"),
        ("callback", survey.callback, ShortText, "a short text"),
    )
    for role, code, fitting, kind in roles:
        if code is not None and not isinstance(by_code.get(code), fitting):
            yield (role,), f'"{code}" is not the code of {kind} in this survey; name one, or leave {role} out'
    subject = by_code.get(survey.subject or "")
    if survey.anonymous and survey.audience is Audience.STAFF and subject is not None and not subject.required:
        yield ("subject",), f'"{survey.subject}" must be required, because each answer is about one department'


@dataclass(frozen=True)
class _Reference:
    """Something that depends on an earlier answer: where it stands, and its place in the order of asking."""

    place: Place
    before: int  # only questions before this position have been answered
    condition: Condition


def _references(survey: Survey) -> Iterator[_Reference]:
    position = 0
    for s, section in enumerate(survey.sections):
        if section.show_if:
            yield _Reference(("sections", s, "show_if"), position, section.show_if)
        for q, question in enumerate(section.questions):
            place: Place = ("sections", s, "questions", q)
            if question.show_if:
                yield _Reference((*place, "show_if"), position, question.show_if)
            for part in question.parts():
                if part.show_if:
                    yield _Reference((*place, f"{part.code}", "show_if"), position, part.show_if)
            position += 1
        for j, jump in enumerate(section.jumps):
            if jump.when:
                yield _Reference(("sections", s, "jumps", j, "if"), position, jump.when)
    for place, condition in _decided_at_the_end(survey):
        yield _Reference(place, position, condition)


def _decided_at_the_end(survey: Survey) -> Iterator[tuple[Place, Condition]]:
    """The conditions of quotas and of thanks, with their place."""
    for n, quota in enumerate(survey.quotas):
        if quota.when:
            yield ("quotas", n, "when"), quota.when
    for n, thanks in enumerate(survey.thanks_by_answer):
        yield ("thanks_by_answer", n, "when"), thanks.when


def _told_by(question: Question) -> tuple[str, ...]:
    return (*question.fields(), *question.heard_fields())


def unfit_listening(survey: Survey) -> Iterator[Problem]:
    """What a comment says never compels: what comes up by it is optional, and no way, quota or end hangs on it."""
    for s, section in enumerate(survey.sections):
        for q, question in enumerate(section.questions):
            conditions = [each for each in (section.show_if, question.show_if) if each]
            if question.required and any(heard_in(each) for each in conditions):
                what = "what is asked because of a comment is optional; take `required` away"
                yield ("sections", s, "questions", q, "required"), what
            for part in question.parts():
                if part.show_if and heard_in(part.show_if):
                    what = "options don't hang on what a comment says; put the condition on the question"
                    yield ("sections", s, "questions", q, part.code, "show_if"), what
        for j, jump in enumerate(section.jumps):
            if jump.when and heard_in(jump.when):
                yield ("sections", s, "jumps", j, "if"), "no way hangs on what a comment says; ask a question instead"
    for n, quota in enumerate(survey.quotas):
        if quota.when and heard_in(quota.when):
            yield ("quotas", n, "when"), "no quota hangs on what a comment says; count by an answer"


def unfit_references(survey: Survey) -> Iterator[Problem]:
    """A condition looks back, never at itself or ahead, and at something that is asked."""
    owner = {field: n for n, question in enumerate(survey.questions()) for field in _told_by(question)}
    for reference in _references(survey):
        for field in reference.condition.fields():
            if not field.startswith(LINK):
                yield from _looking_back(reference.place, field, owner.get(field), reference.before)


def _looking_back(place: Place, field: str, at: int | None, before: int) -> Iterator[Problem]:
    if at is None:
        yield place, f'no question has the answer field "{field}"; correct the name'
    elif at == before:
        yield place, f'"{field}" decides about itself; refer to an earlier question'
    elif at > before:
        yield place, f'"{field}" is asked only later; refer to an earlier question, or move it forward'


def unfit_placeholders(survey: Survey) -> Iterator[Problem]:
    """`{item}` in a text is an earlier question."""
    order = {question.code: n for n, question in enumerate(survey.questions())}
    for n, (place, _, question) in enumerate(_placed(survey)):
        for setting, text in (("title", question.title), ("hint", question.hint)):
            for name in text.placeholders() if text else ():
                if not name.startswith(LINK):
                    yield from _looking_back((*place, setting), name, order.get(name), n)


def unfit_carry_forward(survey: Survey) -> Iterator[Problem]:
    """`options_from` is an earlier choice with the same option codes."""
    earlier: dict[str, Question] = {}
    for place, _, question in _placed(survey):
        source = question.options_from if isinstance(question, Choice) else None
        if isinstance(question, Choice) and source is not None:
            origin = earlier.get(source)
            if not isinstance(origin, Choice):
                yield (*place, "options_from"), f'"{source}" is no earlier choice question; name one'
            elif strange := {o.code for o in question.options} - {o.code for o in origin.options}:
                what = f"{', '.join(sorted(strange))} can't be chosen in {source}; use the same option codes"
                yield (*place, "options_from"), what
        earlier[question.code] = question


def unfit_jumps(survey: Survey) -> Iterator[Problem]:
    """A jump leads to a later section."""
    codes = {section.code: s for s, section in enumerate(survey.sections) if section.code}
    for s, section in enumerate(survey.sections):
        for j, jump in enumerate(section.jumps):
            place: Place = ("sections", s, "jumps", j, "to")
            if jump.to in ("end", "screen_out"):
                continue
            if jump.to not in codes:
                yield place, f'no section has the code "{jump.to}"; correct the name'
            elif codes[jump.to] <= s:
                yield place, f'"{jump.to}" does not come later; a jump leads forward'
        if survey.shuffle_sections and section.jumps:
            yield ("sections", s, "jumps"), "sections in random order can't have jumps; give up one of the two"


def unanswerable_questions(survey: Survey) -> Iterator[Problem]:
    """Every question can be answered."""
    for place, _, question in _placed(survey):
        yield from (((*place, setting), what) for setting, what in obstacles(question))


def unreachable_questions(survey: Survey) -> Iterator[Problem]:
    """No question stands where no one can come."""
    reached, ways = _reached_sections(survey), Reachability(survey)
    for s, section in enumerate(survey.sections):
        if s not in reached or not ways.of_section(s):
            yield _never_come_to(ways, s, section, s not in reached)
            continue
        for q, question in enumerate(section.questions):
            if _conditional(question) and not ways.of_question(s, question):
                yield _never_shown(ways, ("sections", s, "questions", q), question)


def _never_come_to(ways: Reachability, s: int, section: Section, led_past: bool) -> Problem:
    if section.show_if is None or led_past:
        return ("sections", s), "no one comes here, because every way leads past it; change the jumps before it"
    return ("sections", s, "show_if"), _never_holds(ways, section.show_if, "the section is never shown")


def _never_shown(ways: Reachability, place: Place, question: Question) -> Problem:
    if question.show_if is not None:
        return (*place, "show_if"), _never_holds(ways, question.show_if, "the question is never shown")
    carried = isinstance(question, Choice) and question.options_from
    what = "none of its options or rows can ever be offered, so the question is never shown; change their conditions"
    return (*place, "options_from") if carried else (*place, question.parts()[0].code, "show_if"), what


def _never_holds(ways: Reachability, condition: Condition, effect: str) -> str:
    if not ways.of_ending(condition):
        return f"this can never hold, so {effect}; correct the value"
    return f"this can never hold together with the conditions and jumps before it, so {effect}; change one of them"


def _conditional(question: Question) -> bool:
    parts = question.parts()
    return question.show_if is not None or bool(parts and all(part_conditions(question, part) for part in parts))


def unreachable_endings(survey: Survey) -> Iterator[Problem]:
    """Every quota counts some answers, and all thanks are read by someone."""
    effects = {"quotas": "the quota never fills", "thanks_by_answer": "no one reads this"}
    ways = Reachability(survey)
    for place, condition in _decided_at_the_end(survey):
        if not ways.of_ending(condition):
            yield place, f"this can never hold, so {effects[str(place[0])]}; correct the value"


def _reached_sections(survey: Survey) -> set[int]:
    codes = {section.code: s for s, section in enumerate(survey.sections)}
    reached, ways = set[int](), [0]
    while ways:
        s = ways.pop()
        if s in reached or s >= len(survey.sections):
            continue
        reached.add(s)
        section = survey.sections[s]
        for jump in section.jumps:
            ways.append(codes.get(jump.to, len(survey.sections)))
            if jump.when is None and section.show_if is None:
                break
        else:
            ways.append(s + 1)
    return reached


CHECKS: tuple[Callable[[Survey], Iterator[Any]], ...] = (
    repeated_codes,
    unknown_dimensions,
    unfit_weights,
    unfit_roles,
    unfit_listening,
    unfit_references,
    unfit_placeholders,
    unfit_carry_forward,
    unfit_jumps,
    unanswerable_questions,
    unreachable_questions,
    unreachable_endings,
    unfit_context,
)
