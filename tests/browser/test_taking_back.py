"""An import, of people or of answers, is brought in by file and taken back as a batch, by those who may, and again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as NotInTime

from surveys.people.contact_search import ContactSearch
from surveys.storage import Store
from surveys.storage.records.imports import ImportKind
from tests.browser.conftest import DESK, PHONE, Visitor, settled

pytestmark = pytest.mark.browser

PEOPLE = "姓名,手机号,部门\n收回甲,13700000001,repair\n收回乙,13700000002,repair\n"
ANSWERS = "csat,comment,_touchpoint\n5,收回一,repair-east\n4,收回二,repair-east\n"
SURVEY = "power-visit"  # answered under a name


def bring(page: Page, label: str, name: str, text: str) -> None:
    """Choose a file and press the button that brings it in."""
    choose(page, label, name, text)
    page.get_by_role("button", name="导入", exact=True).click(timeout=60_000)


def choose(page: Page, label: str, name: str, text: str) -> None:
    chooser = page.get_by_test_id("stFileUploader").filter(has_text=label)
    chooser.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": text.encode()})


UNFOLDED = """async expander => {
    const box = expander.querySelector("details"), drawn = () => new Promise(requestAnimationFrame);
    box.querySelector("summary").click();
    while (box.scrollHeight < 100) await drawn();
    for (let frame = 0; frame < 3; frame++) await drawn();
    return [box.clientHeight, box.scrollHeight];
}"""
FOLDED = """async expander => {
    expander.querySelector("summary").click();
    while (!expander.querySelector("[inert]")) await new Promise(requestAnimationFrame);
    return expander.getBoundingClientRect().height;
}"""


def take_back(page: Page, name: str) -> None:
    """Open what asks first beside the batch of this file, and confirm."""
    row = page.get_by_test_id("stHorizontalBlock").filter(has_text=name).last
    expect(row).to_be_visible(timeout=60_000)
    settled(page)
    row.get_by_role("button", name="收回这批").click()
    confirm = page.get_by_role("button", name="确认收回").locator("visible=true")
    expect(confirm).to_be_visible()
    for _ in range(20):  # what opened goes with its row where that moves, but nothing scrolls to it by itself
        row.evaluate("each => each.scrollIntoView({block: 'center'})")
        try:
            confirm.click(timeout=3_000)
        except NotInTime:
            continue
        return
    pytest.fail("what asks first could not be pressed")


@pytest.mark.parametrize("role", ["manager", "admin"])
def test_people_are_taken_back(visitor: Visitor, sample: Store, role: str) -> None:
    """Twice: the same file comes in anew and goes again; nobody else's file is touched, and the audit tells."""
    before = sample.contacts.amount()
    page = visitor(role)
    for _ in range(2):
        page.goto("/people?tab=import")
        bring(page, "客户或员工名单", f"{role}-people.csv", PEOPLE)
        expect(page.get_by_text(re.compile("新增 2 人"))).to_be_visible(timeout=60_000)
        assert sample.contacts.amount() == before + 2
        page.reload()
        take_back(page, f"{role}-people.csv")
        expect(page.get_by_text(re.compile("已收回这次导入：删除新建的 2 份档案"))).to_be_visible(timeout=60_000)
        expect(page.get_by_text(f"{role}-people.csv")).to_have_count(0)
        assert sample.contacts.amount() == before and not sample.contacts.amount(ContactSearch(text="收回"))
    lines = [line for line in sample.accounts.audit(20) if line.action == "take back contacts"][:2]
    assert [(line.account, line.detail[:9]) for line in lines] == [(role, "removed 2")] * 2


@pytest.mark.parametrize(("role", "screen"), [("designer", PHONE), ("admin", DESK)], ids=["phone", "desk"])
def test_answers_are_taken_back(visitor: Visitor, sample: Store, role: str, screen: dict[str, int]) -> None:
    """Twice, with the answers that were there before left as they are; a manager is not offered it."""
    before, name = sample.responses.amount(SURVEY), f"{role}-answers.csv"
    page = visitor(role, screen)
    for _ in range(2):
        open_import(page)
        bring(page, "答卷文件", name, ANSWERS)
        expect(page.get_by_text(re.compile("新增 2 份，已有 0 份"))).to_be_visible(timeout=60_000)
        assert sample.responses.amount(SURVEY) == before + 2
        page.goto(f"/collection?survey={SURVEY}")
        take_back(page, name)
        expect(page.get_by_text(re.compile("已收回这次导入，删除了 2 份答卷"))).to_be_visible(timeout=60_000)
        assert sample.responses.amount(SURVEY) == before
    lines = [line for line in sample.accounts.audit(20) if line.action == "take back answers"][:2]
    assert [(line.account, line.object, line.detail) for line in lines] == [(role, SURVEY, "2 responses")] * 2
    reader = visitor("manager")
    reader.goto(f"/collection?survey={SURVEY}")
    settled(reader)
    expect(reader.get_by_text("从 CSV 或 Excel 文件导入")).to_have_count(0)


def test_a_double_click_brings_in_once(visitor: Visitor, sample: Store) -> None:
    """And what it did is still said when something else is touched at once."""
    before = len(sample.imports.all(ImportKind.PEOPLE))
    page = visitor("manager")
    page.goto("/people?tab=import")
    choose(page, "客户或员工名单", "twice.csv", "姓名,手机号,部门\n两次,13700000009,repair\n")
    page.get_by_role("button", name="导入", exact=True).dblclick(timeout=60_000)
    expect(page.get_by_text(re.compile("新增 1 人"))).to_be_visible(timeout=60_000)
    page.get_by_text("English", exact=True).click()
    expect(page.get_by_text(re.compile("1 added"))).to_be_visible(timeout=60_000)
    page.get_by_text("中文", exact=True).click()
    expect(page.get_by_text(re.compile("新增 1 人"))).to_be_visible(timeout=60_000)
    assert len(sample.imports.all(ImportKind.PEOPLE)) == before + 1


def open_import(page: Page) -> None:
    page.goto(f"/collection?survey={SURVEY}")
    settled(page)
    page.get_by_text("从 CSV 或 Excel 文件导入").click()


def test_nothing_moves_under_the_finger_while_an_expander_unfolds(visitor: Visitor) -> None:
    """It stands at its full height at once: a button in one that grew bit by bit was pressed and never released on."""
    page = visitor("designer", PHONE)
    page.goto(f"/collection?survey={SURVEY}")
    settled(page)
    expander = page.get_by_test_id("stExpander").filter(has_text="从 CSV 或 Excel 文件导入")
    shown, whole = expander.evaluate(UNFOLDED)
    assert shown == whole
    assert expander.evaluate(FOLDED) < 60
