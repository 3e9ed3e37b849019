"""The organisation's list of regions: what there is, and a new list brought in, looked at first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from surveys.console.kit import concurrent_edits, downloads, look, session
from surveys.console.kit.file_preview import TABLE_TYPES, column_names, digest, looked_into, memory_of, remember
from surveys.console.kit.words import _, join_names, reason, said
from surveys.definition.questions import Place
from surveys.exchange.remembered import Remembered, last_time
from surveys.localisation.language import marked
from surveys.organisation.regions import EXAMPLE, PLACES_GUIDE, BadRow, UnfitPlaces, place_columns, places_from
from surveys.permissions import Action
from surveys.tables import Look, UnfitFile, opened_bytes

_PARTS = {"code": marked("编码"), "province": marked("省份"), "city": marked("城市"), "district": marked("区县")}
_NOWHERE = -1
_SHOWN = 10
_REPORTED = 200
_KEEP = "regions keep"


def draw() -> None:
    """The present list, and the way to a new one."""
    present = session.store().organisation.places()
    if present:
        _listed(present)
    else:
        look.empty(_("还没有地区清单"), _("导入之后，问卷里的地区题就从这份清单中选择。"))
    look.soft(_("CSV 或 Excel 文件，表头是编码、省份、城市、区县；城市和区县可以留空。新清单整个替换现有的。"))
    downloads.offer_file(
        _("下载示例"), EXAMPLE.encode("utf-8-sig"), "regions.csv", "text/csv", type="tertiary", on_click="ignore",
        icon=":material/download:", key="regions example",
    )  # fmt: skip
    file = st.file_uploader(_("地区清单"), type=TABLE_TYPES, key="regions file")
    if file is not None:
        _brought(file.getvalue(), present)


def _brought(content: bytes, present: Sequence[Place]) -> None:
    """What a file holds, to be looked at before it is kept; or all that is wrong with it."""
    try:
        memory = memory_of("regions")
        found = looked_into(content, PLACES_GUIDE, {}, "regions", memory)
        columns = _columns(found, digest(content), last_time(found.table.header, memory))
        with opened_bytes(content, found.reading, PLACES_GUIDE) as table:
            places = places_from(table, columns)
    except UnfitFile as error:
        st.error(_("这个文件{reason}。").format(reason=reason(error)))
        return
    except UnfitPlaces as error:
        _problems(error.rows)
        return
    st.markdown(_("**文件中有 {count} 个地区**").format(count=len(places)))
    _listed(places)
    codes = {place.code for place in places}
    gone = [place for place in present if place.code not in codes]
    if gone:
        names = join_names([" ".join(place.path) for place in gone[:_SHOWN]])
        st.warning(
            _("现有清单中的 {count} 个不在新清单里：{names}。已收到的回答保留，但只剩编码。").format(
                count=len(gone), names=look.as_written(names)
            )
        )
    seen = concurrent_edits.last_shown(_KEEP, present)
    if st.button(_("使用这份清单"), type="primary", key=_KEEP):
        account = session.acting(Action.ADMINISTER_ORGANISATION)
        save = partial(session.store().organisation.save_places, places, seen=seen, by=account.name)
        if not concurrent_edits.done(save, "regions"):
            return
        remember("regions", found, {at: name for name, at in columns.items()})
        look.done(_("已保存 {count} 个地区。").format(count=len(places)))


def _columns(found: Look, file: str, before: Remembered | None) -> dict[str, int]:
    """Where each part of a place stands, as the person says; offered is what the headings let one suppose."""
    usual = {name: at for at, name in before.columns.items()} if before else place_columns(found.table.header)
    headings = dict(enumerate(column_names(found.table.header)))
    options, columns = [_NOWHERE, *headings], dict[str, int]()
    for place, (name, label) in zip(st.columns(len(_PARTS)), _PARTS.items(), strict=True):
        at = place.selectbox(
            _(label), options, index=options.index(usual.get(name, _NOWHERE)),
            format_func=lambda each: headings.get(each, _("（没有）")),
            key=f"region column {file} {found.reading.sheet} {found.reading.header_row} {name}",
        )  # fmt: skip
        if at is not None and at != _NOWHERE:
            columns[name] = at
    return columns


def _listed(places: Sequence[Place]) -> None:
    rows = [[place.code, *place.path, *[""] * (3 - len(place.path))] for place in places[:_SHOWN]]
    look.table([_("编码"), _("省份"), _("城市"), _("区县")], [row[:4] for row in rows])
    if len(places) > _SHOWN:
        look.soft(_("只列出前 {count} 个，共 {total} 个。").format(count=_SHOWN, total=len(places)))


def _problems(rows: Sequence[BadRow]) -> None:
    st.error(_("有 {count} 处要改正，没有保存任何内容：").format(count=len(rows)))
    look.table([_("行号"), _("问题")], [(str(each.line), said(each.problem)) for each in rows[:_REPORTED]], taken=False)
    if len(rows) > _REPORTED:
        look.soft(_("只列出前 {count} 行，共 {total} 处。").format(count=_REPORTED, total=len(rows)))
