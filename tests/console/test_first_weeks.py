"""First weeks of an installation, from an empty database: key accounts, the call centre, rounds on the start page."""

from __future__ import annotations

from pathlib import Path

import pytest

from surveys.definition.templates import all_templates
from surveys.localisation.clock import local_day, utc_now
from surveys.storage import Store
from tests.console.test_console import Open, open_page, words
from tests.fieldwork.test_customer_systems import TREE
from tests.support.doors import Doors

__all__ = ["open_page"]  # a fixture
pytestmark = pytest.mark.dated

ACCOUNTS = (
    "客户编号,姓名,手机号,部门,客户等级,does.产品,who.信用等级,who.价格敏感度,who.期望,"
    "worth.用电量2025,worth.用电量2026,worth.毛利2026\n"
)


@pytest.fixture
def doors(tmp_path: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> Doors:
    found = Doors(Store(tmp_path / "xinsheng.db"), open_page, monkeypatch)
    found.import_table("departments", TREE)
    return found


PAGES = ("", "results", "customers", "calls", "call-centre", "events", "tasks", "cases", "indicators")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_something_on_an_empty_database(doors: Doors, page: str) -> None:
    assert len(words(doors.page(page))) > 50


def test_a_key_account_is_compared_in_eight_ways(doors: Doors) -> None:
    """By share, rank, product, margin, trend, expectation, price and credit, from a list that has these columns."""
    lines = [
        f"K{n},企业{n},1390000000{n},service,重要,{('专线', '光伏')[n % 2]},{'BAA'[n % 3]},高,停电提前一周告知,"
        f"{100 * n},{120 * n},{10 * n}" for n in range(1, 8)
    ]  # fmt: skip
    doors.import_people(ACCOUNTS + "\n".join(lines))
    shown = words(doors.page("customers", tab="key"))
    for topic in ("占全部的份额", "同级中的名次", "产品", "利润率", "走势", "期望", "价格敏感度", "信用"):
        assert f">{topic}</td>" in shown, topic
    assert "没有这项属性" not in shown and "没有分期" not in shown and "20.0%" in shown, "the growth from year to year"


def test_the_call_centre_tells_agents_queues_and_periods(doors: Doors) -> None:
    """Keys, text messages and interviews of one week, and none of another."""
    doors.publish("keypad-reply")
    with doors.system() as system:
        for n in range(12):
            facts = {"agent": "8001" if n % 3 else "8002", "queue": "抢修" if n % 2 else "业扩"}
            for door, entered in (("/ivr", {"keys": ["5", "1"]}), ("/sms", {"text": "4 1"})):
                said = {"id": f"{door[1:]}{n}", "survey": "keypad-reply", "context": facts}
                assert system.post(door, json=said | entered).json()["outcome"] == "accepted"
    doors.work()
    shown = words(doors.page("call-centre", survey="keypad-reply"))
    assert all(each in shown for each in ("24 份答卷", "8001</td>", "8002</td>", "按键", "短信"))
    queues = words(doors.page("call-centre", survey="keypad-reply", centre="context.queue"))
    assert "抢修</td>" in queues and "业扩</td>" in queues
    doors.passes(days=20)
    assert "24 份答卷" not in words(doors.page("call-centre", survey="keypad-reply", period="7"))


def test_the_start_page_tells_rounds_and_not_surveys_of_today(doors: Doors) -> None:
    """After everything was published no card wonders at missing answers; what is open, due and late is told."""
    codes = [each.code for each in all_templates() if not each.about and each.tasks is None][:12]
    for code in codes:
        survey = next(each for each in all_templates() if each.code == code)
        doors.store.surveys.save_draft(survey, "service", by="boss")
        doors.store.surveys.publish(code, by="boss")
    shown = words(doors.page(""))
    assert "没有新答卷" not in shown and "天没有" not in shown
    doors.import_table("accounts", "用户名,姓名,角色,部门\nli,李,员工,配网抢修部\nwu,吴,员工,营销服务部\n")
    doors.publish("department-review", "head")
    doors.work()
    doors.passes(days=30)
    shown = words(doors.page(""))
    assert "份问卷还没有收到答卷：" in shown and shown.count("：还没有收到答卷") == 0, "one card, not one for each"
    counts = doors.store.tasks.counts(local_day(utc_now()), "department-review")
    assert sum(each.late for each in counts) and "超期" in shown
