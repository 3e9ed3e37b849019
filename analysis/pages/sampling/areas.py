"""Levels of small areas, worked out from like people elsewhere and put together as the list of the invited is."""

from __future__ import annotations

from analysis.exploring import Item
from analysis.nonresponse.small_areas import small_areas
from analysis.pages.by_question import chosen_breakdown
from analysis.pages.figures import with_span
from analysis.pages.nonresponse.asked_list import file_breakdowns
from analysis.released.parts import Columns, SelectionInView
from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import look
from surveys.console.kit.words import _, said

_LEAST_AREAS = 3  # of fewer the spread of areas can't be told


def draw(view: ReleasedAnswers, items: dict[str, Item], selection: SelectionInView) -> None:
    """Nothing where nobody was invited by name, or files tell too little of them."""
    item, files = items.get(selection.overall or ""), file_breakdowns(view)
    if item is None or item.low is None or item.high is None or len(files) < 2:
        return
    many = {name: words for name, words in files.items() if len(view.values(name)) >= _LEAST_AREAS}
    if not many:
        return
    area = chosen_breakdown("area", many)
    columns = Columns((*files, item.column))
    found = view.ask_of_invited(small_areas, list(files), columns, item.column, area, item.low, item.high)
    if found is None:
        return
    look.soft(_("按名单推算各处：{item}").format(item=item.label))
    if found.refusal is not None:
        look.soft(said(found.refusal))
        return
    look.table(
        [files[area], _("名单人数"), _("答卷"), _("原始平均分"), _("推算的平均分（95% 区间）")],
        [
            (each.name, each.people, each.answers, "—" if each.plain is None else f"{each.plain:.2f}",
             with_span(each.level))
            for each in found.areas
        ],
    )  # fmt: skip
    look.soft(
        _(
            "先看各类人的评分（多层回归），再按名单上各处的人合起来（事后分层）：答卷少的地方借用相似的人的回答，"
            "没有答卷的地方也能推算，区间相应更宽。档案里没有的差别推算不出。"
        )
    )
