"""The list of surveys in the console: closing asks, times, copies, putting away, deleting; two people at one survey."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from surveys.definition.templates import template
from surveys.editing.copies import copy_survey
from surveys.fieldwork.availability import Times
from surveys.localisation.clock import ZONE, utc_now
from surveys.localisation.wording import Text
from surveys.permissions import Role
from surveys.storage import Store
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, words, words_of_errors
from tests.fieldwork.test_openness import invited
from tests.support.front_door import NOW, publish

__all__ = ["open_page"]  # a fixture

pytestmark = pytest.mark.dated

CODE = "power-visit"


def warnings_of(app: AppTest) -> str:
    return "\n".join(each.value for each in app.warning)


def surveys_page(store: Store, open_page: Open, name: str = "maker") -> AppTest:
    return open_page(add_accounts(store), name, "surveys")


# Closing


def test_closing_asks_with_what_it_stops(published: Store, open_page: Open) -> None:
    """Answers kept, campaigns that stop; nothing happens before the second press."""
    published.responses.append([submission(1), submission(2)])
    invited(published)
    app = surveys_page(published, open_page)
    shown = words(app)
    assert "2 份，都保留" in shown and "1 个，不再发消息" in shown
    assert published.surveys.get(CODE).live
    app.button(key=f"close {CODE}").click().run()
    record = published.surveys.get(CODE)
    assert record.closed and not record.live and published.responses.amount(CODE) == 2
    assert "60 分钟内提交" in words(app)
    end = record.opening.times.closes_at
    assert end is not None and record.opening.closed_at is None
    assert record.opening.takes(end + timedelta(minutes=59), end - timedelta(seconds=1))


def test_closing_at_once_is_a_choice(published: Store, open_page: Open) -> None:
    app = surveys_page(published, open_page)
    app.checkbox(key=f"at once {CODE}").check().run()
    app.button(key=f"close {CODE}").click().run()
    assert published.surveys.get(CODE).opening.closed_at is not None


def test_the_second_to_close_or_open_is_told(published: Store, open_page: Open) -> None:
    """Somebody has published a newer version meanwhile: it is not closed unseen; pressing again, knowing it, does."""
    app = surveys_page(published, open_page)
    newer = published.surveys.get(CODE).survey.model_copy(update={"title": Text.model_validate("新名")})
    published.surveys.save_draft(newer, "service", by="boss")
    published.surveys.publish(CODE, by="boss")
    app.button(key=f"close {CODE}").click().run()
    assert "没有改动" in words_of_errors(app) and published.surveys.get(CODE).live
    app.button(key=f"close {CODE}").click().run()
    assert published.surveys.get(CODE).closed


def test_opening_again_says_what_is_untranslated(published: Store, open_page: Open) -> None:
    """The same words as at publishing, and so does publishing a draft from the list; nothing is published by that."""
    survey = template("power-visit")
    half = survey.model_copy(update={"title": Text.model_validate("只有中文"), "code": "half"})
    published.surveys.save_draft(half, None, by="test")
    app = surveys_page(published, open_page)
    assert "English 缺" in warnings_of(app) and not published.surveys.get("half").live
    app.button(key="publish half").click().run()
    assert published.surveys.get("half").live and "English 缺" not in warnings_of(app)
    published.surveys.close("half", by="test")
    assert "English 缺" in warnings_of(app.run())
    app.button(key="publish half").click().run()
    assert published.surveys.get("half").live


def test_opening_again_says_what_a_translation_did_not_follow(published: Store, open_page: Open) -> None:
    survey = published.surveys.get(CODE).survey
    root = survey.title.root
    changed = survey.model_copy(update={"title": Text.model_validate({**root, "zh-Hans": "换了说法"})})
    published.surveys.save_draft(changed, "service", by="test")
    published.surveys.publish(CODE, by="test")
    published.surveys.close(CODE, by="test")
    assert "没有跟着原文改" in warnings_of(surveys_page(published, open_page))


# Times


def set_times(app: AppTest, opens: date | None = None, closes: date | None = None) -> None:
    """Enter days into the fields of the times and save."""
    for name, day in (("opens", opens), ("closes", closes)):
        if day is not None:
            next(each for each in app.date_input if str(each.key).startswith(f"{name} {CODE}")).set_value(day)
    app.button(key=f"times {CODE}").click().run()


def test_opening_times_are_set_in_local_time(published: Store, open_page: Open) -> None:
    """Days and hours as people here write them; the list says so, and the audit trail."""
    app = surveys_page(published, open_page)
    first, last = (utc_now().astimezone(ZONE).date() + timedelta(days=days) for days in (3, 9))
    set_times(app, first, last)
    assert not words_of_errors(app), words_of_errors(app)
    opening = published.surveys.get(CODE).opening
    assert opening.times == Times(datetime.combine(first, time(8), ZONE), datetime.combine(last, time(18), ZONE))
    shown = words(app)
    assert "未到开放时间" in shown and f"{first} 08:00 开放" in shown and f"{last} 18:00 截止" in shown
    assert published.accounts.audit()[0].action == "set opening times"


def test_times_that_can_t_be_are_refused(published: Store, open_page: Open) -> None:
    app = surveys_page(published, open_page)
    today = utc_now().astimezone(ZONE).date()
    set_times(app, closes=today - timedelta(days=1))
    assert "已经过去" in words_of_errors(app)
    set_times(app, today + timedelta(days=9), today + timedelta(days=3))
    assert "截止时间要晚于开放时间" in words_of_errors(app)
    assert published.surveys.get(CODE).opening.times == Times()


def test_times_saved_unchanged_stay_to_the_second(published: Store, open_page: Open) -> None:
    kept = Times(NOW - timedelta(seconds=7), NOW + timedelta(days=900, seconds=11))
    published.surveys.set_times(CODE, kept, by="test")
    app = surveys_page(published, open_page)
    set_times(app)
    assert not words_of_errors(app) and published.surveys.get(CODE).opening.times == kept


def test_two_people_at_the_times(published: Store, open_page: Open) -> None:
    app = surveys_page(published, open_page)
    theirs = Times(closes_at=NOW + timedelta(days=900))
    published.surveys.set_times(CODE, theirs, by="boss")
    set_times(app, closes=utc_now().date() + timedelta(days=30))
    assert "没有保存" in words_of_errors(app) and "boss" in warnings_of(app)
    assert published.surveys.get(CODE).opening.times == theirs


# Copies


@pytest.mark.parametrize("code", ["power-visit", "employee-satisfaction"])
def test_a_copy_has_all_that_is_asked_under_a_code_of_its_own(published: Store, open_page: Open, code: str) -> None:
    """In every language, as a draft; no answers, no links."""
    if code != CODE:
        publish(published, code)
    published.responses.append([submission(1)])
    app = surveys_page(published, open_page)
    app.button(key=f"copy {code}").click().run()
    [draft] = published.drafts.all()
    original = published.surveys.get(code).survey
    assert draft.survey == f"{code}-2" == draft.data["code"]
    title = draft.data["title"]
    assert title["zh-Hans"] == original.title.root["zh-Hans"] + "（副本）"
    assert title["en"] == original.title.root["en"] + " (copy)"
    made = original.model_validate({**draft.data, "code": code, "title": original.title.root})
    assert made == original
    assert published.responses.amount(draft.survey) == 0 and app.query_params["edit"] == draft.survey


def test_an_unfit_draft_is_copied_too(published: Store, open_page: Open) -> None:
    """As it is; the code counts on beyond those that are archived."""
    published.drafts.save("rough", {"code": "rough", "title": "草", "sections": []}, by="test", step="x")
    publish(published, "employee-satisfaction")
    published.surveys.save_draft(template("power-visit").model_copy(update={"code": "rough-2"}), None, by="test")
    published.surveys.archive("rough-2", by="test")
    app = surveys_page(published, open_page)
    app.button(key="copy rough").click().run()
    made = published.drafts.get("rough-3")
    assert made is not None and made.data == {"code": "rough-3", "title": "草（副本）", "sections": []}


def test_the_copy_of_a_draft_without_a_title_has_none() -> None:
    assert copy_survey({"code": "a"}, "b").data == {"code": "b"}
    named = copy_survey({"code": "a", "title": {"ja": "調査", "en": ""}}, "b")
    assert named.data["title"] == {"ja": "調査 (copy)", "en": ""}


# Put away and deleted


def test_an_archived_survey_is_in_no_chooser_and_its_results_are_reached(published: Store, open_page: Open) -> None:
    """Not in lists and choosers of any page; by its address the results are there; brought back it is again."""
    publish(published, "counter-kiosk")
    published.responses.append([submission(number) for number in range(1, 9)])
    published.surveys.close(CODE, by="test")
    app = surveys_page(published, open_page)
    app.button(key=f"archive {CODE}").click().run()
    assert "已归档（1）" in words(app) and not [each for each in app.button if each.key == f"edit {CODE}"]
    for page in ("results", "collection", "distribution", "reconciliation"):
        shown = open_page(published, "boss", page)
        chooser = [each for each in shown.selectbox if each.key == "survey"]
        assert not any("供电服务回访" in option for each in chooser for option in each.options), page
    reached = open_page(published, "boss", "results", survey=CODE)
    assert "供电服务回访（已归档）" in words(reached) and reached.selectbox(key="survey").value == CODE
    app.button(key=f"bring back {CODE}").click().run()
    assert not published.surveys.get(CODE).archived and "已归档（1）" not in words(app)


def test_deleting_is_offered_only_while_a_survey_is_empty(published: Store, open_page: Open) -> None:
    """And looked at once more when it is pressed: an answer that came meanwhile keeps the survey."""
    app = surveys_page(published, open_page)
    assert not [each for each in app.button if each.key == f"delete {CODE}"]
    published.surveys.close(CODE, by="test")
    app.run()
    other = Store(published.path)
    other.responses.append([submission(1)])
    other.close()
    app.button(key=f"delete {CODE}").click().run()
    assert published.surveys.get(CODE).closed and published.responses.amount(CODE) == 1
    assert "不能删除：它已经收到答卷" in words(app) or "它已经收到答卷" in words_of_errors(app)


def test_an_empty_survey_is_deleted(published: Store, open_page: Open) -> None:
    published.surveys.close(CODE, by="test")
    app = surveys_page(published, open_page)
    app.button(key=f"delete {CODE}").click().run()
    assert "已删除" in words(app) and published.surveys.all(archived=True) == []


def test_a_draft_that_somebody_goes_on_with_is_not_deleted(published: Store, open_page: Open) -> None:
    revision = published.drafts.save("rough", {"code": "rough", "title": "草"}, by="test", step="x")
    app = surveys_page(published, open_page)
    published.drafts.save("rough", {"code": "rough", "title": "新"}, by="boss", step="y", revision=revision)
    app.button(key="discard rough").click().run()
    kept = published.drafts.get("rough")
    assert kept is None or kept.data["title"] == "新"


def test_who_may_not_build_changes_nothing(published: Store, open_page: Open) -> None:
    published.surveys.close(CODE, by="test")
    app = surveys_page(published, open_page)
    published.accounts.change("maker", role=Role.STAFF.value)
    app.button(key=f"delete {CODE}").click().run()
    assert published.surveys.get(CODE).closed


def test_a_running_campaign_says_that_its_survey_is_closed(published: Store, open_page: Open) -> None:
    add_accounts(published)
    invited(published)
    published.surveys.close(CODE, by="test")
    assert "问卷现在不收答卷" in warnings_of(open_page(published, "maker", "campaigns"))
