"""A file that is brought in, looked at first: what it was recognised as, its first rows, and how it is to be read."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial

import streamlit as st

from surveys.console.kit import look, session
from surveys.console.kit.wide_tables import drawn_columns
from surveys.console.kit.words import _, join_names, said
from surveys.exchange.answers.unknown_entries import Entries
from surveys.exchange.remembered import Remembered, last_time, read_remembered, reading_as_before, with_latest
from surveys.exchange.sources import SourceSystem
from surveys.localisation.wording import Said
from surveys.storage.changes import ChangedMeanwhile
from surveys.tables import ENCODINGS, Guide, Look, Reading, Row, Table, look_into, shown_cells

OpenTable = Callable[[], AbstractContextManager[Table]]
TABLE_TYPES = ["csv", "txt", "tsv", "xlsx", "xls"]
_REMEMBERED = "imported"  # begins the names of the settings
_MOST_VALUES = 30  # different entries of a column that are asked about
_NOTHING = ""
_FOUND = "reading.found"
_SEEN, _MOST_SEEN = "reading.seen", 8
_HEADER_ROWS = 20  # rows that are offered as the header
_LONGEST = 60  # characters of a row that is offered


def digest(content: bytes) -> str:
    """What tells a file from others, for the keys of what is chosen for it."""
    return hashlib.sha256(content).hexdigest()[:12]


def looked_into(
    content: bytes, guide: Guide, sources: Mapping[str, SourceSystem], key: str, memory: Sequence[Remembered] = ()
) -> Look:  # fmt: skip
    """What the file holds, read as the person says; offered first is what was found out, or chosen the last time.

    Raises UnfitFile.
    """
    name = f"{key} {digest(content)}"
    look_as = partial(_look, content, guide, name)
    usual = reading_as_before(look_as, memory)
    found = look_as(usual)
    asked, columns = usual, st.columns(3 if sources else 2)
    if len(found.sheets) > 1:
        asked = replace(asked, sheet=_sheet(columns[0], found, name))
    elif not found.sheets:
        asked = replace(asked, encoding=_encoding(columns[0], found, name))
    if (asked.sheet, asked.encoding) != (usual.sheet, usual.encoding) and not _same(asked, found.reading):
        asked = replace(asked, header_row=None, source=None)
        found = look_as(asked)
    name = f"{name} {asked.sheet} {asked.encoding}"
    asked = replace(asked, header_row=_header_row(columns[1], found, name))
    if sources:
        asked = replace(asked, source=_source(columns[2], found, sources, name))
    if (asked.header_row, asked.source) != (found.reading.header_row, found.reading.source):
        found = look_as(asked)
    _told(found, sources)
    if last_time(found.table.header, memory):
        look.soft(_("这种文件导入过，下面按上次的选择填好，请核对。"))
    _preview(found, guide)
    return found


def _look(content: bytes, guide: Guide, name: str, reading: Reading) -> Look:
    """What is seen of a file, kept while its page is open: a large workbook takes seconds to open."""
    seen: dict[tuple[str, Reading], Look] = st.session_state.setdefault(_SEEN, {})
    if (name, reading) not in seen:
        found = look_into(content, reading, guide)
        st.session_state[_SEEN] = dict([*seen.items(), ((name, reading), found)][-_MOST_SEEN:])
        return found
    return seen[name, reading]


def memory_of(kind: str) -> list[Remembered]:
    """How files of this kind came in before."""
    return read_remembered(session.store().organisation.setting(f"{_REMEMBERED} {kind}"))


def remember(
    kind: str, found: Look, columns: Mapping[int, str], values: Mapping[str, Mapping[str, str]] | None = None
) -> None:  # fmt: skip
    """Keep what was chosen for a file that came in, for the next one with its header."""
    organisation, name = session.store().organisation, f"{_REMEMBERED} {kind}"
    latest = Remembered(found.table.header, found.reading, columns, values or {})
    while True:  # two people may bring in files at once, and both are remembered
        before = organisation.setting(name)
        try:
            organisation.set(name, with_latest(before, latest), seen=before)
        except ChangedMeanwhile:
            continue
        return


def _same(asked: Reading, found: Reading) -> bool:
    return (asked.sheet or found.sheet) == found.sheet and (asked.encoding or found.encoding) == found.encoding


def _sheet(place: st.delta_generator.DeltaGenerator, found: Look, key: str) -> str | None:
    titles = {each.title: each.title + (_("（隐藏）") if each.hidden else "") for each in found.sheets}
    options = list(titles)
    return place.selectbox(
        _("工作表"), options, index=options.index(found.reading.sheet or options[0]), format_func=titles.__getitem__,
        key=f"sheet {key}",
    )  # fmt: skip


def _encoding(place: st.delta_generator.DeltaGenerator, found: Look, key: str) -> str | None:
    options = list(ENCODINGS)
    usual = found.reading.encoding if found.reading.encoding in options else options[0]
    return place.selectbox(
        _("文字编码"), options, index=options.index(usual or options[0]), format_func=lambda each: _(ENCODINGS[each]),
        key=f"encoding {key}",
    )  # fmt: skip


def _header_row(place: st.delta_generator.DeltaGenerator, found: Look, key: str) -> int | None:
    rows = {row.number: row for row in found.beginning[:_HEADER_ROWS]}
    options = list(rows)
    usual = found.reading.header_row
    return place.selectbox(
        _("表头所在的行"), options, index=options.index(usual) if usual in rows else 0,
        format_func=lambda number: _in_short(rows[number]), key=f"header row {key}",
    )  # fmt: skip


def _source(
    place: st.delta_generator.DeltaGenerator, found: Look, sources: Mapping[str, SourceSystem], key: str
) -> str | None:  # fmt: skip
    names = {"": _("其他")} | {name: _(source.label) for name, source in sources.items()}
    options = list(names)
    return place.selectbox(
        _("由哪个系统导出"), options, index=options.index(found.reading.source or ""), format_func=names.__getitem__,
        key=f"source {key} {found.reading.header_row}",
    )  # fmt: skip


def _in_short(row: Row) -> str:
    text = " | ".join(cell.strip() for cell in row.cells if cell.strip())
    return f"{row.number}: {text[:_LONGEST]}" + ("…" if len(text) > _LONGEST else "")


def _told(found: Look, sources: Mapping[str, SourceSystem]) -> None:
    """What was recognised, what is passed over, and what is doubtful."""
    if found.table.source in sources:
        label = _(sources[found.table.source].label)
        look.soft(_("识别为：{source}。表头、选项和日期按它的写法来读。").format(source=label))
    if found.table.other_sheets:
        look.soft(_("不导入的工作表：{names}").format(names=join_names(found.table.other_sheets)))
    if found.table.passed_over:
        rows = join_names([f"{row.number}" for row in found.table.passed_over])
        look.soft(_("不是数据、不导入的行：第 {rows} 行。不对的话，请另选表头所在的行。").format(rows=rows))
    if not found.encoding_sure:
        st.warning(_("编码不能确定。请看看下面的文字对不对，不对就换一种编码。"))


def _preview(found: Look, guide: Guide) -> None:
    header = found.table.header
    st.markdown(_("**文件的前 {count} 行**").format(count=len(found.sample)))
    drawn = drawn_columns(len(header), {at for at, name in enumerate(header) if name and guide.known(name)})
    names, cells = column_names(header), [shown_cells(row, len(header)) for row in found.sample]
    look.table([names[at] for at in drawn], [[row[at] for at in drawn] for row in cells], taken=False)
    if len(drawn) < len(header):
        look.soft(_("共 {count} 列，这里只显示 {drawn} 列。").format(count=f"{len(header):,}", drawn=len(drawn)))


def column_names(header: Sequence[str]) -> list[str]:
    """What the columns are called on a page: those of one name by their numbers, those without by that."""
    unnamed = _("（第 {number} 列，无表头）")
    numbered = [(name, at) for at, name in enumerate(header, start=1)]
    times = Counter(header)
    return [
        unnamed.format(number=at) if not name else f"{name} #{at}" if times[name] > 1 else name for name, at in numbered
    ]


def looked_through(now: str, find: Callable[[], Entries]) -> Entries:
    """What was found in a file, not looked for again while the same is asked of the same file."""
    seen, found = st.session_state.get(_FOUND, ("", {}))
    if seen != now:
        found = find()
        st.session_state[_FOUND] = (now, found)
    return dict(found)


def ask_what_is_meant(unknown: Collection[str]) -> None:
    """The head of the part in which a person says what entries mean, where there are any."""
    if unknown:
        st.markdown(_("**文件里的这些写法，对应哪个选项**"))


def entries_meant(
    title: str, entries: Counter[str], choices: Mapping[str, Said], key: str, before: Mapping[str, str]
) -> dict[str, str]:  # fmt: skip
    """What the person says of the entries that stand most often in one column; offered is what they said before."""
    names: dict[str | None, str] = {None: _("不收这样的行"), _NOTHING: _("当作没有回答")}
    for code, label in choices.items():
        words = said(label)
        names[code] = words if words == code else _("{name}（{code}）").format(name=words, code=code)
    columns, options, found = st.columns(2), list(names), dict[str, str]()
    for at, (entry, times) in enumerate(entries.most_common(_MOST_VALUES)):
        usual = before.get(entry)
        meant = columns[at % 2].selectbox(
            _("{target}：“{entry}”（{count} 行）").format(target=title, entry=entry[:40], count=f"{times:,}"),
            options, index=options.index(usual) if usual in names else 0, format_func=names.__getitem__,
            key=f"value {key} {entry}",
        )  # fmt: skip
        if meant is not None:
            found[entry] = meant
    if len(entries) > _MOST_VALUES:
        look.soft(_("另有 {count} 种写法没有列出，含有它们的行不收。").format(count=len(entries) - _MOST_VALUES))
    return found
