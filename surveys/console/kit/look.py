"""What all pages share in looks: the sheet that clears away clutter, headings, empty states, links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import streamlit as st
from markupsafe import Markup

from surveys.console.kit import actions, downloads, drill_down
from surveys.console.kit.words import _

_PAGES = "console.pages"  # session key: the pages this account may open, by address
_SCOPE_PLACE = "console.scope place"  # session key: where the head of the page says whose answers it shows
_SAID = "console.said"  # by this name what was done is left for the next page

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SHEET = """
<style>
:root {--xs-primary: #0E6E6E; --xs-card: #fff; --xs-soft: #5A6B69; --xs-second: #3C4D4B; --xs-ink: #1D2B2A;
    --xs-edge: #C3CFCC; --xs-line: #E1E8E6; --xs-faint: #6F7D7B; --xs-tag: #E3ECEA; --xs-tag-ink: #24403E;
    --xs-bad: #FBE3DD; --xs-bad-ink: #8C2A14; --xs-good: #DDEFE3; --xs-good-ink: #1C5B35; --xs-wait: #F6EBD2;
    --xs-wait-ink: #6B4A06; --xs-complaint: #FBE0D8; --xs-praise: #DBEFE2; --xs-plain: #E9EDEC; --xs-chosen: #DCEBE9}
@media (prefers-color-scheme: dark) {
:root {--xs-primary: #6CC9C3; --xs-card: #1E2827; --xs-soft: #A3B3B0; --xs-second: #C2CFCC; --xs-ink: #E4ECEA;
    --xs-edge: #3A4847; --xs-line: #2C3837; --xs-faint: #93A3A0; --xs-tag: #2B3837; --xs-tag-ink: #CFE0DD;
    --xs-bad: #4A221A; --xs-bad-ink: #FFC9BB; --xs-good: #1D3B2A; --xs-good-ink: #BFE8CF; --xs-wait: #443415;
    --xs-wait-ink: #F3DDA6; --xs-complaint: #5A2A20; --xs-praise: #23492F; --xs-plain: #33403E; --xs-chosen: #24403E}
}
#MainMenu, footer, [data-testid="stStatusWidget"], [data-testid="stDecoration"], [data-testid="stAppDeployButton"],
[data-testid="stElementToolbar"], [data-testid="InputInstructions"], [data-testid="stHeaderActionElements"]
    {display: none !important}
[data-testid="stHeader"] {background: transparent; height: 3rem}
[data-testid="stMainBlockContainer"] {max-width: 72rem; padding: 2.25rem 2rem 4rem}
[data-testid="stSidebarUserContent"] {padding-bottom: 1.5rem}
/* An expander grows at once: while it unfolds bit by bit, what is pressed in it moves away under the finger. */
[data-testid="stExpander"] details {height: auto !important; overflow: visible !important}
[data-testid="stExpanderDetails"][inert] {display: none}
[data-testid="stHtml"] a {color: var(--xs-primary)}
[data-testid="stSidebarHeader"]::before {content: "{brand}"; font-size: 1.2rem; font-weight: 700; letter-spacing: .2em;
    color: var(--xs-primary); padding-left: .25rem}
[data-testid="stSidebarNavLink"]:focus-visible, [data-testid="stHtml"] a:focus-visible,
[data-testid="stPageLink-NavLink"]:focus-visible, [data-testid="stNavSectionHeader"]:focus-visible
    {outline: 3px solid var(--xs-primary) !important; outline-offset: -2px; border-radius: 6px;
    box-shadow: none !important}
h1 {font-size: 1.7rem !important; padding: 0 !important; letter-spacing: .02em}
h2 {font-size: 1.25rem !important; padding: .75rem 0 .25rem !important}
h3 {font-size: 1.05rem !important; padding: .25rem 0 !important}
.xs-help {position: fixed; top: .8rem; right: 1.25rem; z-index: 999991; font-size: .875rem}
.xs-who {font-size: .9rem; line-height: 1.7}
.xs-links {display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .95rem}
.xs-soft {color: var(--xs-soft); font-size: .875rem; line-height: 1.6}
.xs-empty {border: 1px dashed var(--xs-edge); border-radius: 8px; padding: 1.5rem 1.25rem; color: var(--xs-second);
    line-height: 1.8}
.xs-empty b {display: block; color: var(--xs-ink); font-size: 1.05rem}
.xs-tag {display: inline-block; border-radius: 999px; padding: .05rem .6rem; font-size: .8rem; line-height: 1.5;
    background: var(--xs-tag); color: var(--xs-tag-ink); white-space: nowrap}
.xs-tag.bad {background: var(--xs-bad); color: var(--xs-bad-ink)}
.xs-tag.good {background: var(--xs-good); color: var(--xs-good-ink)}
.xs-tag.wait {background: var(--xs-wait); color: var(--xs-wait-ink)}
.xs-wide {overflow-x: auto; margin: 0 0 .5rem}
.xs-table {border-collapse: collapse; width: 100%; font-size: .9rem; line-height: 1.5}
.xs-scope {font-size: .95rem; line-height: 1.6; font-weight: 600}
.xs-table caption {caption-side: top; text-align: left; color: var(--xs-soft); font-size: .78rem; padding: 0 0 .2rem}
[class*="st-key-take-"] {margin-top: -.9rem}
[class*="st-key-take-"] button {min-height: 1.6rem; padding: 0 .25rem}
[class*="st-key-take-"] button p {font-size: .8rem; color: var(--xs-soft)}
.xs-table th {text-align: left; font-weight: 600; color: var(--xs-soft); font-size: .82rem; white-space: nowrap}
.xs-table th, .xs-table td {padding: .45rem 1.5rem .45rem 0; border-bottom: 1px solid var(--xs-line);
    vertical-align: top}
.xs-table td.words {min-width: 5.2em}
.xs-table td.day {white-space: nowrap}
.xs-table td.number, .xs-table th.number {text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap}
.xs-lead {color: inherit !important; text-decoration: underline dotted; text-underline-offset: .2em}
.xs-lead:hover {color: var(--xs-primary) !important; text-decoration-style: solid}
.xs-written {white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.8}
.xs-code {display: block; width: 100%; max-width: 11rem; margin: auto}
@media (max-width: 640px) {
    [data-testid="stMainBlockContainer"] {padding: 2.75rem 1rem 3rem}
    h1 {font-size: 1.4rem !important}
}
@media print {[data-testid="stSidebar"], [data-testid="stHeader"], .xs-help {display: none}}
</style>
"""


def dress() -> None:
    """Lay the style sheet over Streamlit's own; once for each run of the console."""
    st.html(_SHEET.replace("{brand}", _("心声")))


def heading(title: str, purpose: str = "", *, files: str = "") -> None:
    """The head of a page: its name, what it is for in one line, and what was just done.

    *files*: what files taken from the page, and their lines in the audit trail, are called where the title is no name.
    """
    downloads.begin(files or title)
    st.title(title, anchor=False)
    st.session_state[_SCOPE_PLACE] = st.empty()
    if purpose:
        st.html(Markup('<div class="xs-soft">{}</div>').format(purpose))
    said = actions.left_for_once(_SAID)
    if said:
        st.success(as_written(said), icon=":material/check_circle:")


def scope(words: str) -> None:
    """Say in the head of the page whose answers, of when, it shows; every table and file from it says so too."""
    downloads.note_scope(words)
    place = st.session_state.get(_SCOPE_PLACE)
    if place is not None:
        place.html(Markup('<div class="xs-scope">{}</div>').format(words))


def as_written(words: str) -> str:
    """Words that people chose, such as a name, for a place that reads Markdown: nothing in them is markup."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!:$~|<>])", r"\\\1", words)


def done(message: str) -> None:
    """Draw the page anew and say there what was done."""
    say(message)
    st.rerun()


def say(message: str) -> None:
    """Say at the head of the page that is drawn next what was done, whatever breaks off the drawing at hand."""
    actions.whole(partial(actions.leave_for_once, _SAID, message))


def empty(title: str, what_to_do: str) -> None:
    """A calm place where there is nothing yet, with the next step."""
    st.html(Markup('<div class="xs-empty"><b>{}</b>{}</div>').format(title, what_to_do))


def soft(words: str) -> None:
    """A quiet remark."""
    st.html(Markup('<div class="xs-soft">{}</div>').format(words))


def written(words: str) -> None:
    """What someone wrote, in their own lines."""
    st.html(Markup('<div class="xs-written">{}</div>').format(words))


def tag(words: object, tone: str = "") -> Markup:
    """A small label; tone is good, bad, wait or plain."""
    return Markup('<span class="xs-tag {}">{}</span>').format(tone, words)


def table(
    headings: Sequence[str], rows: Iterable[Sequence[object]], *, taken: bool = True,
    when_taken: Callable[[str], None] | None = None,
) -> None:  # fmt: skip
    """A plain table. Cells are escaped unless they are Markup; numbers stand to the right.

    It can be taken along as a file, unless it is not *taken*: previews, lists of faults, and personal data, for which
    there are ways of their own that are written down. *when_taken* is told the kind of a file that somebody takes.
    """
    rows = [list(row) for row in rows]
    numeric = [bool(rows) and isinstance(downloads.bare(rows[0][i]), int | float) for i in range(len(headings))]
    head = Markup("").join(_cell("th", words, number) for words, number in zip(headings, numeric, strict=True))
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(Markup("").join(_cell("td", c, n) for c, n in zip(row, numeric, strict=True)))
        for row in rows
    )
    of = Markup("<caption>{}</caption>").format(downloads.scope()) if taken and downloads.scope() else Markup("")
    sheet = Markup('<div class="xs-wide"><table class="xs-table">{}<thead>{}</thead><tbody>{}</tbody></table></div>')
    st.html(sheet.format(of, Markup("<tr>{}</tr>").format(head), body))
    if taken and rows:
        downloads.offer_table(headings, rows, when_taken)


def links(*named: tuple[str, str], new_tab: bool = True) -> None:
    """Plain links (address, words) side by side, to pages that are not the console's."""
    target = "_blank" if new_tab else "_self"
    link = Markup('<a href="{}" target="{}" rel="noopener">{}</a>')
    drawn = [link.format(address, target, words) for address, words in named]
    st.html(Markup('<div class="xs-links">{}</div>').format(Markup("").join(drawn)), width="content")


def _cell(element: str, content: object, number: bool) -> Markup:
    cell = Markup('<{0} class="{1}">{2}</{0}>')
    kind = "words day" if _DAY.fullmatch(str(content)) else "words"  # a day is not broken into two lines
    return cell.format(element, "number" if number else kind, content)


def remember_pages(pages: Mapping[str, st.Page]) -> None:
    """Keep the pages of this run, so that `link_to` can name them by address."""
    st.session_state[_PAGES] = dict(pages)
    drill_down.remember(pages)


def link_to(path: str, label: str, **query: str) -> None:
    """A link to another page of the console; nothing where this account may not open it."""
    page = st.session_state.get(_PAGES, {}).get(path)
    if page is not None:
        st.page_link(page, label=label, query_params=query or None)
