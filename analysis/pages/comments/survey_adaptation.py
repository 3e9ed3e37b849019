"""What the comments of a survey have taught the analysis: since when, from how many, which words; and learning anew."""

from __future__ import annotations

import streamlit as st

from analysis.comments.adaptation import learn_from, unlearn
from analysis.comments.organisation_analyser import analyser_of, usable
from analysis.released.released_answers import ReleasedAnswers
from analysis.text.learning.adaptation import LEAST_COMMENTS
from analysis.text.sentiment.adapted import AdaptedTable
from surveys.console.kit import concurrent_edits, look, session
from surveys.console.kit.words import _, join_names
from surveys.permissions import Action
from surveys.storage.records.comments import Adaptation

_SHOWN = 12
_BUTTON = "adapt survey"


def draw(found: ReleasedAnswers) -> None:
    """How it stands with this survey, and the two ways to change it."""
    record, store = found.record, session.store()
    kept = store.adaptations.of(record.code)
    look.soft(
        _(
            "有内容的留言满 {least} 条后，情感判断会自动适应这份问卷自己的说法，不需要标注；"
            "学到的内容随即固定下来，各轮次和各部门才可以相互比较。方面的褒贬不受影响。"
        ).format(least=LEAST_COMMENTS)
    )
    learned = usable(kept, analyser_of(store.organisation))
    if kept is not None and learned is not None:
        _learned(kept, AdaptedTable.from_bytes(learned), withheld=found.comments_withheld)
    else:
        _nothing_learned(kept)
    shown = concurrent_edits.last_shown(_BUTTON, kept)
    with st.container(horizontal=True):
        if st.button(_("重新学习"), icon=":material/school:", key=_BUTTON):
            by = session.acting(Action.TEACH_TEXT_MODEL).name
            with st.spinner(_("正在学习…")):
                done = learn_from(store, record, shown, by)
            look.done(_("已重新学习，留言正在重新分析。")) if done else st.warning(_not_done(found, shown))
        if learned is not None and st.button(_("不再适应这份问卷"), key="forget survey"):
            by = session.acting(Action.TEACH_TEXT_MODEL).name
            done = shown is not None and unlearn(store, shown, by)
            look.done(_("已改回通用的判断，留言正在重新分析。")) if done else st.warning(_not_done(found, shown))


def _learned(kept: Adaptation, table: AdaptedTable, *, withheld: bool) -> None:
    words = _("正在使用第 {number} 版：{day:%Y-%m-%d} 从 {count} 条留言学到，含 {grams} 个词语片段，都不是少数人独有。")
    st.markdown(words.format(number=kept.number, day=kept.learned_on, count=kept.comments, grams=len(table.own.keys)))
    if withheld:
        return
    praising, blaming = table.telling(_SHOWN)
    look.table(
        [_("在这份问卷里"), _("最能说明的片段")],
        [(_("偏正面"), join_names(praising)), (_("偏负面"), join_names(blaming))],
    )


def _nothing_learned(kept: Adaptation | None) -> None:
    if kept is None:
        look.empty(_("还没有适应"), _("有内容的留言还不够，现在按通用的权重判断。"))
    elif kept.learned is None:
        look.empty(_("没有使用"), _("有人选择不适应这份问卷，按通用的权重判断。"))
    else:
        look.empty(_("正在更新"), _("通用的权重换了新版本，会从留言重新学习。"))


def _not_done(found: ReleasedAnswers, shown: Adaptation | None) -> str:
    if session.store().adaptations.of(found.record.code) != shown:
        return _("刚才别人也改动了这里，请看过现在的情况再决定。")
    return _("有内容的留言不足 {least} 条，或都太相像，没有可学的。").format(least=LEAST_COMMENTS)
