"""The answers to an anonymous survey that may count, and which figures of them each part of it may show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from analysis.columns.source import AnswerSource, Slice
from analysis.disclosure import Disclosure, disclosed_unions, disclosure
from analysis.frames import CONTEXT, item_column
from analysis.released.batches import GONE, release
from surveys.anonymity import Minimums
from surveys.appraisal.appraisal import is_appraisal
from surveys.definition.questions import Cell, Measure
from surveys.definition.survey import Survey
from surveys.storage.records.withdrawn import WithdrawnAnswer

_NO_FIGURES = (Measure.TEXT, Measure.RECORD)


@dataclass(frozen=True)
class BranchesShown:
    """Departments that may be shown together with all below them: at all, for each item, with their comments."""

    departments: frozenset[str]
    items: Mapping[str, frozenset[str]]
    comments: frozenset[str]


@dataclass(frozen=True)
class AnonymousRelease:
    """What was released by a day: `rows` with the codes of department and round ("" where there is none) and items.

    `departments`: which of them may be shown at all; `items`: which of them may show each item, by its column;
    `comments`: in which of them comments may be read.
    """

    rows: pd.DataFrame
    departments: Disclosure
    items: Mapping[str, Disclosure]
    comments: Disclosure
    all_comments: pd.DataFrame
    mentions: pd.DataFrame
    branches: BranchesShown

    def rounds(self) -> list[str]:
        """The codes of the rounds that may be looked at by themselves."""
        return sorted({str(code) for code in self.rows["round"] if code})

    def in_round(self, code: str, minimums: Minimums, branches: Mapping[str, frozenset[str]]) -> AnonymousRelease:
        """Figures of one round, which is made up of whole batches; the words of so few would tell who they are."""
        rows = self.rows[self.rows["round"] == code].reset_index(drop=True)
        comments, mentions, items = self.all_comments.iloc[:0], self.mentions.iloc[:0], list(self.items)
        return _release_of(rows, items, comments, mentions, minimums, branches, self)

    def withheld(self, department: str | None, *, below: bool = False) -> tuple[str, ...]:
        """The columns that a department, alone or with all *below* it, or the whole, may not show."""
        if department is not None and below:
            return tuple(column for column in self.items if department not in self.branches.items[column])
        return tuple(
            column
            for column, allowed in self.items.items()
            if not (allowed.total_shown if department is None else department in allowed.shown)
        )

    def comments_shown(self, department: str | None, *, below: bool = False) -> bool:
        """Whether comments of a department, alone or with all *below* it, or of the whole, may be read."""
        if department is not None and below:
            return department in self.branches.comments
        return self.comments.total_shown if department is None else department in self.comments.shown


def unit_of(survey: Survey) -> str:
    """The column by which an anonymous survey is looked at: what it is about, else whose service was rated."""
    return "department" if survey.about in (None, "department") else "subject"


def anonymous_answers(
    source: AnswerSource, survey: Survey, withdrawn: Callable[[], Sequence[WithdrawnAnswer]], today: pd.Timestamp,
    minimums: Minimums, branches: Mapping[str, frozenset[str]] | None = None, since: date | None = None,
) -> AnonymousRelease:  # fmt: skip
    """All that is released of a survey by *today*, whoever may see it; *branches*: departments with all below them.

    Of a survey by subject, subjects take the place of departments everywhere: each is of one department. *since*: the
    day from which on rounds were told apart.
    """
    wanted, items, unit = Slice(survey.code), items_with_figures(source, survey), unit_of(survey)
    every = source.responses(wanted, ["response", "day", "round", unit, *items]).rename(columns={unit: "department"})
    gone = withdrawn()  # after the answers: one that is taken back meanwhile is among either or both, never among none
    given = _with_withdrawn(every, gone, items, unit)
    rows = release(given, today, minimums, items, since).drop(columns=["day", GONE])
    if is_appraisal(survey):  # reports show groups of raters: all of a person's less those would be the smallest ones
        rows = rows.iloc[:0]
    rows["department"] = rows["department"].fillna("")
    comments, mentions = (
        frame[frame["response"].isin(rows["response"])].reset_index(drop=True)
        for frame in (source.comments(wanted), source.mentions(wanted))
    )
    return _release_of(rows, items, comments, mentions, minimums, branches or {})


def _release_of(
    rows: pd.DataFrame, items: Sequence[str], comments: pd.DataFrame, mentions: pd.DataFrame, minimums: Minimums,
    led: Mapping[str, frozenset[str]], whole: AnonymousRelease | None = None,
) -> AnonymousRelease:  # fmt: skip
    """What may be shown of these rows; of a part, nothing that may not be shown of the *whole*."""
    elsewhere = whole.departments.withheld if whole else frozenset[str]()
    departments = disclosure(_counts(rows["department"]), minimum=minimums.group, withheld_elsewhere=elsewhere)
    authors = _counts(rows["department"][rows["response"].isin(comments["response"])])
    answered = {item: _counts(rows["department"][rows[item].notna()]) for item in items}
    of_items = {
        item: disclosure(counts, minimum=minimums.group, withheld_elsewhere=departments.withheld)
        for item, counts in answered.items()
    }
    of_comments = disclosure(authors, minimum=minimums.comments, withheld_elsewhere=departments.withheld)
    shown = disclosed_unions(_counts(rows["department"]), departments, led, minimum=minimums.group)
    within = {code: led[code] for code in shown}
    together = BranchesShown(
        shown,
        {item: disclosed_unions(answered[item], of_items[item], within, minimum=minimums.group) for item in items},
        disclosed_unions(authors, of_comments, within, minimum=minimums.comments),
    )
    return AnonymousRelease(rows, departments, of_items, of_comments, comments, mentions, together)


def _with_withdrawn(
    every: pd.DataFrame, withdrawn: Sequence[WithdrawnAnswer], items: Sequence[str], unit: str = "department"
) -> pd.DataFrame:  # fmt: skip
    """The answers and, behind them, those that were taken back, with the day of that in the column `GONE`."""
    here = set(every["response"])
    gone = [each for each in withdrawn if each.response not in here]
    cells = [{item_column(name): cell for name, cell in each.cells.items()} for each in gone]
    rows = {
        "response": [each.response for each in gone], "day": [pd.Timestamp(each.received_on) for each in gone],
        "department": [getattr(each, unit) for each in gone], "round": [each.round for each in gone],
        GONE: [pd.Timestamp(each.withdrawn_on) for each in gone],
        **{item: [_counted(own, item) for own in cells] for item in items},
    }  # fmt: skip
    every = every.assign(**{GONE: pd.Series(pd.NaT, index=every.index, dtype="datetime64[us]")})
    if not gone:
        return every
    more = pd.DataFrame(rows)
    return pd.concat([every, more.astype(dict(every.dtypes.items()))], ignore_index=True)


def _counted(cells: Mapping[str, Cell], item: str) -> Cell:
    """What counts of an item; 0 for what was answered once and is not kept any more, as it is in no figure."""
    value = cells.get(item)
    return 0 if item in cells and value is None else value


def items_with_figures(source: AnswerSource, survey: Survey) -> list[str]:
    """The columns of answers; what was written or filed stands in none."""
    words = {
        item_column(column.name)
        for question in survey.questions()
        for column in question.columns()
        if column.measure in _NO_FIGURES
    }
    own = {"response", "received_at", "day", *CONTEXT}
    return [column for column in source.columns(survey.code) if column not in own | words]


def _counts(departments: pd.Series) -> dict[str, int]:
    return {str(code): int(n) for code, n in departments.value_counts().items()}


def shown_branches(
    found: AnonymousRelease, branches: Mapping[str, frozenset[str]], own: Sequence[str] | None
) -> tuple[str, ...]:  # fmt: skip
    """The departments of *own* that may be looked at with all below them, where several of these have answers."""
    answered = {code for code in found.rows["department"].unique() if code}
    return tuple(
        code
        for code in sorted(found.branches.departments)
        if (own is None or branches[code] <= set(own)) and len(branches[code] & answered) > 1
    )


def shown_departments(found: AnonymousRelease, own: Sequence[str] | None) -> tuple[str, ...]:
    """The departments of *own* (all of them where None) that may be looked at by themselves."""
    answered = [code for code in found.departments.shown if code and (own is None or code in own)]
    return tuple(answered)
