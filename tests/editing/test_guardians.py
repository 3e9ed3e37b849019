"""Children: asked before the first question whether one is 14; below it nothing is kept without a parent's consent."""

from __future__ import annotations

import pytest

from surveys.definition.survey import Survey
from surveys.editing import ask_guardian, asks_guardian, draft_from, finish_draft, leave_guardian_out
from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.api.given import answers_to, entered_from
from surveys.web.api.problems import Problem
from tests.support.front_door import NOW, add_account, be, hidden, receipt, visiting

SURVEY = "power-visit"
ANSWERS = {"csat": "4", "nps": "9"}


@pytest.fixture
def for_children(store: Store, visit: Survey) -> Store:
    survey = finish_draft(ask_guardian(draft_from(visit)))
    store.surveys.save_draft(survey, "service", by="test")
    store.surveys.publish(SURVEY, by="test")
    return store


def kept(store: Store) -> list[dict[str, object]]:
    return [dict(each.answers) for chunk in store.responses.responses(SURVEY) for each in chunk]


def test_it_is_asked_first_once_and_can_be_left_out_again(visit: Survey) -> None:
    """In the languages of the survey, and it is an ordinary survey still."""
    draft = ask_guardian(draft_from(visit))
    assert asks_guardian(draft) and ask_guardian(draft) is draft
    first, *_ = finish_draft(draft).sections
    assert [each.code for each in first.questions] == ["age_14", "guardian_consent"]
    assert set(first.questions[0].title.root) == set(draft.languages()) & {"zh-Hans", "en"} | {"zh-Hans"}
    again = leave_guardian_out(draft)
    assert not asks_guardian(again) and finish_draft(again) == finish_draft(draft_from(visit))


@pytest.mark.parametrize("said, status", [
    ({"age_14": "over"}, 200), ({"age_14": "under"}, 422), ({}, 422),
    ({"age_14": "under", "guardian_consent": "yes"}, 200), ({"age_14": "under", "guardian_consent": "no"}, 422),
])  # fmt: skip
def test_the_form_keeps_nothing_of_a_child_without_consent(
    for_children: Store, said: dict[str, str], status: int
) -> None:
    with visiting(for_children) as browser:
        page = browser.get(f"/s/{SURVEY}").text
        assert page.index('name="age_14"') < page.index('name="csat"')
        brought_up = browser.post(f"/s/{SURVEY}", data={**hidden(page), **ANSWERS, **said})
        assert receipt(brought_up.text) if said.get("age_14") == "over" else 'name="age_14"' in brought_up.text
        sent = browser.post(f"/s/{SURVEY}", data={**hidden(brought_up.text), **ANSWERS, **said})
    assert said.get("age_14") == "over" or (sent.status_code == status and bool(receipt(sent.text)) is (status == 200))
    assert kept(for_children) == ([{**said, "csat": 4, "nps": 9}] if status == 200 else [])


def test_other_systems_hand_in_no_child_without_consent(for_children: Store) -> None:
    survey = for_children.surveys.get(SURVEY).survey
    for said, fits in (({"age_14": "under"}, False), ({"age_14": "under", "guardian_consent": "yes"}, True)):
        given = {"csat": 4, "nps": 9, **said}
        entered, faults = entered_from(survey, given)
        assert not faults
        if fits:
            assert answers_to(survey, entered, given)
        else:
            with pytest.raises(Problem):
                answers_to(survey, entered, given)


def test_a_sheet_of_a_child_without_consent_is_not_taken(for_children: Store) -> None:
    """Whoever types it in can say of other questions that they were left empty, but not of this one."""
    with visiting(for_children) as browser:
        be(browser, for_children, add_account(for_children, "clerk", Role.AGENT))
        page = browser.get(f"/typing/{SURVEY}").text
        fields = {**hidden(page), "_batch": "一", "_sheet": "1", "_day": NOW.date().isoformat(), "_tp": "repair-east",
                  "k.age_14": "2", "k.csat": "4", "k.nps": "9"}  # fmt: skip
        asked = browser.post(f"/typing/{SURVEY}", data=fields)
        left = browser.post(f"/typing/{SURVEY}", data=fields | hidden(asked.text) | {"_left": "1"})
        assert (asked.status_code, left.status_code) == (422, 422) and "请勾选以表示同意" in left.text
        assert kept(for_children) == []
        agreed = fields | hidden(left.text) | {"_left": "1", "k.guardian_consent": "1"}
        assert "已保存" in browser.post(f"/typing/{SURVEY}", data=agreed).text
    assert [each["guardian_consent"] for each in kept(for_children)] == ["yes"]
