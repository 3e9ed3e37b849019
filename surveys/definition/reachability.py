"""Whether anyone can come to a question: all conditions on the way to it taken together, over several items.

What must hold for a question to be shown is gathered — its own condition and its section's, the jumps that lead past
it, and for each earlier answer that these want, what must hold for that one to be given — and searched for a way to
make it all hold. No way found means that there is none; where a search takes too long, a way is taken to exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from surveys.definition.conditions import LINK, Comparison, Condition
from surveys.definition.possible_entries import entries, link_entries
from surveys.definition.questions import Choice, Question
from surveys.definition.questions.choices import MultipleChoice
from surveys.definition.routing import part_conditions
from surveys.definition.survey import Jump, Survey

_MOST_STEPS = 2_000  # comparisons looked at in one search
_OF_OPTIONS = (Comparison.EQUALS, Comparison.INCLUDES, Comparison.ONE_OF)


@dataclass(frozen=True, eq=False)
class _Leaf:
    """A comparison that must hold, or must not."""

    condition: Condition
    wanted: bool

    @property
    def means_answered(self) -> bool:
        """Whether it holds of no field without an answer."""
        return self.wanted is not (self.condition.compare is Comparison.UNANSWERED)


@dataclass(frozen=True, eq=False)
class _Every:
    parts: tuple[_Goal, ...]


@dataclass(frozen=True, eq=False)
class _Some:
    parts: tuple[_Goal, ...]


_Goal = _Leaf | _Every | _Some
_Ways = tuple[tuple[_Goal, ...], Mapping[str, tuple[_Leaf, ...]], frozenset[_Goal]]  # to do, taken up, seen


class Reachability:
    """What can be come to in a survey whose conditions look back."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._owners = {
            field: (s, question)
            for s, section in enumerate(survey.sections)
            for question in section.questions
            for field in (*question.fields(), *question.heard_fields())
        }
        self._goals: dict[str, list[_Goal]] = {}

    def of_section(self, s: int) -> bool:
        """Whether anyone can come to the section."""
        asks = any(question.fields() for question in self._survey.sections[s].questions)
        return self._possible(self._sections[s], limited=asks)

    def of_question(self, s: int, question: Question) -> bool:
        """Whether anyone can be shown a question of the section."""
        return self._possible(self._question(s, question), limited=bool(question.fields()))

    def of_ending(self, condition: Condition) -> bool:
        """Whether a condition can hold of what was sent."""
        return self._possible([_goal(condition)])

    @cached_property
    def _sections(self) -> list[list[_Goal]]:
        """For each section what must hold for it to be shown."""
        own = [each.show_if for each in self._survey.sections]
        return [[*([_goal(each)] if each else []), *self._not_led_past[s]] for s, each in enumerate(own)]

    @cached_property
    def _not_led_past(self) -> list[list[_Goal]]:
        """For each section what keeps the jumps before it from leading past it."""
        sections = self._survey.sections
        places = {section.code: n for n, section in enumerate(sections) if section.code}
        targets = [[places.get(jump.to, len(sections)) for jump in section.jumps] for section in sections]
        goals: list[list[_Goal]] = []
        for s in range(len(sections)):
            # A section that an earlier jump may lead past takes no one anywhere then; that says too little to go by.
            sure = (n for n in range(s) if not any(n < to <= s for before in targets[:n] for to in before))
            goals.append([goal for n in sure for goal in self._staying(n, [to > s for to in targets[n]])])
        return goals

    def _staying(self, n: int, beyond: Sequence[bool]) -> Iterator[_Goal]:
        section = self._survey.sections[n]
        skipped = [_goal(section.show_if, wanted=False)] if section.show_if else []
        before: list[Jump] = []
        for jump, leads_past in zip(section.jumps, beyond, strict=True):
            if leads_past:
                yield _Some((*skipped, *_denied(jump), *(_goal(each.when) for each in before if each.when)))
            elif jump.when is None:
                return  # the first that holds is taken
            else:
                before.append(jump)

    def _question(self, s: int, question: Question) -> list[_Goal]:
        if question.code not in self._goals:
            self._goals[question.code] = self._gathered(s, question)
        return self._goals[question.code]

    def _gathered(self, s: int, question: Question) -> list[_Goal]:
        goals = list(self._sections[s])
        if question.show_if:
            goals.append(_goal(question.show_if))
        parts = [part_conditions(question, part) for part in question.parts()]
        if parts and all(parts):
            goals.append(_Some(tuple(_every(each) for each in parts)))
        return goals

    def _possible(self, goals: Iterable[_Goal], limited: bool = True) -> bool:
        """Whether answers can make all of these hold."""
        ways: list[_Ways] = [(tuple(goals), {}, frozenset())]
        steps = 0
        while ways and steps <= _MOST_STEPS:
            left, known, met = ways.pop()
            pending, found, seen = list(left), dict(known), set(met)
            choices: list[_Some] = []
            while pending:
                goal = pending.pop()
                steps += 1
                if goal in seen:
                    continue
                seen.add(goal)
                if isinstance(goal, _Every):
                    pending += goal.parts
                elif isinstance(goal, _Some):
                    choices.append(goal)
                elif self._fits(
                    field := goal.condition.field or "", together := (*found.get(field, ()), goal), limited
                ):
                    found[field] = together
                    pending += self._needed(goal)
                else:
                    break
            else:
                open_ones = [each for each in choices if seen.isdisjoint(each.parts)]
                if not open_ones:
                    return True
                narrow = min(open_ones, key=lambda each: len(each.parts))
                rest = tuple(each for each in open_ones if each is not narrow)
                before = frozenset(seen.difference(rest))
                ways += [((*rest, part), found, before) for part in reversed(narrow.parts)]
        return bool(ways)

    def _needed(self, leaf: _Leaf) -> Iterator[_Goal]:
        """What must hold for the answer to be given that a comparison wants."""
        field = leaf.condition.field or ""
        owner = self._owners.get(field)
        if owner is None or not leaf.means_answered:
            return
        s, question = owner
        yield from self._question(s, question)
        row = next((part for part in question.parts() if field == f"{question.code}.{part.code}"), None)
        if row is not None:
            yield from map(_goal, part_conditions(question, row))
        if isinstance(question, Choice) and field == question.code and leaf.wanted:
            yield from _offered(question, leaf.condition)

    def _fits(self, field: str, leaves: Sequence[_Leaf], limited: bool) -> bool:
        """Whether one entry fits all comparisons of a field."""
        conditions = [leaf.condition for leaf in leaves]
        _, question = self._owners.get(field, (0, None))
        listed = entries(question, conditions, limited) if question else None
        if field.startswith(LINK):
            listed = link_entries(conditions)
        if listed is None:
            return True
        return any(all(leaf.condition.holds({field: entry}) is leaf.wanted for leaf in leaves) for entry in listed)


def _offered(question: Choice, condition: Condition) -> Iterator[_Goal]:
    """One of the options that the condition wants is offered."""
    if isinstance(question, MultipleChoice) and condition.compare not in _OF_OPTIONS:
        return
    wanted = [each for each in question.options if condition.holds({question.code: [each.code]})]
    conditions = [part_conditions(question, each) for each in wanted]
    if conditions and all(conditions):
        yield _Some(tuple(_every(each) for each in conditions))


def _denied(jump: Jump) -> list[_Goal]:
    return [_goal(jump.when, wanted=False)] if jump.when else []


def _every(conditions: Iterable[Condition]) -> _Goal:
    return _Every(tuple(map(_goal, conditions)))


def _goal(condition: Condition, wanted: bool = True) -> _Goal:
    """The condition with every `not` moved down to the comparisons."""
    if condition.negated is not None:
        return _goal(condition.negated, not wanted)
    parts = tuple(_goal(part, wanted) for part in condition.all or condition.any)
    if not parts:
        return _Leaf(condition, wanted)
    return _Every(parts) if bool(condition.all) is wanted else _Some(parts)
