"""Before an anonymous survey is published: which facts would tell who answered, and what may be kept instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from surveys.console.design.builder import desk
from surveys.console.design.builder.fields import words_in
from surveys.console.kit import look
from surveys.console.kit.words import _, join_names, said
from surveys.definition.context.coarsening import FITTING
from surveys.definition.context.fields import Coarse, ContextType
from surveys.definition.survey import Survey
from surveys.editing import Draft, change_fact
from surveys.localisation.language import marked
from surveys.localisation.wording import DEFAULT_LANGUAGE

_WORDS = {Coarse.MONTH: marked("只记月份"), Coarse.QUARTER: marked("只记季度"), Coarse.BAND: marked("只记所在的分段")}
_KEPT = {Coarse.MONTH: marked("月份"), Coarse.QUARTER: marked("季度"), Coarse.BAND: marked("分段")}


def offer(draft: Draft) -> None:
    """For each fact of an anonymous draft whose values are near unique a way to keep less, or none of it."""
    if not draft.data.get("anonymous"):
        return
    for fact in draft.data.get("context") or ():
        if not fact.get("personal") and not fact.get("coarse"):
            _offer_for(fact)


def _offer_for(fact: Mapping[str, Any]) -> None:
    kind = ContextType(fact.get("type") or ContextType.TEXT)
    ways = [each for each in FITTING.get(kind, ()) if each is not Coarse.BAND or fact.get("bands")]
    if kind not in FITTING:
        return
    code = str(fact["code"])
    with st.container(border=True, key=f"coarsen-{code}"):
        name = words_in(fact.get("label"), DEFAULT_LANGUAGE)
        st.markdown(look.as_written(_("匿名问卷不能原样记下“{name}”：几乎每份都不同，会认出是谁。").format(name=name)))
        if not ways:
            look.soft(_("先在“随答信息”里写上分段的起点，就可以只记所在的分段。"))
        with st.container(horizontal=True):
            for way in ways:
                st.button(_(_WORDS[way]), key=f"coarsen {code} {way}", on_click=desk.take,
                          args=(change_fact, code, "coarse", way.value))  # fmt: skip


def told(survey: Survey) -> None:
    """What an anonymous survey keeps coarsely, said before it is published."""
    kept: Sequence[str] = [
        _("{name}（{what}）").format(name=said(fact.label), what=_(_KEPT[fact.coarse]))
        for fact in survey.context if fact.coarse is not None
    ]  # fmt: skip
    if kept:
        look.soft(_("这些随答信息只粗略记下，原值不保存：{names}").format(names=join_names(kept)))
