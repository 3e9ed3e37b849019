"""Lessons that others have learned of something alike, offered where it is at hand."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from surveys.console.kit import drill_down, look, session
from surveys.console.kit.drill_down import Linked
from surveys.console.kit.words import _
from surveys.improvement.lessons import Lesson

MOST = 3
_OPENING = 80


def draw(words: Sequence[str], *, besides: str = "") -> None:
    """The signed lessons that share most with these *words*, folded away; none that is of *besides*, a case, itself."""
    alike = session.store().lessons.like(words)
    found = [each for each in alike if each.signed and (not besides or each.reference != besides)][:MOST]
    if not found:
        return
    with st.expander(_("类似的经验（{count}）").format(count=len(found)), icon=":material/lightbulb:"):
        rows = Markup("").join(_row(each) for each in found)
        st.html(Markup("<ul>{}</ul>").format(rows))


def _row(lesson: Lesson) -> Markup:
    address = drill_down.address_of("lessons", lesson=lesson.code)
    opening = lesson.helped if len(lesson.helped) <= _OPENING else f"{lesson.helped[:_OPENING]}…"
    return Markup('<li>{} <span class="xs-soft">{}</span></li>').format(Linked(lesson.title, address), opening)


def link_to_write(kind: str, about: str, **known: str) -> None:
    """A link to the form for a lesson from a case or a measure."""
    look.link_to("lessons", _("写成经验"), of=kind, about=about, **known)
