"""Comments alike in meaning: groups named by their terms, and a search by what is meant; by letters if need be."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st
from markupsafe import Markup, escape

from analysis.caching.shared_results import SharedResults
from analysis.comments.alike import compared_texts
from analysis.pages.comments.quotes import SHEET, THEIRS, quote
from analysis.released.parts import Comments
from analysis.released.released_answers import ReleasedAnswers
from analysis.text.meaning.encoders import Encoder, EncoderUnusable, Vectors, encoder_in_use
from analysis.text.meaning.known_vectors import VECTORS
from analysis.text.meaning.likeness import LikeGroup, groups, nearest
from surveys.console.kit import look, session
from surveys.console.kit.words import _, join_names, reason
from surveys.permissions import Action

_LEAST = 10
_GROUPS = SharedResults(24)
_SEARCH = "words meant"
Shown = Callable[[str], str]


def draw(view: ReleasedAnswers, shown: Shown) -> None:
    """Nothing where there is little to compare; else groups and search, as soon as the comments are encoded."""
    texts = view.ask(compared_texts, Comments())
    if len(texts) < _LEAST:
        return
    with st.expander(_("意思相近的留言"), icon=":material/hub:"):
        try:
            encoder = encoder_in_use()
        except EncoderUnusable as problem:
            st.warning(look.as_written(reason(problem)))
            return
        if not encoder.by_meaning:
            look.soft(_("没有安装句子编码器（可选的 meaning 组件），下面只按字面相近来找。"))
            VECTORS.encode(encoder, texts)
        vectors = VECTORS.of(encoder, texts)
        if vectors is None:
            _encoding(encoder, texts)
        else:
            _search(encoder, texts, vectors, shown)
            _groups(view.key, encoder, texts, vectors, shown)


def _encoding(encoder: Encoder, texts: Sequence[str]) -> None:
    """Encoding takes minutes: it begins when somebody wants it, and goes on behind the page."""
    if VECTORS.busy:
        session.fragment(Action.VIEW_RESULTS, 2)(_progress)(encoder, texts)
        return
    words = _("用 {encoder} 比较 {count} 条留言，在后台进行，约需几十秒到几分钟；不离开本机。")
    look.soft(words.format(encoder=encoder.name, count=len(texts)))
    if st.button(_("开始比较"), key="compare meanings"):
        VECTORS.begin(encoder, texts)
        st.rerun()


def _progress(encoder: Encoder, texts: Sequence[str]) -> None:
    if not VECTORS.busy:
        st.rerun()
    st.progress(VECTORS.share_known(encoder, texts), text=_("正在比较留言…"))


def _search(encoder: Encoder, texts: Sequence[str], vectors: Vectors, shown: Shown) -> None:
    words = st.text_input(_("找意思相近的"), key=_SEARCH, max_chars=200, placeholder=_("写一句话后回车，如：来得太晚"))
    found = nearest(words, encoder, vectors)
    if words.strip() and not found:
        look.soft(_("没有相近的留言。"))
    if found:
        st.html(SHEET + "".join(quote(shown(texts[each.place]), []) for each in found))


def _groups(key: str, encoder: Encoder, texts: Sequence[str], vectors: Vectors, shown: Shown) -> None:
    made: list[LikeGroup] = _GROUPS.get((key, encoder.name), lambda: groups(texts, vectors))
    if not made:
        look.soft(_("留言还不够多，分不出成规模的组。"))
        return
    covered = sum(len(each.places) for each in made)
    look.soft(_("比较了 {n} 条，{covered} 条归入 {groups} 组；组名是组里特有的词。").format(
        n=len(texts), covered=covered, groups=len(made)
    ))  # fmt: skip
    for number, group in enumerate(made):
        named = THEIRS.format(join_names(group.terms))
        head = escape(_("{terms}（{count} 条）")).format(terms=named, count=len(group.places))
        st.html(Markup("<b>{}</b>").format(head))
        for place in group.examples:
            st.html(SHEET + quote(shown(texts[place]), []))
        st.button(_("找更多相近的"), key=f"alike {number}", type="tertiary", on_click=_look_for,
                  args=(texts[group.examples[0]],))  # fmt: skip


def _look_for(text: str) -> None:
    st.session_state[_SEARCH] = text[:200]
