"""A report as one HTML file that stands alone and prints well: no script, nothing fetched, charts as vectors."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from analysis.charts.chart_files import as_svg
from analysis.reports.document import (
    Block,
    Cell,
    EstimateCell,
    Report,
    ReportChart,
    ReportList,
    ReportParagraph,
    ReportSection,
    ReportTable,
)
from analysis.reports.formats.readable import readable
from surveys.localisation.language import in_words
from surveys.localisation.wording import Message, saying

# What anybody wrote into a title or a comment stays text; and should it not, nothing runs and nothing is fetched.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_TABLE, _CHART = saying("表 {number}"), saying("图 {number}")


def as_web_page(report: Report) -> bytes:
    """The whole file, in UTF-8."""
    numbers = {"table": 0, "chart": 0}
    body = Markup("").join(_section(each, 2, numbers, report.language) for each in report.sections)
    facts = Markup("").join(Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(*map(readable, each))
                            for each in report.facts)  # fmt: skip
    page = _PAGE.format(
        language=report.language, policy=_POLICY, title=readable(report.title), sheet=_SHEET,
        scope=readable(report.scope), organisation=readable(report.organisation), facts=facts, body=body,
        kind="short" if report.short else "long",
    )  # fmt: skip
    return page.encode("utf-8")


def _section(section: ReportSection, level: int, numbers: dict[str, int], language: str) -> Markup:
    blocks = Markup("").join(_BLOCKS[type(each)](each, numbers, language) for each in section.blocks)
    below = Markup("").join(_section(each, min(level + 1, 6), numbers, language) for each in section.sections)
    heading = Markup("<h{0}>{1}</h{0}>").format(level, readable(section.title))
    return Markup('<section class="{}">{}{}{}</section>').format("apart" if section.apart else "", heading, blocks,
                                                                 below)  # fmt: skip


def _paragraph(block: ReportParagraph, numbers: dict[str, int], language: str) -> Markup:
    return Markup('<p class="{}">{}</p>').format(block.tone, readable(block.text))


def _list(block: ReportList, numbers: dict[str, int], language: str) -> Markup:
    return Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(readable(each))
                                                        for each in block.items))  # fmt: skip


def _table(block: ReportTable, numbers: dict[str, int], language: str) -> Markup:
    caption = _caption(_TABLE, "table", block.caption, numbers, language)
    heads = Markup("").join(Markup('<th scope="col">{}</th>').format(readable(each)) for each in block.headings)
    rows = Markup("").join(Markup("<tr>{}</tr>").format(_row(row)) for row in block.rows)
    note = Markup('<p class="soft">{}</p>').format(readable(block.note)) if block.note else Markup("")
    return Markup(
        '<div class="wide"><table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>{}'
    ).format(caption, heads, rows, note)


def _row(row: tuple[Cell, ...]) -> Markup:
    first = Markup('<th scope="row">{}</th>').format(_cell(row[0])) if row else Markup("")
    return first + Markup("").join(Markup("<td>{}</td>").format(_cell(each)) for each in row[1:])


def _cell(cell: Cell) -> Markup | str:
    if not isinstance(cell, EstimateCell):
        return readable(str(cell))
    if not cell.estimate.ok:
        return readable(cell.words)
    letters = Markup(" <b>{}</b>").format(cell.letters) if cell.letters else Markup("")
    return Markup('<span class="value">{}</span>{} <span class="range">{} · n={}</span>').format(
        cell.estimate.shown(), letters, cell.span, cell.estimate.n
    )


def _chart(block: ReportChart, numbers: dict[str, int], language: str) -> Markup:
    caption = _caption(_CHART, "chart", block.caption, numbers, language)
    picture = b64encode(as_svg(block.spec, "")).decode("ascii")
    return Markup(
        '<figure><img src="data:image/svg+xml;base64,{}" alt="{}"><figcaption>{}</figcaption></figure>'
    ).format(picture, readable(block.alternative), caption)


def _caption(words: Message, kind: str, caption: str, numbers: dict[str, int], language: str) -> str:
    numbers[kind] += 1
    return f"{in_words(saying(words.wording, number=numbers[kind]), language)}  {readable(caption)}"


_BLOCKS: Mapping[type[Block], Callable[[Any, dict[str, int], str], Markup]] = {
    ReportParagraph: _paragraph, ReportList: _list, ReportTable: _table, ReportChart: _chart,
}  # fmt: skip

_SHEET = Markup("""
:root {color-scheme: light; --ink: #233132; --soft: #5b6b6c; --line: #d9e2e1; --primary: #0e6e6e}
* {box-sizing: border-box}
body {margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem; color: var(--ink); background: #fff;
  font: 16px/1.65 'Noto Sans CJK SC', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', system-ui, sans-serif;
  overflow-wrap: anywhere}
h1 {font-size: 1.7rem; line-height: 1.3; margin: 0 0 .25rem}
h2 {font-size: 1.25rem; margin: 2rem 0 .5rem; padding-top: .6rem; border-top: 2px solid var(--primary)}
h3 {font-size: 1.05rem; margin: 1.4rem 0 .4rem} h4, h5, h6 {font-size: 1rem; margin: 1.1rem 0 .3rem}
p {margin: .4rem 0} .lead {font-size: 1.08rem; font-weight: 600} .soft, .range, header p {color: var(--soft)}
.soft {font-size: .88rem} .range {font-size: .82rem} .value {font-variant-numeric: tabular-nums; white-space: nowrap}
ul {margin: .4rem 0; padding-left: 1.3rem}
dl {display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .4rem 1.25rem; margin: 1rem 0 0}
dt {color: var(--soft); font-size: .82rem} dd {margin: 0}
.wide {overflow-x: auto; margin: .8rem 0} table {border-collapse: collapse; width: 100%; font-size: .9rem}
caption, figcaption {text-align: left; color: var(--soft); font-size: .85rem; padding: .25rem 0}
th, td {text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line);
  min-width: 4.5rem}
thead th {border-bottom: 2px solid var(--primary); font-weight: 600} tbody th {font-weight: 500}
figure {margin: 1rem 0} img {max-width: 100%; height: auto; display: block}
footer {margin-top: 2.5rem; color: var(--soft); font-size: .82rem}
@page {size: A4; margin: 16mm 15mm}
@media print {
  body {max-width: none; padding: 0; font-size: 10.5pt} .short {font-size: 9.5pt; line-height: 1.45}
  .wide {overflow: visible} thead {display: table-header-group} tr, figure, .lead {break-inside: avoid}
  h2, h3, h4, caption {break-after: avoid} .apart {break-before: page}
  .short h2 {margin: .7rem 0 .2rem; padding-top: .3rem} .short .wide, .short figure {margin: .4rem 0}
  .short img {max-height: 52mm}
}
""")

_PAGE = Markup("""<!doctype html>
<html lang="{language}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title><style>{sheet}</style></head>
<body class="{kind}"><header><p>{organisation}</p><h1>{title}</h1><p>{scope}</p><dl>{facts}</dl></header>
<main>{body}</main></body></html>
""")
