"""Children: a section before the first question that asks whether one is 14, and a parent's consent where not.

They are ordinary questions, so that every door (form, tablet, phone, paper, other systems) asks and refuses alike, and
translations, exports and versions know them. Asked is whether one is 14, not when one was born: no more than is needed.
"""

from __future__ import annotations

from surveys.editing.defaults import text
from surveys.editing.draft import Draft, fresh
from surveys.editing.sections import delete_section
from surveys.localisation.language import marked
from surveys.localisation.wording import Message

AGE = 14  # below it the law wants the consent of a parent or guardian
GUARDIAN = "guardian"
_UNDER = "under"
_TO_AGREE = (
    "未满 14 周岁的，请由父母或其他监护人阅读并同意", "Under 14: a parent or guardian is to read this and agree"
)  # fmt: skip
_AGREED = (
    "我是孩子的父母或监护人，知道这些信息怎样使用，同意孩子填写",
    "I am the child's parent or guardian, know how this information is used, and agree that the child answers",
)


def asks_guardian(draft: Draft) -> bool:
    """Whether a parent's consent is asked for."""
    return _place(draft) is not None


def ask_guardian(draft: Draft) -> Draft:
    """With the two questions before all others; a child whose parent does not agree can't send the form."""
    if asks_guardian(draft):
        return draft
    data, languages = draft.copied(), draft.languages()
    taken = {str(q["code"]) for section in data.get("sections") or () for q in section.get("questions") or ()}
    age, consent = fresh("age_14", taken), fresh("guardian_consent", taken)
    asked = {
        "type": "single_choice", "code": age, "required": True,
        "title": text(("填写的人满 14 周岁了吗？", "Is the person who answers 14 or older?"), languages),
        "options": [
            {"code": "over", "label": text(("已满 14 周岁", "14 or older"), languages)},
            {"code": _UNDER, "label": text(("未满 14 周岁", "Under 14"), languages)},
        ],
    }  # fmt: skip
    agreed = {
        "type": "consent", "code": consent, "required": True, "show_if": {"item": age, "value": _UNDER},
        "title": text(_TO_AGREE, languages), "agreement": text(_AGREED, languages),
    }  # fmt: skip
    title = text(("填写之前", "Before you begin"), languages)
    data.setdefault("sections", []).insert(0, {"code": GUARDIAN, "title": title, "questions": [asked, agreed]})
    return draft.after(data, Message(marked("先问是否满 14 周岁，未满的须监护人同意")))


def leave_guardian_out(draft: Draft) -> Draft:
    """Without these questions."""
    place = _place(draft)
    return draft if place is None else delete_section(draft, place)


def _place(draft: Draft) -> int | None:
    return next((n for n, each in enumerate(draft.sections()) if each.get("code") == GUARDIAN), None)
