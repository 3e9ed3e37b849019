"""What keeps the draft from being published, and what is known to spoil answers; each leads to its question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import streamlit as st
from markupsafe import Markup

from surveys.console.design.builder import desk
from surveys.console.kit import look
from surveys.console.kit.words import _, language, said
from surveys.definition.consistency import Place
from surveys.definition.design_checks import Fault, faults, minutes
from surveys.definition.design_checks.untranslated import describe_gap
from surveys.definition.survey import Survey
from surveys.definition.translations import gaps
from surveys.editing import Draft, DraftProblem, NotReady, finish_draft


@dataclass(frozen=True)
class Check:
    """The survey if the draft is fit, else its problems; faults of design where they can be judged."""

    survey: Survey | None = None
    problems: Sequence[DraftProblem] = ()
    faults: Sequence[Fault] = field(default=())

    @property
    def minutes(self) -> str:
        """How long it takes, as people say it."""
        if self.survey is None:
            return _("改好后可估计时长")
        estimate = minutes(self.survey)
        return _("约 {minutes:g} 分钟").format(minutes=max(0.5, round(estimate * 2) / 2))

    def marked(self, draft: Draft) -> set[str]:
        """Codes of the questions that have a problem."""
        return {code for each in self.problems if (code := question_at(draft, each.place))}


def check_draft(draft: Draft) -> Check:
    """The check of a draft."""
    try:
        survey = finish_draft(draft)
    except NotReady as refusal:
        return Check(problems=refusal.problems)
    return Check(survey, faults=faults(survey))


def question_at(draft: Draft, place: Place) -> str | None:
    """The code of the question a place lies in."""
    if len(place) < 4 or place[0] != "sections" or place[2] != "questions":
        return None
    section, at = int(place[1]), int(place[3])
    return str(draft.data["sections"][section]["questions"][at].get("code"))


def panel(draft: Draft, check: Check) -> None:
    """All problems, then the warnings, then the hints."""
    hints = [each for each in check.faults if each.hint]
    warnings = [each for each in check.faults if not each.hint]
    _listed(
        _("必须改正"),
        "bad",
        ((each.place, said(each.where), each.in_language(language())) for each in check.problems),
        draft,
    )
    _listed(_("建议改进"), "wait", (_of_fault(each) for each in warnings), draft)
    if hints:
        with st.expander(_("还可以考虑（{count}）").format(count=len(hints))):
            _listed(_("提示"), "", (_of_fault(each) for each in hints), draft)
    if check.survey is not None and not check.faults:
        look.empty(_("没有发现问题"), _("可以发布了。"))


def _of_fault(fault: Fault) -> tuple[Place, str, str]:
    return fault.place, said(fault.where), _("{what}。{mend}。").format(what=said(fault.what), mend=said(fault.mend))


def _listed(label: str, tone: str, found: Iterable[tuple[Place, str, str]], draft: Draft) -> None:
    for number, (place, where, words) in enumerate(found):
        with st.container(horizontal=True, vertical_alignment="center", key=f"building check {label} {number}"):
            st.html(_line(label, tone, where, words))
            _jump(draft, place, f"building.check {label} {number}")


def _line(label: str, tone: str, where: str, words: str) -> Markup:
    return Markup('{} <b>{}</b><div class="xs-soft">{}</div>').format(look.tag(label, tone), where, words)


def _jump(draft: Draft, place: Place, key: str) -> None:
    """A button to what is to be mended: its question, its section, or the settings of the survey."""
    code = question_at(draft, place)
    if code is not None:
        st.button(_("去修改"), key=key, type="tertiary", on_click=_to_question, args=(code,))
    elif len(place) >= 2 and place[0] == "sections":
        st.button(_("去修改"), key=key, type="tertiary", on_click=_to_section, args=(int(place[1]),))


def lacking(survey: Survey) -> list[str]:
    """What each language of a survey lacks, for places where it is published without the builder."""
    return [said(describe_gap(survey, gap)) for gap in gaps(survey)]


def _to_question(code: str) -> None:
    desk.select(question=code)
    desk.show("questions")


def _to_section(section: int) -> None:
    desk.select(section=section)
    desk.show("questions")
