"""Agent quality from an empty database over two months, through the doors that people and systems have."""

from __future__ import annotations

from pathlib import Path

import pytest

from surveys.localisation.clock import local_day, utc_now
from surveys.storage import Store
from surveys.storage.records.tasks import TaskSearch
from tests.appraisal.test_appraisal_walk import browse
from tests.console.test_console import Open, open_page, press, words
from tests.support.doors import Doors

__all__ = ["open_page"]  # a fixture
pytestmark = pytest.mark.dated

CARD = "call-monitoring"
AGENTS = [f"a{n}" for n in range(1, 6)]
ROWS = {"courtesy": ("greeting", "polite", "closing"), "empathy": ("listening", "understanding", "calming"),
        "competence": ("diagnosis", "correct", "record", "promise"),
        "answering": ("clear", "structure", "questions", "confirm")}  # fmt: skip


@pytest.fixture
def doors(tmp_path: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> Doors:
    found = Doors(Store(tmp_path / "xinsheng.db"), open_page, monkeypatch)
    found.import_table("departments", "名称,上级部门,代号\n公司,,head\n客服中心,公司,service\n营业部,公司,hall\n")
    people = ["chief,主管,部门管理者,客服中心", "other,别的主管,部门管理者,营业部"]
    people += ["li,李听,员工,客服中心", "wu,吴听,员工,客服中心"]
    people += [f"{each},话务{each},话务员,客服中心" for each in AGENTS]
    found.import_table("accounts", "\n".join(["用户名,姓名,角色,部门", *people]))
    found.choose_passwords()
    found.publish(CARD)
    return found


def calls_of_month(doors: Doors, mark: str, *, by_system: bool) -> None:
    """Six calls of each agent, from a file or told by the call centre's own system."""
    day = local_day(utc_now()).isoformat()
    codes = [(f"{mark}-{agent}-{n}", agent) for agent in AGENTS for n in range(6)]
    if not by_system:
        doors.import_subjects("call", "代号,名称,话务员,日期\n" + "".join(f"{c},{c},{a},{day}\n" for c, a in codes))
        return
    told = [{"code": c, "name": c, "attributes": {"agent": [a], "date": [day]}} for c, a in codes]
    with doors.system() as system:
        answer = system.post("/subjects/call", json={"subjects": told})
    assert answer.status_code == 200 and answer.json()["new"] == len(codes), answer.text


def draw(doors: Doors) -> None:
    app = doors.page("call-centre", who="chief", tab="quality")
    ids = {each.name: str(each.id) for each in doors.store.accounts.all()}
    app.number_input(key="draw each").set_value(3)
    app.multiselect(key="draw listeners").set_value([ids["li"], ids["wu"]]).run()
    press(app, "随机抽取")
    told = words(app) + "".join(each.value for each in app.success)
    assert "已抽取 5 位话务员的 15 通，其中 3 通由两人各听一遍" in told, told


def listen(doors: Doors, points: dict[str, int]) -> None:
    """Both listeners find their tasks at `/my` and rate; *points* of courtesy by agent."""
    day = local_day(utc_now()).isoformat()
    names = {each.id: each.name for each in doors.store.accounts.all()}
    for task in doors.store.tasks.all(TaskSearch(CARD), local_day(utc_now()), limit=-1):
        if task.done or task.account is None:
            continue
        who = names[task.account]
        assert f"/t/{task.id}" in browse(doors, who, "/my")
        given = {f"{of}.{row}": "4" for of, rows in ROWS.items() for row in rows}
        given |= {f"courtesy.{row}": str(points.get(task.subject, 4)) for row in ROWS["courtesy"]}
        given["empathy.listening"] = "5" if who == "wu" else "3"
        more = {"reason": "bill", "called_on": day, "score": "80", "critical": "none", "coaching": "先问候再提问"}
        doors.answer(f"/t/{task.id}", who=who, **given, **more)


def marks(doors: Doors, weak: str) -> None:
    """Test, attendance and productivity from a file; *weak* was often away."""
    month = local_day(utc_now()).strftime("%Y-%m")
    rows = "".join(f"{each},{month},90,{60 if each == weak else 100},5000,85\n" for each in AGENTS)
    app = doors.page("call-centre", who="chief", tab="quality")
    assert not app.exception, app.exception
    file = f"话务员,期间,业务测试,出勤率,通话时长,可用率\n{rows}"
    app.file_uploader(key="marks file").upload("marks.csv", file.encode(), "text/csv").run()
    press(app, "保存这些成绩")
    assert not app.exception


def test_agent_quality_over_two_months(doors: Doors) -> None:
    """Calls drawn, heard by one or two, marks brought in, the weak told what to do; an objection met by another."""
    calls_of_month(doors, "m1", by_system=False)
    draw(doors)
    listen(doors, {"a1": 2})
    marks(doors, weak="a2")
    page = words(doors.page("call-centre", who="chief", tab="quality"))
    assert "培训：电话礼仪" in page and "考勤管理：与本人面谈原因" in page, page
    assert "3 通由两人各自评分，平均相差" in page
    assert "名次范围" in page and "暂不排名" not in page
    elsewhere = words(doors.page("call-centre", who="other", tab="quality"))
    assert "话务a1" not in elsewhere and "还没有质检" in elsewhere
    objected(doors)
    coached(doors)
    doors.passes(days=35)
    calls_of_month(doors, "m2", by_system=True)
    draw(doors)
    listen(doors, {"a1": 5})
    app = doors.page("call-centre", who="chief", tab="quality")
    month = local_day(utc_now()).strftime("%Y-%m")
    assert app.selectbox(key="month").value == month and len(app.selectbox(key="month").options) == 2
    app.selectbox(key="heard").select("a1").run()
    assert "超出本人以往的正常波动" in words(app)
    assert "最近 " in browse(doors, "a1", "/my")


def objected(doors: Doors) -> None:
    mine = browse(doors, "a1", "/my/quality")
    assert "培训：电话礼仪" in mine and "先问候再提问" in mine and "话务a2" not in mine
    assert "没有您的质检评分" in browse(doors, "li", "/my/quality")
    account = doors.store.accounts.named("a1")
    assert account is not None
    tasks = doors.store.tasks.all(TaskSearch(CARD), local_day(utc_now()), limit=-1)
    foreign = next(each.id for each in tasks if each.subject == "a2")
    assert "没有找到这份评分" in browse(doors, "a1", "/my/quality", card=foreign, words="不是我的")
    own = next(each.id for each in tasks if each.subject == "a1")
    sent = browse(doors, "a1", "/my/quality", card=own, words="录音里有问候语")
    assert "前答复" in sent
    [note] = doors.store.agent_quality.notes("a1")
    browse(doors, "a1", "/my/quality", card=own, words="再说一次")
    assert doors.store.agent_quality.notes("a1") == [note], "one objection to a card"
    app = doors.page("call-centre", who="chief", tab="quality")
    app.text_area(key=f"answer {note.id} words").input("复听后维持，开头语不完整").run()
    press(app, "答复")
    assert "复听后维持" in browse(doors, "a1", "/my/quality")


def coached(doors: Doors) -> None:
    app = doors.page("call-centre", who="chief", tab="quality", heard="a1")
    app.text_area(key="coach a1").input("一起听三通录音").run()
    next(each for each in app.button if each.key == "note coaching").click().run()
    assert "一起听三通录音" in browse(doors, "a1", "/my/quality")
