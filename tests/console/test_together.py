"""Two people at one thing: the second is told what the first has changed, and what was typed stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from surveys.cases.case import Case, CaseState
from surveys.cases.opinion_boxes import Box, from_box
from surveys.definition.questions import Place
from surveys.editing import Draft
from surveys.exchange.people.contact_import import ContactImportSummary, Terms, import_people
from surveys.exchange.rejections import RejectedRow
from surveys.fieldwork.campaigns.campaign import Plan
from surveys.fieldwork.prizes import Prize, PrizeKind
from surveys.fieldwork.protection import Protection
from surveys.localisation.clock import local_day
from surveys.operations.launch import FATIGUE, plan_campaign, start
from surveys.organisation.departments import Department, Touchpoint
from surveys.people.contact import Contact, Secrecy
from surveys.people.visibility import RULES, PeopleRules, Sight
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.changes import ChangedMeanwhile
from surveys.storage.records.surveys import SurveyStanding
from surveys.storage.sqlite.contacts import Found
from surveys.tables import Row, Table
from tests.console.test_console import Open, add_accounts, open_page, press, words, words_of_errors
from tests.fieldwork.test_campaigns import people, plan
from tests.support.front_door import NOW, SECRET

__all__ = ["open_page"]  # a fixture

CASE = Case("c" * 32, from_box("east"), "repair", "建议", "希望周末也能办业务", "", NOW)
BOX = Box("east", "城东意见箱", "repair")
LI = Contact("li", "李明", phone="13800001111", department="repair")


@pytest.fixture
def kept(published: Store) -> Store:
    """A store with one of everything that people change."""
    add_accounts(published)
    published.boxes.save(BOX, by="test")
    published.cases.receive(CASE)
    published.contacts.keep([LI], by="test")
    return published


# The store


def _plan(store: Store) -> tuple[Any, Callable[[Any], object], Callable[[Any], object]]:
    made = plan_campaign(store, plan(), "power-visit", department=None, by="test", now=NOW)

    def save(seen: Plan) -> object:
        return store.campaigns.replan(made.id, plan(name="我的"), by="b", seen=seen)

    return made.plan, lambda _: store.campaigns.replan(made.id, plan(name="先"), by="a"), save


Change = Callable[[Store], tuple[Any, Callable[[Any], object], Callable[[Any], object]]]
CHANGES: dict[str, Change] = {
    "setting": lambda store: (
        store.organisation.setting(FATIGUE), lambda _: store.organisation.set(FATIGUE, "7"),
        lambda seen: store.organisation.set(FATIGUE, "9", seen=seen),
    ),
    "department": lambda store: (
        Department("repair", "配网抢修部"), lambda _: store.organisation.save([Department("repair", "先")]),
        lambda seen: store.organisation.save_seen(Department("repair", "后"), seen=seen, by="b"),
    ),
    "a department of the same code": lambda store: (
        None, lambda _: store.organisation.save([Department("new", "先")]),
        lambda seen: store.organisation.save_seen(Department("new", "后"), seen=seen, by="b"),
    ),
    "account": lambda store: (
        store.accounts.named("head"), lambda _: store.accounts.change("head", active=False),
        lambda seen: store.accounts.change("head", seen=seen, role=Role.ADMIN.value),
    ),
    "contact": lambda store: (
        store.contacts.get("li"), lambda _: store.contacts.keep([replace(LI, phone="13900002222")], by="a"),
        lambda seen: store.contacts.change(replace(LI, name="李明明"), seen=seen, by="b"),
    ),
    "a contact that was deleted": lambda store: (
        store.contacts.get("li"), lambda _: store.contacts.delete("li", by="a"),
        lambda seen: store.contacts.change(replace(LI, name="李明明"), seen=seen, by="b"),
    ),
    "box": lambda store: (
        BOX, lambda _: store.boxes.save(replace(BOX, open=False), by="a"),
        lambda seen: store.boxes.save(replace(BOX, name="后"), by="b", seen=seen),
    ),
    "case handed on": lambda store: (
        store.cases.get(CASE.id), lambda _: store.cases.hand_on(CASE.id, "service", by="a"),
        lambda seen: store.cases.hand_on(CASE.id, "repair", by="b", seen=seen),
    ),
    "protection": lambda store: (
        Protection(), lambda _: store.protections.set("power-visit", Protection(puzzle=True), by="a"),
        lambda seen: store.protections.set("power-visit", Protection(once_per_device=True), by="b", seen=seen),
    ),
    "prize": lambda store: (
        None, lambda _: store.prizes.set(_prize("先"), by="a"),
        lambda seen: store.prizes.set(_prize("后"), by="b", seen=seen),
    ),
    "kiosk": lambda store: (
        None, lambda _: store.kiosks.set("repair-east", "power-visit", by="a"),
        lambda seen: store.kiosks.set("repair-east", None, by="b", seen=seen),
    ),
    "regions": lambda store: (
        store.organisation.places(), lambda _: store.organisation.save_places([Place(code="1", path=("先",))], by="a"),
        lambda seen: store.organisation.save_places([Place(code="2", path=("后",))], by="b", seen=seen),
    ),
    "departments from a file": lambda store: (
        {"repair": Department("repair", "配网抢修部"), "new": None},
        lambda _: store.organisation.save([Department("new", "先")]),
        lambda seen: store.organisation.bring([Department("repair", "后")], by="b", seen=seen),
    ),
    "touchpoints from a file": lambda store: (
        {"hall": None}, lambda _: store.organisation.save(touchpoints=[Touchpoint("hall", "先", "repair")]),
        lambda seen: store.organisation.bring(touchpoints=[Touchpoint("hall", "后", "repair")], by="b", seen=seen),
    ),
    "accounts from a file": lambda store: (
        {"head": store.accounts.named("head")}, lambda _: store.accounts.change("head", role=Role.STAFF.value),
        lambda seen: store.accounts.bring([], [store.accounts.named("head")], by="b", now=NOW, seen=seen),
    ),
    "people from a file": lambda store: (
        Found(_KEYS, store.contacts.known(_KEYS)),
        lambda _: store.contacts.change(replace(LI, email="li@example.com"), by="a"),
        lambda seen: store.contacts.keep([replace(LI, name="李明明")], seen, by="b"),
    ),
    "a person from a file whom another has added": lambda store: (
        Found(_KEYS | {"phone": ["13700000000"]}, []),
        lambda _: store.contacts.keep([Contact("new", "王", phone="13700000000")], by="a"),
        lambda seen: store.contacts.keep([Contact("also", "王", phone="13700000000")], seen, by="b"),
    ),
    "a draw": lambda store: (
        0, lambda _: _draw(store, "a"), lambda seen: store.prizes.draw("power-visit", 1, 1, by="b", seen=seen),
    ),
    "a prize taken away": lambda store: (
        (None, 0), lambda _: store.prizes.set(_prize("先"), by="a"),
        lambda seen: store.prizes.remove("power-visit", by="b", seen=seen),
    ),
    "a survey deleted with its draft": lambda store: (
        _closed(store), lambda _: store.drafts.save("power-visit", {"code": "power-visit"}, by="a", step="x"),
        lambda seen: store.surveys.delete("power-visit", by="b", seen=seen),
    ),
    "campaign": _plan,
}  # fmt: skip


_KEYS: dict[str, list[str]] = {"customer_number": [], "phone": ["13800001111"], "email": []}


def _draw(store: Store, by: str) -> None:
    store.prizes.set(_prize("红包"), by=by)
    for number in range(3):
        store.prizes.enter("power-visit", f"t{number}", f"客户{number}", f"1380000000{number}")
    store.prizes.draw("power-visit", 1, 1, by=by)


def _closed(store: Store) -> SurveyStanding:
    """Long enough that nobody may still be at it."""
    store.surveys.close("power-visit", by="test")
    with store._connections.writing() as db:
        db.execute("UPDATE surveys SET closed_at = '2020-01-01T00:00:00+00:00'")
    return store.surveys.standing("power-visit")


def _prize(title: str) -> Prize:
    return Prize("power-visit", PrizeKind.DRAW, title, local_day(NOW))


@pytest.mark.parametrize("name", CHANGES)
def test_nothing_is_saved_over_what_was_not_seen(kept: Store, name: str) -> None:
    """Whoever has seen it as it is may save; after a colleague's change the same saving is refused."""
    seen, meddle, save = CHANGES[name](kept)
    meddle(seen)
    with pytest.raises(ChangedMeanwhile):
        save(seen)
    seen, _, save = CHANGES[name](kept) if name == "setting" else (None, None, None)
    if save is not None:
        save(seen)
        assert kept.organisation.setting(FATIGUE) == "9"


def test_a_finished_case_is_not_reopened_by_a_stale_view(kept: Store) -> None:
    """A state that another has set counts as much as another's reply."""
    seen = kept.cases.get(CASE.id)
    assert seen is not None
    assert kept.cases.answer(seen, CaseState.CLOSED, "", local_day(NOW), by="a")
    assert not kept.cases.answer(seen, CaseState.WORKED_ON, "", local_day(NOW), by="b")
    assert kept.cases.get(CASE.id).state is CaseState.CLOSED  # type: ignore[union-attr]


def test_a_campaign_starts_only_as_it_was_seen(published: Store) -> None:
    """A colleague who changed its plan meanwhile is not overruled."""
    people(published)
    made = plan_campaign(published, plan(), "power-visit", department=None, by="test", now=NOW)
    published.campaigns.replan(made.id, plan(name="另一个"), by="other")
    with pytest.raises(ChangedMeanwhile):
        start(published, made, SECRET, by="test", now=NOW)
    assert published.invitations.of_campaign(made.id) == []


def test_publishing_neither_deletes_a_newer_draft_nor_reopens_a_closed_survey(published: Store) -> None:
    """Nothing is published then, and the colleague's draft is there."""
    visit = published.surveys.get("power-visit").survey
    published.drafts.save("power-visit", Draft.of(visit).data, by="me", step="x")
    seen = published.surveys.standing("power-visit")
    published.drafts.save("power-visit", {"code": "power-visit", "mine": 1}, by="other", step="y", revision=seen.draft)
    with pytest.raises(ChangedMeanwhile):
        published.surveys.publish_draft(visit, None, by="me", seen=seen)
    seen = published.surveys.standing("power-visit")
    published.surveys.close("power-visit", by="other")
    with pytest.raises(ChangedMeanwhile):
        published.surveys.publish_draft(visit, None, by="me", seen=seen)
    draft = published.drafts.get("power-visit")
    assert draft is not None and draft.saved_by == "other"
    assert published.surveys.get("power-visit").closed and len(published.surveys.versions("power-visit")) == 1
    published.surveys.publish_draft(visit, None, by="me", seen=published.surveys.standing("power-visit"))
    assert published.surveys.get("power-visit").live and published.drafts.get("power-visit") is None


# The pages


def field(app: AppTest, label: str, kind: str = "text_input") -> Any:
    return next(each for each in getattr(app, kind) if each.label == label and not each.disabled)


def test_the_second_at_a_form_is_told_and_keeps_what_was_typed(kept: Store, open_page: Open) -> None:
    """Who changed what; saving again, knowing it, holds; or the newest is taken instead."""
    app = open_page(kept, "boss", "organisation")
    app.selectbox(key="organisation.department").select("repair").run()
    kept.organisation.save_seen(Department("repair", "抢修中心"), seen=Department("repair", "配网抢修部"), by="maker")
    field(app, "名称").input("抢修二部")
    app.button(key="save department repair").click().run()
    assert "没有保存" in words_of_errors(app) and kept.organisation.departments()[0].name == "抢修中心"
    assert "maker" in app.warning[0].value and "配网抢修部 → 抢修中心" in app.warning[0].value.replace("\\", "")
    assert field(app, "名称").value == "抢修二部"
    app.button(key="save department repair").click().run()
    assert kept.organisation.departments()[0].name == "抢修二部" and not app.warning
    kept.organisation.save([Department("repair", "第三次")])
    app.run()
    press(app, "放弃我填写的，换成最新内容")
    assert field(app, "名称").value == "第三次" and not app.warning


def test_the_second_at_an_account_is_told(kept: Store, open_page: Open) -> None:
    """A role given by one administrator is not taken back unsaid by another."""
    app = open_page(kept, "boss", "accounts")
    chosen = next(each for each in app.selectbox if each.label == "账号")
    chosen.select("head").run()
    kept.accounts.change("head", role=Role.DESIGNER.value)
    app.button(key="save account head").click().run()
    assert "没有保存" in words_of_errors(app) and "部门管理者 → 问卷设计员" in app.warning[0].value
    assert kept.accounts.named("head").role is Role.DESIGNER  # type: ignore[union-attr]


def test_the_second_at_a_file_is_told(kept: Store, open_page: Open) -> None:
    """And what the form does not show stays as the colleague left it."""
    app = open_page(kept, "boss", "people")
    press(app, "查看档案")
    kept.contacts.keep([replace(LI, phone="13900002222", who={"district": "城东"})], by="maker")
    field(app, "姓名或名称").input("李明明")
    app.button(key="save contact li").click().run()
    assert "没有保存" in words_of_errors(app) and "13900002222" in app.warning[0].value
    app.button(key="save contact li").click().run()
    person = kept.contacts.get("li")
    assert person is not None and (person.name, person.who) == ("李明明", {"district": "城东"})


def test_the_second_at_a_setting_is_told(kept: Store, open_page: Open) -> None:
    """Days of rest, and who sees which files."""
    app = open_page(kept, "boss", "campaigns")
    kept.organisation.set(FATIGUE, "7")
    app.number_input(key=FATIGUE).set_value(14)
    app.button(key="save fatigue").click().run()
    assert "没有保存" in words_of_errors(app) and kept.organisation.setting(FATIGUE) == "7"
    assert app.number_input(key=FATIGUE).value == 14
    app.button(key="save fatigue").click().run()
    assert kept.organisation.setting(FATIGUE) == "14"
    seen = kept.organisation.setting(RULES)
    kept.organisation.set(RULES, PeopleRules(stale_after_days=90).model_dump_json())
    with pytest.raises(ChangedMeanwhile):
        kept.organisation.set(RULES, PeopleRules().model_dump_json(), seen=seen)


def test_the_second_at_a_case_is_told_of_its_state(kept: Store, open_page: Open) -> None:
    """The state chosen and the answer typed stay; nothing is saved before the colleague's state was shown."""
    app = open_page(kept, "boss", "boxes")
    seen = kept.cases.get(CASE.id)
    assert seen is not None
    kept.cases.answer(seen, CaseState.CLOSED, "", local_day(NOW), by="maker")
    app.text_area(key=f"reply {CASE.id}").input("我们来办")
    press(app, "保存")
    assert "没有保存" in words_of_errors(app) and "已结束" in words_of_errors(app)
    assert app.text_area(key=f"reply {CASE.id}").value == "我们来办"
    assert kept.cases.get(CASE.id).state is CaseState.CLOSED  # type: ignore[union-attr]


def test_a_switch_changes_nothing_but_itself(kept: Store, open_page: Open) -> None:
    """What a colleague has switched on meanwhile stays on."""
    app = open_page(kept, "boss", "collection", survey="power-visit")
    kept.protections.set("power-visit", Protection(puzzle=True), by="maker")
    app.checkbox(key="collection.once power-visit").check().run()
    assert kept.protections.get("power-visit") == Protection(puzzle=True, once_per_device=True)
    assert app.checkbox(key="collection.puzzle power-visit").value


def test_the_second_to_publish_is_told(published: Store, open_page: Open) -> None:
    """A colleague's newer draft and closed survey are shown first; publishing again, knowing it, holds."""
    add_accounts(published)
    app = open_page(published, "maker", "surveys", edit="power-visit")
    app.button(key="building.add often nps").click().run()
    draft = published.drafts.get("power-visit")
    assert draft is not None
    other = dict(draft.data) | {"title": {"zh-Hans": "别人的标题"}}
    published.drafts.save("power-visit", other, by="other", step="改名", revision=draft.revision)
    published.surveys.close("power-visit", by="other")
    app.button(key="building.publish").click().run()
    app.button(key="building.publish now").click().run()
    told = words(app)
    assert "没有发布" in told and "关闭了" in told and "other" in told and "别人的标题" in told
    assert published.surveys.get("power-visit").closed and published.drafts.get("power-visit") is not None
    app.button(key="building.publish now").click().run()
    assert str(published.surveys.get("power-visit").survey.title) == "别人的标题"


def test_a_campaign_is_started_only_as_its_draft_was_shown(published: Store, open_page: Open) -> None:
    """What a colleague changed is shown first; pressing again, knowing it, starts the newest."""
    add_accounts(published)
    people(published)
    made = plan_campaign(published, plan(), "power-visit", department=None, by="test", now=NOW)
    app = open_page(published, "maker", "campaigns")
    published.campaigns.replan(made.id, plan(name="另一个", audience={"sample": 2}), by="boss")
    press(app, "开始邀请")
    assert "没有开始" in words_of_errors(app) and "boss" in app.warning[0].value
    assert published.invitations.of_campaign(made.id) == []
    press(app, "开始邀请")
    assert len(published.invitations.of_campaign(made.id)) == 2


def test_the_second_to_bring_in_regions_is_told(kept: Store, open_page: Open) -> None:
    """A colleague's list is shown before it is replaced; pressing again, knowing it, replaces it."""
    app = open_page(kept, "boss", "organisation", tab="regions")
    app.file_uploader(key="regions file").upload("r.csv", "编码,省份\n1,浙江\n".encode()).run()
    kept.organisation.save_places([Place(code="9", path=("江苏",))], by="maker")
    app.button(key="regions keep").click().run()
    assert "没有执行" in words_of_errors(app) and "maker" in words_of_errors(app)
    assert [each.code for each in kept.organisation.places()] == ["9"] and "江苏" in words(app)
    app.button(key="regions keep").click().run()
    assert [each.code for each in kept.organisation.places()] == ["1"]
    assert kept.accounts.audit(1)[0].action == "save regions"


@pytest.mark.parametrize("kind", ["departments", "touchpoints", "accounts"])
def test_the_second_to_bring_in_a_file_is_told(kept: Store, open_page: Open, kind: str) -> None:
    """What a colleague has made of a line's thing is shown first; another file is not held against the one before."""
    kept.organisation.save(touchpoints=[Touchpoint("hall", "城东厅", "repair")])
    texts = {
        "departments": "名称,代号\n后,repair\n", "touchpoints": "名称,部门,代号\n后,repair,hall\n",
        "accounts": "用户名,姓名,角色,部门\nhead,后,部门管理者,repair\n",
    }  # fmt: skip
    page = {"page": "accounts", "tab": "file"} if kind == "accounts" else {"page": "organisation", "tab": kind}
    app = open_page(kept, "boss", page["page"], tab=page["tab"])
    app.file_uploader(key=f"file {kind}").upload("a.csv", texts[kind].replace("后", "前").encode()).run()
    app.file_uploader(key=f"file {kind}").upload("b.csv", texts[kind].encode()).run()
    kept.organisation.save([Department("repair", "别人")], [Touchpoint("hall", "别人", "repair")])
    kept.accounts.change("head", display_name="别人")
    app.button(key=f"bring {kind}").click().run()
    assert "没有执行" in words_of_errors(app) and _names(kept) == {"别人"}
    app.button(key=f"bring {kind}").click().run()
    assert not words_of_errors(app) and "后" in _names(kept)


def _names(store: Store) -> set[str]:
    organisation = store.organisation
    touchpoint = next(each for each in organisation.touchpoints() if each.code == "hall")
    head = store.accounts.named("head")
    repair = next(each for each in organisation.departments() if each.code == "repair")
    return {repair.name, touchpoint.name, head.display_name if head else ""}


def test_an_import_of_people_loses_no_colleague_s_change(kept: Store) -> None:
    """A file that is changed between being looked up and being written is looked up again; each row counts once."""
    table = Table(("手机号", "姓名"), iter([Row(2, ("13800001111", "李明明")), Row(3, ("坏", "王"))]))
    terms = Terms((), Sight(None, Secrecy.TOP, plain=True), PeopleRules(), local_day(NOW))
    meddled, rejected = [0], list[RejectedRow]()

    def keep(made: Sequence[Contact], seen: Found) -> None:
        if not meddled[0]:
            meddled[0] = 1
            kept.contacts.change(replace(LI, email="li@example.com"), by="maker")
        kept.contacts.keep(made, seen, by="boss")

    summary = import_people(kept.contacts, keep, {0: "phone", 1: "name"}, table, terms, rejected.append)
    li = kept.contacts.get("li")
    assert li is not None and (li.name, li.email) == ("李明明", "li@example.com")
    assert summary == ContactImportSummary(changed=1, rejected=1) and len(rejected) == 1


def test_two_who_draw_at_once_draw_once(kept: Store, open_page: Open) -> None:
    """The second sees that there are winners already, and draws more only when that is what is wanted."""
    _draw(kept, "test")
    kept.prizes.set(replace(_prize("红包"), ends_on=date(2020, 1, 1)), by="test")
    app = open_page(kept, "boss", "collection", survey="power-visit")
    kept.prizes.draw("power-visit", 1, 2, by="maker")
    press(app, "抽奖")
    assert "没有执行" in words_of_errors(app) and kept.prizes.standing("power-visit").won == 2
    press(app, "抽奖")
    assert kept.prizes.standing("power-visit").won == 3
