"""The rows of the survey sheet, nested as their groups are."""

from __future__ import annotations

from dataclasses import dataclass, field

from surveys.exchange.definitions.drafts import ImportedDraft, Settings
from surveys.exchange.definitions.losses import NEVER_SHOWN, Met
from surveys.exchange.definitions.xlsform.sheets import Languages, Sheets
from surveys.exchange.definitions.xlsform.types import (
    ALIASES,
)
from surveys.localisation.language import marked
from surveys.localisation.wording import saying

GROUPS = ("begin_group", "begin_repeat")


@dataclass
class Node:
    """A row, and the rows inside it when it begins a group."""

    number: int
    row: Met
    kind: str
    list_name: str = ""
    or_other: bool = False
    children: list[Node] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.row.text("name") or f"row_{self.number}"


@dataclass
class XlsFormRows:
    """What the readers of rows share."""

    draft: ImportedDraft
    languages: Languages
    lists: dict[str, list[Settings]]
    columns: dict[str, list[dict[str, str]]] = field(default_factory=dict)  # of each option, by list: what filters ask


def tree_of(form: XlsFormRows, sheets: Sheets) -> list[Node]:
    """The rows, nested as their groups are."""
    top: list[Node] = []
    open_groups: list[Node] = []
    for number, cells in sheets.survey:
        node = _node(form, number, cells)
        inside = open_groups[-1].children if open_groups else top
        if node.kind in ("end_group", "end_repeat"):
            node.row.skip("name")
            if open_groups:
                open_groups.pop()
            else:
                form.draft.lose(node.row.place, marked("没有开头的分组结尾"))
            continue
        if not node.kind:
            continue
        inside.append(node)
        if node.kind in GROUPS:
            open_groups.append(node)
    for group in open_groups:
        form.draft.lose(group.row.place, marked("分组没有结尾"), marked("到表末为止"))
    return top


def _node(form: XlsFormRows, number: int, cells: dict[str, str]) -> Node:
    name = cells.get("name", "")
    row = form.draft.meet(
        cells,
        saying(marked("survey 表第 {number} 行（{name}）"), number=number, name=name)
        if name
        else saying(marked("survey 表第 {number} 行"), number=number),
    )
    disabled = row.flag("disabled")
    words = (row.text("type") or "").split()
    for length in (5, 4, 3, 2, 1):
        alias = ALIASES.get(" ".join(words[:length]).lower())
        if alias and len(words) >= length:
            words = [alias, *words[length:]]
            break
    if not words:
        row.drop(marked("没有写明题型的一行"))
        return Node(number, row, "")
    if disabled:
        row.drop(marked("停用的一行"), NEVER_SHOWN)
        return Node(number, row, "")
    kind = words[0] if words[0] in {"dateTime"} else words[0].lower()
    return Node(number, row, kind, words[1] if len(words) > 1 else "", words[2:3] == ["or_other"])
