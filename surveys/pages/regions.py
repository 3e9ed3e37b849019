"""The organisation's list of regions: what there is, and a new list brought in, looked at first."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from surveys.accounts import Role
from surveys.exchange.tables import UnfitFile
from surveys.pages import look, session
from surveys.pages.words import _, listed, reason, said
from surveys.questions import Place
from surveys.regions import EXAMPLE, BadRow, UnfitPlaces, read_places

_SHOWN = 10
_REPORTED = 200


def draw() -> None:
    """The present list, and the way to a new one."""
    present = session.store().organisation.places()
    if present:
        _listed(present)
    else:
        look.empty(_("还没有地区清单"), _("导入之后，问卷里的地区题就从这份清单中选择。"))
    look.soft(_("CSV 或 Excel 文件，第一行是表头：编码、省份、城市、区县；城市和区县可以留空。新清单整个替换现有的。"))
    st.download_button(
        _("下载示例"), EXAMPLE.encode("utf-8-sig"), "regions.csv", "text/csv", type="tertiary", on_click="ignore",
        icon=":material/download:", key="regions example",
    )  # fmt: skip
    file = st.file_uploader(_("地区清单"), type=["csv", "txt", "xlsx"], key="regions file")
    if file is not None:
        _brought(file.getvalue(), present)


def _brought(content: bytes, present: Sequence[Place]) -> None:
    """What a file holds, to be looked at before it is kept; or all that is wrong with it."""
    try:
        places = _read(content)
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
        names = listed([" ".join(place.path) for place in gone[:_SHOWN]])
        st.warning(
            _("现有清单中的 {count} 个不在新清单里：{names}。已收到的回答保留，但只剩编码。").format(
                count=len(gone), names=look.as_written(names)
            )
        )
    if st.button(_("使用这份清单"), type="primary", key="regions keep"):
        account = session.acting(Role.ADMIN)
        session.store().organisation.save_places(places)
        session.store().accounts.record(account.name, "save regions", "regions", f"{len(places)} regions")
        look.done(_("已保存 {count} 个地区。").format(count=len(places)))


def _read(content: bytes) -> list[Place]:
    with tempfile.TemporaryDirectory() as room:
        path = Path(room) / "regions"
        path.write_bytes(content)
        return read_places(path)


def _listed(places: Sequence[Place]) -> None:
    rows = [[place.code, *place.path, *[""] * (3 - len(place.path))] for place in places[:_SHOWN]]
    look.table([_("编码"), _("省份"), _("城市"), _("区县")], [row[:4] for row in rows])
    if len(places) > _SHOWN:
        look.soft(_("只列出前 {count} 个，共 {total} 个。").format(count=_SHOWN, total=len(places)))


def _problems(rows: Sequence[BadRow]) -> None:
    st.error(_("有 {count} 处要改正，没有保存任何内容：").format(count=len(rows)))
    look.table([_("行号"), _("问题")], [(str(each.line), said(each.problem)) for each in rows[:_REPORTED]])
    if len(rows) > _REPORTED:
        look.soft(_("只列出前 {count} 行，共 {total} 处。").format(count=_REPORTED, total=len(rows)))
