"""How the copies stand, in a table for those who run an installation."""

from __future__ import annotations

from datetime import timedelta

from analysis.columns.answers import ColumnarAnswers
from analysis.columns.copies import Copies, Copy
from analysis.columns.source import Slice
from surveys.localisation.clock import zone


def standing(copies: Copies, *, rebuild: bool) -> str:
    """One line per survey: code, answers, files, megabytes, and as of when; after it was brought up to date."""
    copies.remove_others()
    codes = copies.surveys()
    found = [(code, copies.rebuilt(code) if rebuild else copies.current(code, timedelta(0))) for code in codes]
    source = ColumnarAnswers(copies, age=timedelta.max)
    amounts = {code: int(source.counts(Slice(code), [])["n"].sum()) for code in codes}
    lines = [f"列式副本在 {copies.root}", *(_line(code, copy, amounts[code]) for code, copy in found)]
    return "\n".join(lines)


def _line(code: str, copy: Copy, amount: int) -> str:
    files = set(copy.manifest.files())
    size = sum((copy.folder / name).stat().st_size for name in files) / 1e6
    moment = f"{copy.at.astimezone(zone()):%Y-%m-%d %H:%M}"
    return f"{code}\t{amount} 份答卷\t{len(files)} 个文件\t{size:.1f} MB\t截至 {moment}"
