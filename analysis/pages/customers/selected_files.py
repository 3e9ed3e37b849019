"""The files that a view is about: own ones by the account's scope and level, narrowed by what stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analysis.monitoring.customers.files import AttributeKind, FileAttribute, attributes_of, file_frame
from surveys.console.kit import address, look, session
from surveys.console.kit.choosers import department_names
from surveys.console.kit.words import _, distinct
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.contact_register import Register
from surveys.people.contact import ContactKind
from surveys.people.contact_search import ContactSearch

REGION = ("地区", "区域", "片区", "区县", "城市", "台区", "region", "district")  # words in names of attributes


@dataclass(frozen=True)
class SelectedFiles:
    """A frame of files with what its columns are."""

    frame: pd.DataFrame
    attributes: Mapping[str, FileAttribute]

    @cached_property
    def labels(self) -> dict[str, str]:
        """What each attribute is called."""
        own = {"tier": _("客户等级"), "department": _("部门")}
        return distinct({code: own.get(code, each.name) for code, each in self.attributes.items()}, by_code=False)

    def of(self, *kinds: AttributeKind) -> dict[str, FileAttribute]:
        """The attributes of these kinds."""
        return {code: each for code, each in self.attributes.items() if each.kind in kinds}

    def pick(self, name: str, label: str, codes: list[str], place: DeltaGenerator, at: int = 0) -> FileAttribute:
        """The attribute chosen of these; the choice stands in the address."""

        def draw() -> str | None:
            return place.selectbox(label, codes, format_func=self.labels.__getitem__, key=name)

        return self.attributes[address.choice(name, codes, draw, codes[min(at, len(codes) - 1)])]


def selected_files() -> SelectedFiles | None:
    """What is chosen; None, and said so, where there is nothing to count."""
    register = opened()
    names = department_names()
    found = register.facts(ContactSearch(kind=ContactKind.CUSTOMER))
    if not found:
        look.empty(_("没有可以分析的客户档案"), _("请到“客户与员工”的“导入”上传客户名单（CSV 或 Excel）。"))
        return None
    frame = _narrowed(file_frame(found, names, register.rules.personal))
    look.soft(_("以下数字来自 {n} 份客户档案。").format(n=f"{len(frame):,}"))
    if frame.empty:
        look.empty(_("没有符合这些条件的档案"), _("请放宽上面的条件。"))
        return None
    return SelectedFiles(frame, attributes_of(frame))


def _narrowed(frame: pd.DataFrame) -> pd.DataFrame:
    named = [str(code) for code in frame if str(code).startswith("who.")]
    region = next((code for word in REGION for code in named if word in code.lower()), "")
    filters = {"tier": _("客户等级"), "department": _("部门")} | ({region: region[4:]} if region else {})
    wanted = dict[str, str]()
    for (code, label), place in zip(filters.items(), st.columns(3), strict=False):
        name = "region" if code == region else code
        values = {"": _("全部")} | {each: each for each in sorted(frame[code].dropna().astype(str).unique())}
        wanted[code] = _value(name, label, values, place)
    for code, value in wanted.items():
        frame = frame[frame[code].astype(str) == value] if value else frame
    return frame


def _value(name: str, label: str, values: dict[str, str], place: DeltaGenerator) -> str:
    def draw() -> str | None:
        return place.selectbox(label, list(values), format_func=values.__getitem__, key=name)

    return address.choice(name, values, draw, "")


def opened() -> Register:
    """The register, opened anew for each run of the page, so that a right taken away holds at once."""
    return Register(session.store(), session.signed_in(), local_day(utc_now()))
