"""Crosstabs as an Excel workbook, with letters, bases and the notes that a reader needs to trust them."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from analysis.differences.banners import TOTAL, BannerTable
from analysis.estimates import Estimate
from analysis.sampling.clustered_figures import LEAST_CLUSTERS
from analysis.sampling.sample_size import answers_to_detect_shares
from surveys.localisation.language import in_words
from surveys.localisation.wording import DEFAULT_LANGUAGE, Message, Series, saying
from surveys.tables.cells import harmless, xlsx_escaped

_WORDS = {
    "total": saying("合计"),
    "n": saying("样本量 n"),
    "effective_n": saying("有效样本量"),
    "column": saying("列"),
    "sheet": saying("交叉表"),
    "intervals": saying("区间"),
}


def crosstab_workbook(
    tables: Mapping[str, BannerTable],
    rows: Mapping[str, Mapping[str, str]],
    *,
    scope: str = "",
    language: str = DEFAULT_LANGUAGE,
) -> bytes:
    """One block per question on a sheet of shares with letters, and the intervals on a second sheet.

    *tables*: title of the question → its table; *rows*: title → code of an answer → its words; *scope*: whose answers,
    of when, for the first line of both sheets.
    """
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    shares = workbook.create_sheet(in_words(_WORDS["sheet"], language))
    intervals = workbook.create_sheet(in_words(_WORDS["intervals"], language))
    for sheet in (shares, intervals):
        if scope:
            _row(sheet, [scope])
    for title, table in tables.items():
        _shares(shares, title, table, rows.get(title, {}), language)
        _intervals(intervals, title, table, rows.get(title, {}), language)
    for sheet in (shares, intervals):
        sheet.column_dimensions["A"].width = 32
        sheet.freeze_panes = "B1"
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def _shares(sheet: Worksheet, title: str, table: BannerTable, names: Mapping[str, str], language: str) -> None:
    _heading(sheet, title, table, language)
    for code, cells in table.cells.iterrows():
        values = [_share(each) for each in cells]
        _row(sheet, [names.get(str(code), str(code)), *values], number_format="0.0%")
        _row(sheet, ["", *table.letters.loc[[code]].to_numpy()[0].tolist()], letters=True)
    _row(sheet, [in_words(_WORDS["n"], language), *table.n.tolist()])
    if table.weighted or table.clusters is not None:
        _row(sheet, [in_words(_WORDS["effective_n"], language), *table.effective_n.tolist()], number_format="0.0")
    for note in notes(table):
        _row(sheet, [in_words(note, language)])
    sheet.append([])


def _intervals(sheet: Worksheet, title: str, table: BannerTable, names: Mapping[str, str], language: str) -> None:
    _heading(sheet, title, table, language)
    for code, cells in table.cells.iterrows():
        spans = [f"{each.low:.1%} – {each.high:.1%}" if each.ok else "—" for each in cells]
        _row(sheet, [names.get(str(code), str(code)), *spans])
    sheet.append([])


def notes(table: BannerTable) -> list[Message]:
    """How the letters are to be read."""
    of_clusters = [] if table.clusters is None else _of_clusters(table.clusters)
    weighted = saying("占比已加权，检验按有效样本量。") if table.weighted else saying("未加权。")
    return [
        saying(
            "字母：该格显著高于所标的列；大写 {strict:.0%}，小写 {loose:.0%}，双侧合并 z 检验，"
            "同一行内按列的对数作 Bonferroni 校正，重叠的列已计入。",
            strict=1 - table.strict, loose=1 - table.loose,
        ),
        saying(
            "—：该列有效样本不足 {minimum}，不比较。{weighted}差异不说明因果。",
            minimum=table.minimum, weighted=weighted,
        ),
        _silence(table),
        *of_clusters,
    ]  # fmt: skip


def _silence(table: BannerTable) -> Message:
    """What a cell without letters is worth."""
    compared = int((table.letters.drop(columns=TOTAL) != "—").all(axis=0).sum())
    pairs = max(compared * (compared - 1) // 2, 1)
    needed = answers_to_detect_shares(0.5, 0.6, alpha=table.strict / pairs)
    return saying("没有字母不等于没有差别：要看出 10 个百分点，每列约需 {needed} 份。", needed=needed)


def _of_clusters(clusters: pd.Series) -> list[Message]:
    """What clusters make of intervals and letters, and of which columns they are too few to tell."""
    names = clusters.index[(clusters < LEAST_CLUSTERS) & (clusters.index != TOTAL)]
    few = Series(tuple(str(name).split(" · ", 1)[-1] for name in names))
    told = saying("区间和字母按独立作答的单位算；只来自一个单位的列和别的列分不开，不比较。")
    if not few.parts:
        return [told]
    short = "这些列的答卷来自不足 {least} 个单位，区间可能偏窄：{names}。"
    return [told, saying(short, least=LEAST_CLUSTERS, names=few)]


def _heading(sheet: Worksheet, title: str, table: BannerTable, language: str) -> None:
    _row(sheet, [title], bold=True)
    total = in_words(_WORDS["total"], language)
    _row(sheet, ["", *[total if name == TOTAL else name for name in table.cells.columns]], bold=True)
    _row(sheet, [in_words(_WORDS["column"], language), *table.heads.tolist()], letters=True)


def _row(
    sheet: Worksheet, values: list[object], *, bold: bool = False, letters: bool = False, number_format: str = ""
) -> None:
    sheet.append([harmless(xlsx_escaped(value)) if isinstance(value, str) else value for value in values])
    for cell in sheet[sheet.max_row]:
        if isinstance(cell.value, str):
            cell.data_type = "s"  # words are words, not a formula
        elif number_format:
            cell.number_format = number_format
        cell.font = Font(bold=bold)
        if letters and cell.column > 1:
            cell.alignment = Alignment(horizontal="right")


def _share(estimate: Estimate) -> float | str:
    return estimate.value if estimate.value is not None else "—"
