"""Subjects from files: relations in any order, what changes, what is refused and why; and the page that takes them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from surveys.exchange.organisation.subjects import SubjectSurroundings, subject_columns, subjects_from
from surveys.localisation.language import gettext
from surveys.organisation.departments import Department
from surveys.organisation.subjects import SUBJECT_KINDS, Subject
from surveys.storage import Store
from surveys.tables import opened_bytes
from tests.console.test_console import Open, add_accounts, open_page, words

__all__ = ["open_page"]  # a fixture

DEPARTMENTS = (Department("service", "营销部"), Department("repair", "抢修部"))
PEOPLE = [Subject("person", "e001", "吴晓"), Subject("person", "e002", "郑强"), Subject("person", "e003", "郑强")]
COURSES = [Subject("course", "c001", "安规")]
STEPS = "流程,名称,部门,上游环节,下游环节\n,现场勘查,抢修部,业务受理,\n,业务受理,营销部,,\n"
SITES = "名称,部门,类别\n东区站,repair,变电站\n"


def read(text: str, kind: str, known: Sequence[Subject] = ()) -> list[tuple[str, object]]:
    """State and subject, or reason, of each row."""
    there = {"person": PEOPLE, "course": COURSES, kind: [*known]} if kind not in ("person", "course") else {kind: known}
    around = SubjectSurroundings(lambda of: there.get(of, []), DEPARTMENTS, {"wu"})
    with opened_bytes(text.encode()) as table:
        lines = subjects_from(table, SUBJECT_KINDS[kind], around)
    return [(each.state.value, each.one or str(each.reason)) for each in lines]


def test_steps_name_each_other_whichever_comes_first_and_twice_adds_nothing() -> None:
    found = read(STEPS, "step")
    assert found == [
        ("new", Subject("step", "s001", "现场勘查", "repair", {"predecessor": ("s002",)})),
        ("new", Subject("step", "s002", "业务受理", "service")),
    ]
    again = [one for _, one in found if isinstance(one, Subject)]
    assert {state for state, _ in read(STEPS, "step", again)} == {"same"}


def test_headings_may_be_english() -> None:
    found = read("name,code,process,step before\nSurvey,s1,New supply,\nWorks,s2,,Survey\n", "step")
    assert [one.all("predecessor") for _, one in found if isinstance(one, Subject)] == [(), ("s1",)]


def test_a_session_has_its_course_day_trainer_and_participants() -> None:
    text = "名称,课程,日期,培训师,参训人员\n安规第一期,安规,2026年3月5日,吴晓,e002、e003\n"
    [(state, one)] = read(text, "session")
    assert state == "new" and isinstance(one, Subject)
    assert one.attributes == {
        "course": ("c001",), "date": ("2026-03-05",), "trainer": ("e001",), "participants": ("e002", "e003"),
    }  # fmt: skip


def test_what_a_file_has_no_column_for_stays_and_an_empty_cell_clears() -> None:
    known = [Subject("site", "p001", "东区站", "service", {"address": ("东路 1 号",), "keeper": ("e001",)})]
    assert read("名称\n东区站\n", "site", known) == [("same", known[0])]
    [(state, one)] = read("名称,地址\n东区站,\n", "site", known)
    assert state == "changed" and isinstance(one, Subject) and one.attributes == {"keeper": ("e001",)}


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("session", "名称,课程\n一期,\n", "课程：没有填写"), ("session", "名称,课程\n一期,急救\n", "没有“急救”"),
        ("session", "名称,课程,参训人员\n一期,安规,郑强\n", "“郑强”不止一个，请写代号"),
        ("session", "名称,课程,日期\n一期,安规,明天\n", "日期：请填写日期"),
        ("site", "名称,部门\n东区站,没有的\n", "没有部门“没有的”"), ("site", "名称,代号\n东区站,东 1\n", "代号只能用"),
        ("site", "名称,启用日期,停用日期\n东区站,2026-05-01,2026-04-01\n", "停用日期在启用日期之前"),
        ("agent", "名称,用户名\n甲,nobody\n", "没有用户名“nobody”"),
        ("site", "名称,代号\n甲,p1\n乙,p1\n", "文件里前面已有"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_taken_says_why(kind: str, text: str, reason: str) -> None:
    state, told = read(text, kind)[-1]
    assert state == "refused" and reason in str(told)


def test_no_two_columns_of_a_kind_share_a_heading() -> None:
    for kind in SUBJECT_KINDS.values():
        heads = [
            {column.heading, gettext(column.heading, "en").casefold(), *column.others}
            for column in subject_columns(kind).values()
        ]
        for place, one in enumerate(heads):
            assert not any(one & other for other in heads[place + 1 :]), kind.code


def test_the_page_brings_sites_shows_and_retires_them(store: Store, open_page: Open) -> None:
    add_accounts(store)
    app = open_page(store, "boss", "organisation", tab="subjects", kind="site")
    assert "还没有场所" in words(app)
    app.file_uploader(key="file subjects-site").upload("sites.csv", SITES.encode()).run()
    app.button(key="bring subjects-site").click().run()
    assert not app.exception
    [site] = store.subjects.of_kind("site")
    assert (site.name, site.department, site.one("category")) == ("东区站", "repair", "变电站")
    app = open_page(store, "boss", "organisation", tab="subjects", kind="site")
    assert "变电站" in words(app) and "使用中" in words(app)
    app.selectbox(key="subject site").select(site.code).run()
    app.button(key=f"retire site {site.code}").click().run()
    kept = store.subjects.get("site", site.code)
    assert not app.exception and kept is not None and kept.active_to is not None


def test_the_page_refuses_nothing_silently_and_adds_one_by_hand(store: Store, open_page: Open) -> None:
    add_accounts(store)
    app = open_page(store, "boss", "organisation", tab="subjects", kind="course")
    name = next(each for each in app.text_input if each.label == "名称" and each.form_id.startswith("subject course"))
    app.button(key="save subject course ").click().run()
    assert "请填写名称" in "".join(each.value for each in app.error)
    name = next(each for each in app.text_input if each.label == "名称" and each.form_id.startswith("subject course"))
    name.input("安规培训")
    app.button(key="save subject course ").click().run()
    assert not app.exception
    assert [each.name for each in store.subjects.of_kind("course")] == ["安规培训"]
