"""From the message on a phone to the answer its author reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Visitor, settled
from tests.intake.test_evidence import picture

pytestmark = pytest.mark.browser

MESSAGE = "周六下午营业厅只开一个窗口，排队一个半小时。"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_message_with_a_photo_is_answered(visitor: Visitor, tmp_path: Path, *, scripts: bool) -> None:
    """The customer writes and keeps the code; the manager answers in the console; the customer reads and adds to it."""
    photo = tmp_path / "queue.jpg"
    photo.write_bytes(picture())
    phone = visitor(viewport=PHONE, javascript=scripts)
    phone.goto("/box/counter")
    phone.get_by_text("建议").check()
    phone.get_by_label("请写下您的意见").fill(MESSAGE + str(scripts))
    phone.locator("input[type=file]").set_input_files(photo)
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_role("heading", name="我们收到了您的意见")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    code = phone.locator(".code b").inner_text()

    desk = visitor("admin")
    desk.goto("/boxes")
    settled(desk)
    expect(desk.get_by_text(MESSAGE + str(scripts)).last).to_be_visible()
    expect(desk.get_by_role("link", name="照片 1")).to_be_visible()
    desk.get_by_label("答复（写信的人凭查询码看到）").fill("下周起周六开三个窗口。")
    desk.get_by_role("button", name="保存").first.click()
    expect(desk.get_by_text("已保存；写信的人现在可以看到。")).to_be_visible()

    phone.goto("/case")
    phone.get_by_label("查询码").fill(code.lower())
    phone.get_by_role("button", name="查看").click()
    expect(phone.get_by_role("heading", name="已答复")).to_be_visible()
    expect(phone.get_by_text("下周起周六开三个窗口。")).to_be_visible()

    phone.get_by_label("还有要补充的？").fill("叫号机也坏了。")
    phone.get_by_role("button", name="补充").click()
    expect(phone.get_by_text("叫号机也坏了。")).to_be_visible()
    expect(phone.get_by_label("还有要补充的？")).to_have_value("")
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    desk.reload()
    settled(desk)
    expect(desk.get_by_text("叫号机也坏了。")).to_be_visible()
