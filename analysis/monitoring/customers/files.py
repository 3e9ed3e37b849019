"""Customer files as a frame, and what each of their attributes is: categories, an amount, a day, or none to count."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
import pandas as pd

from surveys.localisation.normalisation import Unreadable
from surveys.localisation.normalisation import day as plain_day
from surveys.people.contact import FileFacts

MOST_CATEGORIES = 50
_ALIKE = 0.95  # so large a part of the texts must be days or numbers for the attribute to be one
_DAYS_OF_MANY = 2000  # of so many different texts it is looked at whether they are days


class AttributeKind(StrEnum):
    """As what an attribute is counted."""

    CATEGORIES = "categories"
    AMOUNT = "amount"
    DAY = "day"
    MANY = "many"  # nearly as many values as people: nothing to be counted


@dataclass(frozen=True)
class FileAttribute:
    """One column of the frame. `period` is set where the name ends or begins with one: 用电量2026-01."""

    code: str  # tier, department, who.x, does.x or worth.x
    kind: AttributeKind
    n: int  # files that have it
    period: str = ""  # 2026, 2026-Q1 or 2026-01: they sort as they follow each other
    base: str = ""  # the name without its period

    @property
    def name(self) -> str:
        """Without the kind of attribute before it."""
        return self.code.partition(".")[2] or self.code


def file_frame(
    files: Iterable[FileFacts], departments: Mapping[str, str], personal: Iterable[str] = ()
) -> pd.DataFrame:
    """One row per file (index: id), columns tier, department (by name) and the attributes; what is unknown is missing.

    Attributes whose name has a *personal* word in it are left out: addresses and numbers of papers are no groups.
    """
    words = tuple(personal)
    rows, ids = list[dict[str, object]](), list[str]()
    for each in files:
        row: dict[str, object] = {
            "tier": each.tier or None, "department": departments.get(each.department or "", each.department),
        }  # fmt: skip
        for kind, attributes in (("who", each.who), ("does", each.does), ("worth", each.worth)):
            row.update((f"{kind}.{name}", value) for name, value in attributes.items())
        rows.append(row)
        ids.append(each.id)
    frame = pd.DataFrame.from_records(rows, index=pd.Index(ids, name="id", dtype=object))
    frame = frame.reindex(columns=list(dict.fromkeys(["tier", "department", *sorted(frame.columns)])))
    return frame[[column for column in frame if column in _OWN or not any(word in str(column) for word in words)]]


_OWN = ("tier", "department")


def attributes_of(frame: pd.DataFrame) -> dict[str, FileAttribute]:
    """What each column is; those in which nothing stands are left out."""
    found = {}
    for code in frame:
        values = frame[code].dropna()
        if values.empty:
            continue
        base, period = base_and_period(str(code).partition(".")[2])
        kind = _kind(str(code), values)
        timed = kind is AttributeKind.AMOUNT and bool(period)
        found[str(code)] = FileAttribute(str(code), kind, len(values), period if timed else "", base if timed else "")
    return found


def _kind(code: str, values: pd.Series) -> AttributeKind:
    if code.startswith("worth."):
        return AttributeKind.AMOUNT
    if code in _OWN:
        return AttributeKind.CATEGORIES
    known = pd.Series(values.astype(str).unique())
    if days_of(known.head(_DAYS_OF_MANY)).notna().mean() >= _ALIKE:
        return AttributeKind.DAY
    if len(known) > 12 and pd.to_numeric(known, errors="coerce").notna().mean() >= _ALIKE:
        return AttributeKind.AMOUNT
    return AttributeKind.CATEGORIES if len(known) <= MOST_CATEGORIES else AttributeKind.MANY


def amounts_of(frame: pd.DataFrame, code: str) -> pd.Series:
    """A column as numbers; what is none is missing."""
    return pd.to_numeric(frame[code], errors="coerce").astype(float)


def days_of(values: pd.Series) -> pd.Series:
    """Texts as days; what is none is missing. Each text is read once."""
    texts = values.dropna().astype(str)
    read = {text: _day(text) for text in texts.unique()}
    return pd.to_datetime(values.astype(object).map(lambda text: read.get(str(text)) if pd.notna(text) else None))


def _day(text: str) -> pd.Timestamp | None:
    try:
        return pd.Timestamp(plain_day(text)) if any(sign in text for sign in "-/.年") or len(text) == 8 else None
    except (Unreadable, ValueError):
        return None


_YEAR = r"(?P<year>20\d\d)"
_PERIODS = (
    rf"{_YEAR}[-_年]?(?P<month>0[1-9]|1[0-2])月?", rf"{_YEAR}[-_年](?P<short>[1-9])月?",
    rf"{_YEAR}[-_年]?(?:第?(?P<quarter>[1-4一二三四])季度?|[Qq](?P<q>[1-4]))", rf"{_YEAR}年?度?",
)  # fmt: skip
_TIMED = [
    re.compile(form) for each in _PERIODS for form in (rf"{each}[-_]?(?P<base>\D.*)", rf"(?P<base>.*\D)[-_]?{each}")
]


def base_and_period(name: str) -> tuple[str, str]:
    """A name without its period, and the period: 用电量2026-01, 2026年1月用电量, 电费_2026Q1, 2025年电费.

    A name without a period is its own base, with an empty period.
    """
    for pattern in _TIMED:
        if found := pattern.fullmatch(name):
            groups = found.groupdict()
            base = groups["base"].strip("-_")
            if any(each.isalpha() for each in base):
                return base, _period(groups)
    return name, ""


def _period(groups: Mapping[str, str | None]) -> str:
    month = groups.get("month") or groups.get("short")
    quarter = groups.get("quarter") or groups.get("q")
    if month:
        return f"{groups['year']}-{int(month):02}"
    return (
        f"{groups['year']}-Q{'0一二三四'.find(quarter) if quarter in '一二三四' else quarter}"
        if quarter
        else str(groups["year"])
    )


def bands(values: pd.Series, most: int = 5) -> pd.Series:
    """Numbers in at most so many bands of about the same number of files, in order; the words are their limits.

    A whole number of few values stays as it is.
    """
    known = values.dropna()
    if known.nunique() <= most:
        few = [str(_short(each)) for each in sorted(known.unique())]
        return pd.Series(pd.Categorical(values.map(_short), few, ordered=True), index=values.index)
    edges = np.unique([_rounded(float(each)) for each in np.quantile(known, np.linspace(0, 1, most + 1)[1:-1])])
    edges = edges[(edges > known.min()) & (edges <= known.max())]
    between = [f"{_short(a)} – {_short(b)}" for a, b in pairwise(edges)]
    labels = [f"< {_short(edges[0])}", *between, f"≥ {_short(edges[-1])}"] if len(edges) else ["="]
    cut = np.searchsorted(edges, values.to_numpy(), side="right")
    codes = np.where(values.notna(), cut, -1).astype(np.int64)
    return pd.Series(pd.Categorical.from_codes(codes, pd.Index(labels), ordered=True), index=values.index)


def _rounded(edge: float) -> float:
    return float(f"{edge:.2g}")


def _short(number: float) -> str | float:
    return f"{number:,.10g}" if pd.notna(number) else np.nan
