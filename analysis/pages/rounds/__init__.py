"""Rounds on the pages of results: which one is looked at, what they are called, and what is to be known of them."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import address
from surveys.console.kit.words import _, said
from surveys.fieldwork.availability import local_time
from surveys.fieldwork.rounds import code_words
from surveys.localisation.clock import utc_now
from surveys.storage.records.surveys import SurveyRecord

ALL = "all"


def chosen_round(found: ReleasedAnswers) -> ReleasedAnswers:
    """The answers of the round in the address, set against the one before; all of them where none is chosen."""
    names = round_names(found)
    if not names:
        return found
    shown = {ALL: _("全部轮次")} | names

    def draw() -> str:
        return st.selectbox(_("轮次"), list(shown), format_func=shown.__getitem__, key="round", width=200)

    code = address.choice("round", shown, draw, ALL)
    return found if code == ALL else found.of_round(code, round_before(names, code))


def round_names(found: ReleasedAnswers) -> dict[str, str]:
    """What the rounds with answers in view are called, by code, the newest first."""
    kept = {each.code: each for each in found.record.opening.rounds.kept}
    begun = {code: f"{each.opens_at:%Y-%m-%d}" for code, each in kept.items() if each.opens_at}
    codes = sorted(found.rounds(), key=lambda code: (begun.get(code, code), code), reverse=True)
    return {code: said(kept[code].name if code in kept else code_words(code)) for code in codes}


def round_before(names: dict[str, str], code: str) -> str | None:
    """The round before this one, of those that have names; they stand the newest first."""
    codes = list(names)
    earlier = codes[codes.index(code) + 1 :]
    return earlier[0] if earlier else None


SOON = timedelta(days=3)  # a round that closes within it wants a look


def round_news(record: SurveyRecord) -> tuple[str, str] | None:
    """Tone and words of what is to be known of the a survey's rounds; None where the calendar cuts them."""
    rounds, now = record.opening.rounds, utc_now()
    if rounds.always_open:
        return None
    opened, coming = rounds.open_at(now), rounds.next_after(now)
    if opened is not None:
        words = _("“{name}”正在进行，{time} 结束。") if opened.ends_at else _("“{name}”正在进行。")
        ends = local_time(opened.ends_at) if opened.ends_at else ""
        soon = opened.ends_at is not None and opened.ends_at - now < SOON
        return "wait" if soon else "", words.format(name=said(opened.name), time=ends)
    if coming is not None and coming.opens_at is not None:
        return "", _("下一轮“{name}”{time} 开始。").format(name=said(coming.name), time=local_time(coming.opens_at))
    return "bad", _("上一轮已经结束，还没有安排下一轮，现在不能填写。")
