"""Files that are made when somebody takes them: as the reader may see them, in their language, and not any more."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from surveys.permissions import Role
from surveys.storage import Store
from tests.browser.conftest import Visitor, settled
from tests.support.front_door import add_account

pytestmark = [pytest.mark.browser, pytest.mark.dated]


def taken(page: Page, name: str) -> str:
    with page.expect_download() as download:
        page.get_by_role("button", name=name).first.click()
    return Path(download.value.path()).read_text("utf-8-sig")


def test_the_file_of_customers_can_be_taken(visitor: Visitor, sample: Store) -> None:
    """It is made anew by whoever takes it, and stands in the audit trail."""
    page = visitor("admin")
    page.goto("/people")
    settled(page)
    assert taken(page, "导出为 CSV").startswith("客户编号,姓名")
    assert "export contacts" in {line.action for line in sample.accounts.audit(50)}


@pytest.mark.parametrize(("place", "button"), [("/people", "导出为 CSV"), ("/audit", "CSV")])
def test_who_may_not_any_more_gets_nothing(visitor: Visitor, sample: Store, place: str, button: str) -> None:
    """A page that stays open from before is no way round: neither what is read anew nor what was shown."""
    name = f"leaving-{place[1:]}"
    add_account(sample, name, Role.ADMIN)
    page = visitor(name)
    page.goto(place)
    settled(page)
    assert taken(page, button)
    sample.accounts.change(name, role="staff")
    files: list[object] = []
    page.on("download", lambda file: files.append(file))
    page.get_by_role("button", name=button).first.click()
    page.wait_for_timeout(3000)
    assert not files
