"""A survey while it is being built: plain data as in its file, allowed to be unfit for a while."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from surveys.definition.plain_data import Data, as_data
from surveys.definition.survey import Survey
from surveys.localisation.language import marked
from surveys.localisation.wording import DEFAULT_LANGUAGE, Message, saying

NOTHING = Message("")
LISTS = ("options", "rows", "choices")  # the settings that hold options, rows or columns


class NotInDraft(LookupError):
    """What an operation names is not in the draft."""


@dataclass(frozen=True)
class Draft:
    """One state of a survey being built, and the step that led to it. Operations return another Draft."""

    data: Mapping[str, Any]
    done: Message = NOTHING  # the step, as the undo button says it
    note: Message = NOTHING  # what else the step changed
    taken: frozenset[str] = frozenset()  # codes that have been used; answers may stand under them

    @classmethod
    def of(cls, survey: Survey, earlier: Collection[Survey] = ()) -> Draft:
        """A draft to change a survey; the codes of its *earlier* versions are not given to new questions."""
        used = frozenset[str]().union(*(names(as_data(each)) for each in earlier))
        return cls(as_data(survey), taken=used)

    def after(self, data: Data, done: Message, note: Message = NOTHING) -> Draft:
        """The draft that a step leads to."""
        return Draft(data, done, note, self.taken | names(self.data))

    def copied(self) -> Data:
        """The data to change."""
        return copy.deepcopy(dict(self.data))

    def questions(self) -> Iterator[Data]:
        """All questions in order."""
        return (question for section in self.sections() for question in section.get("questions") or ())

    def sections(self) -> list[Data]:
        return list(self.data.get("sections") or ())

    def question(self, code: str) -> Data:
        """The question with this code; raises NotInDraft."""
        s, q = locate_question(self.data, code)
        return dict(self.data["sections"][s]["questions"][q])

    def languages(self) -> list[str]:
        """The languages its title is in; new wording is proposed in these."""
        title = self.data.get("title")
        return list(title) if isinstance(title, Mapping) and title else [DEFAULT_LANGUAGE]


def locate_question(data: Mapping[str, Any], code: str) -> tuple[int, int]:
    """Section and place of the question with this code; raises NotInDraft."""
    for s, section in enumerate(data.get("sections") or ()):
        for q, question in enumerate(section.get("questions") or ()):
            if question.get("code") == code:
                return s, q
    raise NotInDraft(saying(marked("没有代码为“{code}”的题目"), code=code))


def found(data: Mapping[str, Any], code: str) -> Data:
    """The question with this code, to change it in place."""
    s, q = locate_question(data, code)
    question: Data = data["sections"][s]["questions"][q]
    return question


def names(data: Mapping[str, Any]) -> frozenset[str]:
    """Codes of questions, of their parts as `question.part`, of quotas and thanks as `quotas.code`."""
    taken = {f"{name}.{each.get('code')}" for name in ("quotas", "thanks_by_answer") for each in data.get(name) or ()}
    for section in data.get("sections") or ():
        for question in section.get("questions") or ():
            code = str(question.get("code"))
            parts = (part for each in LISTS for part in question.get(each) or ())
            taken |= {code, *(f"{code}.{part.get('code')}" for part in parts)}
    return frozenset(taken)


def fresh(base: str, taken: Collection[str], longest: int = 40) -> str:
    """The first of base, base_2, base_3 … that is not taken."""
    number, code = 1, base[:longest]
    while code in taken:
        number += 1
        ending = f"_{number}"
        code = base[: longest - len(ending)] + ending
    return code
