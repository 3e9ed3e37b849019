"""360° appraisals from an empty database over two rounds, through the doors that people have.

Departments, accounts and people come from files; the survey from the gallery; raters are confirmed on the page, rate at
`/my`, and read their own reports there.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from surveys.appraisal.appraisal import AppealOutcome, Appraisal, AppraisedState, ResultUse
from surveys.fieldwork.tasks.relations import PEER, SELF, SUBORDINATE, SUPERIOR
from surveys.localisation.clock import local_day, utc_now
from surveys.storage import Store
from surveys.storage.records.tasks import TaskSearch
from surveys.web.protection.sessions import SESSION_COOKIE
from tests.console.test_console import Open, open_page, press, signed_in, words
from tests.support.doors import Doors
from tests.support.front_door import hidden, visiting

__all__ = ["open_page"]  # a fixture
pytestmark = pytest.mark.dated

TREE = "名称,上级部门,代号\n公司,,head\n配网抢修部,公司,repair\n营销服务部,公司,service\n"
CREW = [f"w{n}" for n in range(1, 7)]
ITEMS = ("attitude", "skill", "efficiency", "results", "team_spirit", "communication", "cooperation", "impression")
SURVEY = "manager-360"


@pytest.fixture
def doors(tmp_path: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> Doors:
    """A company whose people are known, with what the chief is there for."""
    found = Doors(Store(tmp_path / "xinsheng.db"), open_page, monkeypatch)
    found.import_table("departments", TREE)
    people = ["ceo,总经理,部门管理者,公司", "chief,主任,部门管理者,配网抢修部", "mate,营销主任,部门管理者,营销服务部"]
    people += [f"{each},{each},员工,配网抢修部" for each in CREW] + ["judge,人事,问卷设计员,"]
    found.import_table("accounts", "\n".join(["用户名,姓名,角色,部门", *people]))
    found.choose_passwords()
    found.import_subjects(
        "person", "代号,名称,部门,直接上级,岗位职责,评价标准\nchief,主任,配网抢修部,ceo,负责抢修,45 分钟到达现场\n"
    )
    found.publish(SURVEY, "head")
    return found


def begin(doors: Doors, name: str) -> Appraisal:
    """A new appraisal of the chief and of one of the crew."""
    app = doors.page("appraisals", who="judge")
    app.text_input(key="appraisal name").input(name)
    app.multiselect(key="appraisal persons").set_value(["chief", "w1"]).run()
    press(app, "提出评价人")
    assert "已为 2 人提出评价人" in words(app), words(app)
    return doors.store.appraisals.all()[0]


def rate(doors: Doors, person: str, by: str, score: int, **other: str) -> None:
    """Somebody finds the task at `/my` and fills it in."""
    account = doors.store.accounts.named(by)
    assert account is not None
    [task] = [each for each in doors.store.tasks.of_account(account.id) if each.subject == person and not each.done]
    given = dict.fromkeys(ITEMS, str(score)) | {"overall": str(2 * score)} | other
    doors.answer(f"/t/{task.id}", who=by, **given)


def step(doors: Doors, appraisal: Appraisal, label: str) -> AppTest:
    app = doors.page("appraisals", who="judge", appraisal=appraisal.id)
    press(app, next(each.label for each in app.button if each.label.startswith(label)))
    assert not app.exception
    return app


def state_of(doors: Doors, appraisal: Appraisal, person: str) -> AppraisedState:
    return next(each.state for each in doors.store.appraisals.people(appraisal.id) if each.person == person)


def browse(doors: Doors, who: str, address: str, **sent: str) -> str:
    with visiting(doors.store, utc_now) as browser:  # type: ignore[arg-type]
        browser.cookies.set(SESSION_COOKIE, signed_in(doors.store, who))
        return _sent(browser, address, sent)


def _sent(browser: TestClient, address: str, sent: dict[str, str]) -> str:
    page = browser.get(address).text
    return browser.post(address, data=hidden(page) | sent, follow_redirects=True).text if sent else page


def rate_chief(doors: Doors) -> None:
    rate(doors, "chief", "chief", 5)
    rate(doors, "chief", "ceo", 2)
    rate(doors, "chief", "mate", 3)
    for each in CREW:
        rate(doors, "chief", each, 4, communication="2" if each in CREW[:4] else "3")


def test_an_appraisal_from_proposal_to_objection_over_two_rounds(doors: Doors) -> None:
    """The leader first, then the crew; a report for its person and their superior; an objection met by another."""
    first = begin(doors, "第一轮")
    app = doors.page("appraisals", who="judge", appraisal=first.id)
    assert "还不能开始：w1" in words(app), "who leads is rated before the staff"
    step(doors, first, "下发任务")
    tasks = doors.store.tasks.all(TaskSearch(SURVEY), local_day(utc_now()), limit=-1)
    assert {each.subject for each in tasks} == {"chief"} and len(tasks) == 9
    [own] = [each for each in tasks if each.relation == SUPERIOR]
    form = browse(doors, "ceo", f"/t/{own.id}")
    assert "负责抢修" in form and "45 分钟到达现场" in form, "raters are told job and standard"
    rate_chief(doors)
    step(doors, first, "结束所选人员的评价")
    assert not any(each.label.startswith("生成") for each in doors.page("appraisals", who="judge").button)
    doors.passes(days=1)
    step(doors, first, "生成并发布报告")
    released(doors, first)
    objected(doors, first)
    step(doors, first, "下发任务")
    assert state_of(doors, first, "w1") is AppraisedState.RUNNING
    doors.passes(days=366)
    second = begin(doors, "第二轮")
    step(doors, second, "下发任务")
    rate_chief(doors)
    step(doors, second, "结束所选人员的评价")
    doors.passes(days=1)
    step(doors, second, "生成并发布报告")
    listed = browse(doors, "chief", "/my")
    assert "第一轮" in listed and "第二轮" in listed
    [again] = [each for each in doors.store.appraisals.people(second.id) if each.person == "chief"]
    assert again.report is not None and again.report.raters == 8, "of this round alone"


def released(doors: Doors, appraisal: Appraisal) -> None:
    """What the person, the superior and others read."""
    [chief] = [each for each in doors.store.appraisals.people(appraisal.id) if each.person == "chief"]
    assert chief.report is not None
    [unit] = chief.report.units
    assert unit.groups == (SUPERIOR, PEER, SUBORDINATE) and unit.n == 8 and SELF not in unit.groups
    mine = browse(doors, "chief", f"/my/appraisal/{appraisal.id}")
    assert "综合得分" in mine and "盲点" in mine and "布置任务后请对方复述一遍" in mine
    assert "没有找到这份报告" in browse(doors, "w2", f"/my/appraisal/{appraisal.id}")
    assert "还没有可以看的报告" in words(doors.page("appraisals", who="mate", tab="reports"))
    above = doors.page("appraisals", who="ceo", tab="reports")
    assert "面谈记录" in words(above) and "上级 + 同级 + 下级" in words(above)
    key = f"interview {appraisal.id} chief"
    above.text_area(key=f"{key} words").input("每月沟通一次")
    above.multiselect(key=f"{key} uses").set_value([ResultUse.TRAINING]).run()
    press(above, "保存面谈记录")
    assert "每月沟通一次" in browse(doors, "chief", f"/my/appraisal/{appraisal.id}")


def objected(doors: Doors, appraisal: Appraisal) -> None:
    """Once, within the days; not examined by the superior; the correction stands beside the first figure."""
    [chief] = [each for each in doors.store.appraisals.people(appraisal.id) if each.person == "chief"]
    assert chief.report is not None and chief.report.composite is not None
    first = f"{chief.report.composite:.1f}"
    address = f"/my/appraisal/{appraisal.id}"
    assert "前答复" in browse(doors, "chief", address, words="两位评价人并不了解我的工作")
    app = doors.page("appraisals", who="judge", appraisal=appraisal.id, tab="objections")
    key = f"appeal {appraisal.id} chief"
    app.selectbox(key=f"{key} outcome").select(AppealOutcome.PARTLY).run()
    app.text_area(key=f"{key} words").input("剔除不了解的评价")
    app.number_input(key=f"{key} corrected").set_value(70.5).run()
    press(app, "答复")
    assert "已答复" in words(app)
    mine = browse(doors, "chief", address)
    assert first in mine and "更正为 70.5" in mine and "剔除不了解的评价" in mine
    assert "更正为 70.5" in words(doors.page("appraisals", who="ceo", tab="reports")).replace("\\", "")
    side = doors.page("appraisals", who="judge", appraisal=appraisal.id, tab="calibration")
    assert "70.5" in words(side) and first in words(side)


def test_no_rating_is_taken_after_the_end(doors: Doors) -> None:
    """A task of somebody whose appraisal is over says so, and is gone from `/my`."""
    appraisal = begin(doors, "一轮")
    step(doors, appraisal, "下发任务")
    account = doors.store.accounts.named("w3")
    assert account is not None
    [task] = doors.store.tasks.of_account(account.id)
    step(doors, appraisal, "结束所选人员的评价")
    assert "对这位同事的评价已经结束" in browse(doors, "w3", f"/t/{task.id}")
    assert task.id not in browse(doors, "w3", "/my")


def test_weights_add_up(doors: Doors) -> None:
    """Weights that don't make 100 % begin nothing."""
    app = doors.page("appraisals", who="judge")
    app.multiselect(key="appraisal persons").set_value(["chief"]).run()
    app.number_input(key="weight peer").set_value(50).run()
    press(app, "提出评价人")
    assert "合计应为 100%" in words(app) + "".join(each.value for each in app.error)
    assert not doors.store.appraisals.all()
