"""From stored rows to tables as the files have them: answers by the questions' own cells, comments, mentions.

`ANSWERS`: one row per response, its circumstances and a column for each item of the layout. `COMMENTS_FILE`,
`MENTIONS_FILE`: the columns of `analysis.frames` with the day of the response before them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analysis.columns.engine import Engine
from analysis.columns.layout import CopyLayout, ItemColumn
from analysis.facts import fact_column
from analysis.frames import CONTEXT, cells_of, comment_rows, mention_rows, typed
from surveys.definition.context.fields import ContextField
from surveys.definition.context.kinds import is_numeric
from surveys.definition.questions import Question
from surveys.storage.records.changes import RESPONSE_COLUMNS
from surveys.storage.records.comments import CommentFinding

ANSWERS, COMMENTS, MENTIONS = "answers", "comments", "mentions"
_TEXT = pa.string()
_OWN = [("response", _TEXT), ("received_on", pa.date32()), ("received_at", pa.timestamp("us"))]
_BESIDE = ("notice", "contact")  # by which no figure is split: the notice that was shown, and whose file is looked up
_OF_COMMENTS = [
    ("received_on", pa.date32()), ("response", _TEXT), ("item", _TEXT), ("text", _TEXT), ("kind", _TEXT),
    ("sentiment", _TEXT), ("score", pa.float64()), ("sure", pa.bool_()), ("reviewed_by", _TEXT),
    ("signals", _TEXT),
]  # fmt: skip
_OF_MENTIONS = [
    ("received_on", pa.date32()), ("response", _TEXT), ("item", _TEXT), ("place", pa.int32()), ("aspect", _TEXT),
    ("label", _TEXT), ("sentiment", _TEXT), ("start", pa.int64()), ("end", pa.int64()), ("evidence", _TEXT),
]  # fmt: skip


def schemas(layout: CopyLayout) -> dict[str, pa.Schema]:
    """The columns of each kind of file."""
    context = [(name, _TEXT) for name in CONTEXT]
    along = [(stored, _type_of(layout.facts[name])) for name, stored in layout.fact_columns().items()]
    items = [(column.stored, pa.float64() if column.numeric else _TEXT) for column in layout.items()]
    own = [*_OWN, *context, *((name, _TEXT) for name in _BESIDE)]
    columns = {ANSWERS: [*own, *along, *items], COMMENTS: _OF_COMMENTS, MENTIONS: _OF_MENTIONS}
    return {kind: pa.schema(fields) for kind, fields in columns.items()}


def answer_table(rows: Sequence[Sequence[Any]], layout: CopyLayout, engine: Engine) -> pa.Table:
    """Rows of `RESPONSE_COLUMNS` as columns of answers; each different answer is read once."""
    stored = dict(zip(RESPONSE_COLUMNS, zip(*rows, strict=True), strict=True))
    columns: dict[str, pa.Array] = {
        "response": pa.array(stored["id"], _TEXT),
        "received_on": pa.array([date.fromisoformat(day) for day in stored["received_on"]], pa.date32()),
        "received_at": pa.array([_moment(text) for text in stored["received_at"]], pa.timestamp("us", "UTC")),
        **{name: pa.array(stored[name], _TEXT) for name in (*CONTEXT, *_BESIDE)},
    }
    if layout.anonymous:  # whatever was kept of it: nothing that leads to a person stands in a copy
        columns |= {name: pa.nulls(len(rows), _TEXT) for name in ("campaign", "contact")}
    columns["round"] = _filled_rounds(columns["round"], stored["received_on"], layout)
    columns["received_at"] = columns["received_at"].cast(pa.timestamp("us"))
    columns |= _facts(stored["context"], layout)
    versions = pa.array(stored["version"], pa.int64())
    for question, texts in _documents(stored["answers"], layout, engine):
        columns |= dict(_item_columns(question, layout, texts, versions))
    return pa.table(columns, schema=schemas(layout)[ANSWERS])


def _filled_rounds(kept: pa.Array, days: Sequence[str], layout: CopyLayout) -> pa.Array:
    """The rounds that are kept, else the calendar's; each different day is looked up once."""
    encoded = pa.array(days, _TEXT).dictionary_encode()
    codes = [layout.rounds.code_of(None, date.fromisoformat(day)) for day in encoded.dictionary.to_pylist()]
    return pc.coalesce(kept, pa.array(codes, _TEXT).take(encoded.indices))


def _type_of(fact: ContextField) -> pa.DataType:
    return pa.float64() if is_numeric(fact) else _TEXT


def _facts(documents: Sequence[str | None], layout: CopyLayout) -> dict[str, pa.Array]:
    """What came along, as it stands in the JSON documents; each different document is read once."""
    encoded = pa.array(documents, _TEXT).dictionary_encode()
    found = [json.loads(text) for text in encoded.dictionary.to_pylist()]
    columns = {}
    for name, stored in layout.fact_columns().items():
        fact = layout.facts[name]
        values = pa.array(fact_column(fact, [each.get(fact.code) for each in found]), _type_of(fact), from_pandas=True)
        columns[stored] = values.take(encoded.indices)
    return columns


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _documents(
    answers: Sequence[str], layout: CopyLayout, engine: Engine
) -> Iterator[tuple[Question, pa.Array]]:  # fmt: skip
    """Of each question its answers, as they stand in the JSON documents."""
    if not layout.questions:
        return
    paths = [f'$."{question.code}"' for question in layout.questions]
    each = ", ".join(f"found[{place}]::VARCHAR AS v{place}" for place in range(1, len(paths) + 1))
    query = f"SELECT {each} FROM (SELECT json_extract(document, ?::VARCHAR[]) AS found FROM documents)"  # noqa: S608
    found = engine.table(query, [paths], {"documents": pa.table({"document": pa.array(answers, _TEXT)})})
    for place, question in enumerate(layout.questions):
        yield question, found.column(place).combine_chunks()


def _item_columns(
    question: Question, layout: CopyLayout, texts: pa.Array, versions: pa.Array
) -> Iterator[tuple[str, pa.Array]]:  # fmt: skip
    encoded = texts.dictionary_encode()
    filled = [cells_of(question, json.loads(text)) for text in encoded.dictionary.to_pylist()]
    for column in layout.columns[question.code]:
        cells = typed([each.get(column.source) for each in filled], numeric=column.numeric)
        values = pa.array(cells, pa.float64() if column.numeric else _TEXT, from_pandas=True)
        yield column.stored, _only_offered(values.take(encoded.indices), column, layout, versions)


def _only_offered(values: pa.Array, column: ItemColumn, layout: CopyLayout, versions: pa.Array) -> pa.Array:
    unasked = layout.unasked(column.source)
    if not unasked:
        return values
    return pc.if_else(pc.is_in(versions, pa.array(unasked, pa.int64())), pa.scalar(None, values.type), values)


@dataclass
class FoundComments:
    """What there is of comments: findings as the store has them, and those that people corrected, each with its day."""

    stored: list[tuple[date, str, str, str]] = field(default_factory=list)  # day, response, item, JSON document
    corrected: list[tuple[date, CommentFinding]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.stored) + len(self.corrected)


def comment_tables(found: FoundComments, engine: Engine) -> dict[str, pa.Table]:
    """The rows of comments and of mentions; the many as they are kept, the few that were corrected one by one."""
    columns = zip(*found.stored, strict=True) if found.stored else [()] * len(_STORED)
    stored = pa.table(dict(zip(_STORED.names, columns, strict=True)), schema=_STORED)
    comments: list[dict[str, Any]] = []
    mentions: list[dict[str, Any]] = []
    for day, finding in found.corrected:
        comments += ({"received_on": day} | row for row in comment_rows(finding))
        mentions += ({"received_on": day, "place": n} | row for n, row in enumerate(mention_rows(finding)))
    return {
        kind: pa.concat_tables([
            engine.table(query, frames={"findings": stored}).select(schema.names).cast(schema),
            pa.Table.from_pylist(rows, schema),
        ]).sort_by([(name, "ascending") for name in schema.names if name in _KEYS])
        for kind, query, rows, schema in (
            (COMMENTS, _COMMENTS_STORED, comments, pa.schema(_OF_COMMENTS)),
            (MENTIONS, _MENTIONS_STORED, mentions, pa.schema(_OF_MENTIONS)),
        )
    }  # fmt: skip


_KEYS = ("received_on", "response", "item", "place")
_STORED = pa.schema([("received_on", pa.date32()), ("response", _TEXT), ("item", _TEXT), ("document", _TEXT)])
_ASPECT = '{"aspect": "VARCHAR", "label": "VARCHAR", "sentiment": "VARCHAR", "start": "BIGINT", "end": "BIGINT", ' + (
    '"evidence": "VARCHAR"}'
)
_SHAPE = (
    '{"text": "VARCHAR", "kind": "VARCHAR", "sentiment": "VARCHAR", "score": "DOUBLE", "sure": "BOOLEAN", '
    f'"aspects": [{_ASPECT}], "signals": "JSON"}}'
)
_READ = f"SELECT received_on, response, item, from_json_strict(document, '{_SHAPE}') AS said FROM findings"  # noqa: S608
_COMMENTS_STORED = f"""
SELECT received_on, response, item, said.text, said.kind, said.sentiment, said.score, said.sure,
       NULL::VARCHAR AS reviewed_by, said.signals::VARCHAR AS signals FROM ({_READ})"""  # noqa: S608  words of this file
_MENTIONS_STORED = f"""
SELECT received_on, response, item, place, aspect.aspect, aspect.label, aspect.sentiment, aspect.start, aspect.end,
       aspect.evidence
FROM (SELECT received_on, response, item, unnest(said.aspects) AS aspect,
             (generate_subscripts(said.aspects, 1) - 1)::INTEGER AS place FROM ({_READ}))"""  # noqa: S608  as above
