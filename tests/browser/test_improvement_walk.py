"""The whole loop in a real browser: a low score on a phone becomes a case, a plan, a measure, a verdict and a report.

The server starts anew with its clock set at each time that matters, as nobody can wait for two months.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from surveys.sample_organisation import load_sample_organisation, sample_responses
from tests.browser.conftest import DESK, PASSWORD, PHONE, settled
from tests.browser.test_rounds_walk import Walk

pytestmark = pytest.mark.browser

FOUND, CARRIED_OUT, MEASURED = "2027-03-01T09:30", "2027-03-17T09:00", "2027-05-17T09:00"
DUE = "2027-03-03"  # two working days after a Monday
REPAIRED_FROM, REPAIRED_UNTIL = date(2027, 3, 22), date(2027, 5, 16)
PLAN, MEASURE = "城东抢修恢复到原来的速度（二）", "城东抢修班增加一个夜班（二）"


@pytest.fixture
def walk(chromium: Browser, tmp_path: Path) -> Iterator[Walk]:
    """The sample organisation on the day on which its weak spot is found."""
    found = Walk(chromium, tmp_path)
    load_sample_organisation(found.store, date.fromisoformat(FOUND[:10]), password=PASSWORD)
    yield found
    found.store.close()


def choose(page: Page, label: str, option: str) -> None:
    field = page.get_by_role("combobox", name=label).last
    field.click()
    field.press_sequentially(option)
    page.get_by_role("option", name=option).first.click()


def set_a_rule(page: Page) -> None:
    """Low overall scores of the survey become cases of the repair department."""
    page.goto("/cases?tab=rules")
    settled(page)
    choose(page, "问卷", "供电服务回访")
    page.get_by_label("规则名称").fill("低分回访")
    choose(page, "部门（找不到时也归这里）", "配网抢修部")
    choose(page, "经办人（由他具名答复）", "李经理")
    page.get_by_label("值", exact=True).first.fill("2")
    page.get_by_role("button", name="保存规则").click()
    expect(page.get_by_text("已保存规则；从现在收到的答卷起生效。")).to_be_visible()


def give_a_low_score(phone: Page) -> None:
    phone.goto("/s/power-visit?tp=repair-east")
    phone.locator("input[name=csat][value='1']").check(force=True)
    phone.locator("input[name=repair][value='1']").check(force=True)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_role("heading", name="感谢您的评价")).to_be_visible()


def await_case(walk: Walk) -> None:
    """The rule is held against new answers every few seconds."""
    end = time.monotonic() + 120
    while not any(each.source.kind == "survey" for each in walk.store.cases.all()) and time.monotonic() < end:
        time.sleep(0.2)


def write_a_plan(page: Page) -> None:
    """With one measure: tomorrow for two weeks, re-measured for two months."""
    page.goto("/plans?about=power-visit&area=repair")
    settled(page)
    page.get_by_label("要改进什么").fill(PLAN)
    page.get_by_role("button", name="建立").click()
    expect(page.get_by_text("已建立，接着登记措施。")).to_be_visible()
    settled(page)
    choose(page, "打开计划", PLAN)
    expect(page.get_by_role("heading", name=PLAN)).to_be_visible()
    page.get_by_text("登记措施", exact=True).click()
    choose(page, "按什么划分单位", "触点")
    settled(page)
    page.get_by_label("做什么").fill(MEASURE)
    choose(page, "在哪些单位", "城东抢修队")
    page.get_by_label("节约的计算公式（可不填）").fill("20000 × (19 − 8)")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    expect(page.get_by_text("2027-03-02 至 2027-03-16，复测到 2027-05-15")).to_be_visible()


def open_plan(page: Page, *, state: str = "open") -> None:
    page.goto(f"/plans?state={state}")
    settled(page)
    choose(page, "打开计划", PLAN)
    expect(page.get_by_role("heading", name=PLAN)).to_be_visible()


def verdict_of(page: Page, verdict: str) -> Locator:
    """The measure once it says so: pages show figures up to a quarter of a minute old."""
    sheet = page.locator("[class*='st-key-measure-']", has_text=MEASURE)
    told = sheet.get_by_text(verdict, exact=True)
    end = time.monotonic() + 90
    open_plan(page)
    while not told.count() and time.monotonic() < end:
        time.sleep(3)
        open_plan(page)
    expect(told).to_be_visible()
    return sheet


def test_from_a_low_score_on_a_phone_to_the_yearly_summary(walk: Walk, tmp_path: Path) -> None:
    """Each step by who takes it, through the page on which it is taken."""
    with walk.at(FOUND):
        with walk.browsing("admin", DESK) as page:
            set_a_rule(page)
        with walk.browsing("staff-repair", PHONE) as phone:
            phone.context.clear_cookies()  # a customer is nobody here
            give_a_low_score(phone)
        with walk.browsing("manager", DESK) as page:
            await_case(walk)
            page.goto("/cases")
            settled(page)
            expect(page.locator("tr", has_text=DUE)).to_contain_text("配网抢修部 · 李经理")
            write_a_plan(page)
    with walk.at(CARRIED_OUT), walk.browsing("manager", DESK) as page:
        open_plan(page)
        sheet = page.locator("[class*='st-key-measure-']", has_text=MEASURE)
        sheet.get_by_role("button", name="标记为已完成").click()
        expect(sheet.get_by_text("已完成", exact=True)).to_be_visible()
    better = [
        each for each in sample_responses(31, date(2027, 6, 20))
        if REPAIRED_FROM <= each.received_on <= REPAIRED_UNTIL
    ]  # fmt: skip
    walk.store.responses.append(better)
    with walk.at(MEASURED), walk.browsing("manager", DESK) as page:
        sheet = verdict_of(page, "见效")
        expect(sheet.get_by_text("节约：220,000 元")).to_be_visible()
        page.goto("/reports?report=yearly-summary&when=2027&survey=power-visit")
        settled(page)
        with page.expect_download() as download:
            page.get_by_test_id("stDownloadButton").first.get_by_role("button").click()
        download.value.save_as(tmp_path / "year.html")
    year = (tmp_path / "year.html").read_text()
    assert MEASURE in year and "见效" in year and "220,000" in year
