"""On the pages: answers taken out of the count, files of one person made one, and a survey tried before it starts."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from surveys.localisation.clock import utc_now
from surveys.storage import Store
from surveys.storage.records.set_apart import SetApartWhy
from tests.console.test_console import Open, open_page, press, words, words_of_errors
from tests.fieldwork.test_customer_systems import TREE
from tests.support.doors import Doors

__all__ = ["open_page"]  # a fixture
pytestmark = pytest.mark.dated

CODE = "power-visit"
RESULTS = {"survey": CODE, "period": "all"}


@pytest.fixture
def doors(tmp_path: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> Doors:
    found = Doors(Store(tmp_path / "xinsheng.db"), open_page, monkeypatch)
    found.import_table("departments", TREE)
    return found


def figures(doors: Doors) -> int:
    """Of how many answers the figures are, as another system reads them."""
    with doors.system() as system:
        return max((each["n"] for each in system.get(f"/surveys/{CODE}/results").json()["figures"]), default=0)


def exported(doors: Doors) -> int:
    with doors.system() as system:
        return len(system.get(f"/surveys/{CODE}/responses").json()["responses"])


def chooser(app: AppTest, label: str):  # type: ignore[no-untyped-def]
    return next(each for each in app.multiselect if each.label.startswith(label))


# Out of the count


def test_a_fake_is_taken_out_with_a_reason_and_put_back(doors: Doors) -> None:
    """Reason, who and when stand on the page and in the audit; every figure follows there and back."""
    doors.publish(CODE)
    for score in ("1", "5", "5"):
        doors.answer(f"/s/{CODE}", csat=score, nps="9")
    app = doors.page("collection", survey=CODE)
    fake = chooser(app, "哪几份不计入").options[0]
    chooser(app, "哪几份不计入").select(fake)
    press(app, "不计入")
    assert "理由会记入审计" in words_of_errors(app) and figures(doors) == 3
    next(each for each in app.text_input if each.label == "理由").input("同一人刷票")
    press(app, "不计入")
    assert (figures(doors), exported(doors)) == (2, 2) and "2 份答卷" in words(doors.page("results", **RESULTS))
    app = doors.page("collection", survey=CODE)
    shown = words(app)
    assert "计入 2 份，不计入 1 份，合计 3 份" in shown and "同一人刷票" in shown and "boss" in shown
    assert f"{utc_now():%Y-%m-%d}" in shown
    chooser(app, "哪几份重新计入").select(chooser(app, "哪几份重新计入").options[0])
    press(app, "重新计入")
    assert (figures(doors), exported(doors)) == (3, 3)
    audit = words(doors.page("audit"))
    assert "同一人刷票" in audit and "重新计入" in audit


def test_no_answer_is_picked_out_of_an_anonymous_survey(doors: Doors) -> None:
    """The page says why, and offers none."""
    doors.publish("department-review", "head")
    app = doors.page("collection", survey="department-review")
    assert "匿名问卷不能挑出答卷不计入" in words(app)
    assert not [each for each in app.multiselect if each.label.startswith("哪几份")]


def test_who_may_not_set_answers_apart_is_not_offered_it(doors: Doors) -> None:
    doors.import_table("accounts", "用户名,姓名,角色,部门\nhead,主任,部门管理者,营销服务部\n")
    doors.publish(CODE)
    doors.answer(f"/s/{CODE}", csat="1", nps="9")
    assert "不计入的答卷" not in words(doors.page("collection", "head", survey=CODE))


# Files of one person

FILES = (
    "客户编号,姓名,手机号,邮箱,部门\nA1,王芳,13800000001,,service\nB2,王芳女士,13800000010,wang@example.cn,service\n"
    "C3,赵强,13800000003,,service\nD4,赵强,13800000004,,service\n"
)


def sought(doors: Doors) -> AppTest:
    app = doors.page("people", tab="duplicates")
    app.button(key="find duplicates").click().run()
    return app


def test_files_that_look_alike_are_offered_merged_and_parted(doors: Doors) -> None:
    """A slip of a digit is found; names are covered in the list; the audit tells of it."""
    doors.import_people(FILES)
    app = sought(doors)
    assert "姓名相同，电话只差一位" in words(app) and "13800000003" not in words(app)
    assert len(app.selectbox(key="pair chosen").options) == 2
    pair = next(each for each in app.selectbox(key="pair chosen").options if "王" in each)
    app.selectbox(key="pair chosen").select(pair).run()
    press(app, "确认合并")
    store = doors.store
    assert store.contacts.numbered("B2") == store.contacts.numbered("A1") and len(list(store.contacts.all())) == 3
    app = sought(doors)
    assert len(app.selectbox(key="pair chosen").options) == 1 and "合并过的档案" in words(app)
    press(app, "撤销合并")
    assert len(list(store.contacts.all())) == 4
    told = words(doors.page("audit"))
    assert "合并" in told and "王芳" not in told


def test_after_an_erasure_nobody_is_offered_who_is_gone(doors: Doors) -> None:
    """Neither as a pair nor among the merges that can be undone, also on a page that was open meanwhile."""
    doors.import_people(FILES)
    open_meanwhile = sought(doors)
    app = doors.page("people", tab="requests")
    app.text_input(key="person sought").input("D4").run()
    app.text_input(key="erase word").input("ERASE")
    app.button(key="erase person now").click().run()
    assert doors.store.contacts.numbered("D4") is None
    for app in (open_meanwhile.run(), sought(doors)):
        [pair] = app.selectbox(key="pair chosen").options
        assert "赵" not in pair and "*4" not in words(app), "the other one of that name is there still"
    press(app, "确认合并")
    app = doors.page("people", tab="requests")
    app.text_input(key="person sought").input("A1").run()
    app.text_input(key="erase word").input("ERASE")
    app.button(key="erase person now").click().run()
    shown = words(sought(doors))
    assert "王" not in shown and "合并过的档案" not in shown and "没有像是同一个人的档案" in shown


# Tried before it starts


def on_trial(doors: Doors) -> None:
    app = doors.page("surveys", tab="gallery")
    app.button(key=f"use {CODE}").click().run()
    app.button(key="building.publish").click().run()
    app.button(key="building.try out").click().run()
    assert doors.store.surveys.get(CODE).trial, words(app)


def low_score_rule(doors: Doors) -> None:
    app = doors.page("cases", tab="rules")
    app.selectbox(key="rule survey").select(CODE).run()
    app.text_input(key="rule name").input("低分")
    app.selectbox(key="rule item 0").select("csat").run()
    app.text_input(key="rule value 0").input("2")
    app.selectbox(key="rule department").select("service").run()
    app.button(key="save rule").click().run()
    assert doors.store.case_rules.all(), words(app)


def test_what_is_tried_is_in_no_figure_export_rate_or_alarm(doors: Doors) -> None:
    """By form, API and text message; from the start on everything counts, from nothing."""
    on_trial(doors)
    low_score_rule(doors)
    for _ in range(3):
        doors.answer(f"/s/{CODE}", csat="1", nps="0")
    with doors.system() as system:
        answer = system.post("/sms", json={"id": "1", "survey": CODE, "text": "1 很差"})
        assert answer.json()["outcome"] == "accepted"
        given = {"survey": CODE, "answers": {"csat": 1}, "received_at": utc_now().isoformat()}
        system.post("/responses", json=given, headers={"Idempotency-Key": "1"})
    doors.work()
    tried = doors.store.set_apart.amount(CODE, SetApartWhy.TRIAL)
    assert tried >= 4 and doors.store.responses.amount(CODE) == 0
    assert (figures(doors), exported(doors), list(doors.store.cases.all())) == (0, 0, [])
    assert not doors.rounds(CODE) and f"试填的答卷（{tried} 份" in words(doors.page("collection", survey=CODE))
    assert f"{tried} 份答卷" not in words(doors.page("results", **RESULTS))
    assert "低分" not in words(doors.page("")) and "不满意" not in words(doors.page("cases"))
    app = doors.page("surveys")
    app.button(key=f"end trial {CODE}").click().run()
    assert not doors.store.surveys.get(CODE).trial
    doors.passes(hours=1)
    doors.answer(f"/s/{CODE}", csat="1", nps="0")
    doors.work()
    assert (figures(doors), exported(doors), len(list(doors.store.cases.all()))) == (1, 1, 1)
    assert doors.rounds(CODE)
