"""What nobody is to be asked: what a file hides is left out, and what lost its condition is no longer required."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from surveys.exchange.definitions.drafts import DraftQuestion, DraftSection, ImportedDraft, Pending, Settings
from surveys.exchange.definitions.expressions import Constant, condition_in
from surveys.exchange.definitions.grammar import Untranslatable
from surveys.exchange.definitions.losses import NEVER_SHOWN, quote_value
from surveys.localisation.language import marked
from surveys.localisation.wording import saying

PARTS = ("options", "rows", "choices")


def leave_out_unseen(draft: ImportedDraft) -> None:
    """Take out sections, questions, options and rows that are never shown, and the names that led to them."""
    unseen = {id(settings) for settings in draft.hidden}
    unseen |= {id(each.settings) for each in draft.pending if each.key == "show_if" and _never(draft, each)}
    if not unseen:
        return
    gone = {id(settings): settings for settings in _take_out(draft, unseen)}
    codes = {settings["code"] for settings in gone.values() if settings.get("code")}
    draft.targets = {
        name: target for name, target in draft.targets.items() if target.field.partition(".")[0] not in codes
    }
    draft.pending = [each for each in draft.pending if id(each.settings) not in gone]


def _never(draft: ImportedDraft, pending: Pending) -> bool:
    """Whether one of the expressions can't hold whatever is answered."""
    for expression in pending.expressions:
        try:
            condition_in(expression, draft.dialect, draft.target)
        except Constant as constant:
            if not constant.holds:
                return True
        except Untranslatable:
            continue
    return False


def _take_out(draft: ImportedDraft, unseen: Collection[int]) -> Iterator[Settings]:
    for section in draft.sections:
        whole = id(section.settings) in unseen
        left = [each for each in section.questions if not whole and id(each.settings) not in unseen]
        for question in section.questions:
            if question not in left:
                _lose(draft, question)
                yield question.settings
                yield from parts(question.settings)
        section.questions = left
        for question in left:
            yield from _take_out_parts(draft, question, unseen)
    draft.sections = [each for each in draft.sections if id(each.settings) not in unseen]


def _lose(draft: ImportedDraft, question: DraftQuestion) -> None:
    title = question.settings.get("title")
    words = next(iter(title.values()), "") if isinstance(title, dict) else title
    draft.lose(question.place, saying(marked("题目“{title}”"), title=quote_value(words or "")), NEVER_SHOWN)


def _take_out_parts(draft: ImportedDraft, question: DraftQuestion, unseen: Collection[int]) -> Iterator[Settings]:
    for setting in PARTS:
        listed = question.settings.get(setting) or []
        gone = [part for part in listed if id(part) in unseen]
        if gone and len(gone) < len(listed):
            question.settings[setting] = [part for part in listed if id(part) not in unseen]
            names = "、".join(str(part["code"]) for part in gone)
            draft.lose(question.place, saying(marked("选项或行“{names}”"), names=quote_value(names)), NEVER_SHOWN)
        yield from gone


def parts(settings: Settings) -> Iterator[Settings]:
    """The options and rows of a question."""
    for setting in PARTS:
        yield from settings.get(setting) or ()


def ask_less(section: DraftSection, unsure: Collection[int]) -> None:
    """Let nothing be required that may be shown to whom it doesn't concern."""
    for question in section.questions:
        concerned = (section.settings, question.settings, *parts(question.settings))
        if any(id(settings) in unsure for settings in concerned):
            question.settings["required"] = False
