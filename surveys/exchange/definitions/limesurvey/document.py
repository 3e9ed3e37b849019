"""The tables of a LimeSurvey survey structure, with the wordings of all languages beside each row.

Newer files keep wordings in tables of their own (`question_l10ns`, …), older ones in one row per language.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from surveys.exchange.definitions.languages import language_of
from surveys.exchange.definitions.losses import OMITTED, Ledger, Met, quote_value
from surveys.localisation.language import marked
from surveys.localisation.wording import Said, Series, saying

Cells = dict[str, str]

# Which columns are wordings, and where newer files keep them: table → (its wordings, the table of wordings, its key).
WORDED: dict[str, tuple[tuple[str, ...], str, str]] = {
    "groups": (("group_name", "description"), "group_l10ns", "gid"),
    "questions": (("question", "help"), "question_l10ns", "qid"),
    "subquestions": (("question",), "question_l10ns", "qid"),
    "answers": (("answer",), "answer_l10ns", "aid"),
}
_KEYS = {"groups": ("gid",), "questions": ("qid",), "subquestions": ("qid",), "answers": ("qid", "code", "scale_id")}

# Tables that are read; of the others only those with rows are worth a line.
READ = {
    *WORDED,
    *(table for _, table, _ in WORDED.values()),
    "surveys",
    "surveys_languagesettings",
    "question_attributes",
    "conditions",
    "quota",
    "quota_members",
    "quota_languagesettings",
}


@dataclass
class LimeSurveyRow:
    """One row, and its wordings by column and language."""

    met: Met
    words: dict[str, dict[str, str]] = field(default_factory=dict)

    def drop(self, what: Said, instead: Said = OMITTED) -> None:
        """Note the loss of the row with its wordings."""
        wordings = [words for texts in self.words.values() for words in texts.values()]
        self.met.drop(Series((what, f"“{quote_value('；'.join(wordings))}”"), ""), instead)


def tables_of(root: Element) -> dict[str, list[Cells]]:
    """The rows of every table, as text by column."""
    return {
        table.tag: [{cell.tag: cell.text or "" for cell in row} for row in table.iterfind("rows/row")] for table in root
    }


def rows_of(tables: dict[str, list[Cells]], name: str, ledger: Ledger) -> list[LimeSurveyRow]:
    """The rows of a worded table, one for all languages, in the order of the file."""
    columns, worded_in, key = WORDED[name]
    found: dict[tuple[str, ...], LimeSurveyRow] = {}
    for cells in tables.get(name, []):
        identity = tuple(cells.get(part, "") for part in _KEYS[name])
        row = found.get(identity)
        if row is None:
            bare = {column: value for column, value in cells.items() if column not in (*columns, "language") and value}
            row = found[identity] = LimeSurveyRow(
                ledger.meet(bare, saying(marked("{name} 表 {identity}"), name=name, identity="/".join(identity)))
            )
        _add_words(row, cells, columns)
    by_key = {row.met.data.get(key, ""): row for row in found.values()}
    for cells in tables.get(worded_in, []):
        owner = by_key.get(cells.get(key, ""))
        if owner is not None:
            _add_words(owner, cells, columns)
            _lose_rest(owner, cells, (*columns, "id", "aid", "qid", "gid", "sid", "language"))
    return list(found.values())


def _lose_rest(row: LimeSurveyRow, cells: Cells, known: tuple[str, ...]) -> None:
    """What stands beside the wordings, such as a script."""
    for column, value in cells.items():
        if column not in known and value.strip():
            row.met.lose(
                saying(marked("“{column}”：{value}"), column=column, value=quote_value(value)),
                marked("没有对应的设置，略去"),
            )


def _add_words(row: LimeSurveyRow, cells: Cells, columns: tuple[str, ...]) -> None:
    language = language_of(cells.get("language", "") or "und")
    for column in columns:
        if cells.get(column, "").strip():
            row.words.setdefault(column, {})[language] = cells[column]
