"""The page of the audit trail: old lines leave for an archive at a click, and the archive can be taken along."""

from __future__ import annotations

from datetime import timedelta

import pytest

from surveys.localisation.clock import utc_now
from surveys.operations.audit_archive import archive_folder, archives, check_archives
from surveys.storage import Store
from surveys.storage.sqlite.accounts import audit
from tests.console.test_console import Open, add_accounts, open_page

__all__ = ["open_page"]
pytestmark = pytest.mark.dated


def test_old_lines_are_archived(store: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of six months and younger can't be chosen; without old ones there is nothing to press."""
    add_accounts(store)
    assert "archive audit" not in [button.key for button in open_page(store, "boss", "audit").button]
    with monkeypatch.context() as patched:
        patched.setattr(audit, "utc_now", lambda: utc_now() - timedelta(days=400))
        store.accounts.record_all("boss", "publish", [(f"survey-{number}", "version 1") for number in range(3)])
    store.accounts.record("boss", "publish", "young", "version 1")
    app = open_page(store, "boss", "audit")
    next(button for button in app.button if button.label == "归档 3 条").click().run()
    assert not app.exception and "已归档并核对" in app.success[0].value
    [kept] = archives(archive_folder(store))
    assert kept.name in app.selectbox(key="archive to take").options
    found = check_archives(store, archive_folder(store))
    assert len(found.good) == 1 and store.accounts.check_audit().archived == 3
    assert [(line.account, line.action) for line in store.accounts.audit(2)] == [
        ("boss", "archive audit"), ("boss", "publish"),
    ]  # fmt: skip
