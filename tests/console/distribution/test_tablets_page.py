"""Tablets on the page that gives surveys out: enrolled by a link that is shown once, and sent away again."""

from __future__ import annotations

import pytest

from surveys.accounts import token_hash
from surveys.localisation.clock import utc_now
from surveys.organisation.departments import Touchpoint
from surveys.storage import Store
from tests.console.test_console import Open, add_accounts, open_page, press, words
from tests.support.front_door import publish

__all__ = ["open_page"]  # a fixture

pytestmark = pytest.mark.dated


@pytest.fixture
def counters(store: Store) -> Store:
    publish(store, "counter-kiosk")
    store.organisation.save(touchpoints=[Touchpoint("hall", "营业厅", "service")])
    for place in ("repair-east", "hall"):
        store.kiosks.set(place, "counter-kiosk", by="test")
    return add_accounts(store)


def test_a_tablet_is_enrolled_by_a_link_and_revoked(counters: Store, open_page: Open) -> None:
    app = open_page(counters, "maker", "distribution", survey="counter-kiosk")
    assert "每个触点每分钟最多收 30 份" in words(app)
    next(each for each in app.selectbox if each.label == "为哪个触点登记平板").set_value("repair-east").run()
    press(app, "取得登记链接")
    [link] = [each.value for each in app.code if "/enrol?code=" in each.value]
    assert "/k/repair-east/enrol?code=" in link and "还没有使用" in words(app)
    code = link.partition("code=")[2]
    assert counters.kiosks.enrol_tablet("repair-east", token_hash(code), token_hash("token"), utc_now())
    assert not counters.kiosks.enrol_tablet("repair-east", token_hash(code), token_hash("other"), utc_now())
    assert "登记，最近使用" in words(app.run())
    [tablet] = counters.kiosks.tablets(["repair-east"], utc_now())
    app.button(key=f"revoke tablet {tablet.id}").click().run()
    assert "已停用" in words(app) and counters.kiosks.tablets(["repair-east"], utc_now()) == []
    lines = [(line.account, line.action) for line in counters.accounts.audit(3)]
    assert lines == [("maker", "revoke tablet"), ("maker", "enrol tablet"), ("maker", "invite tablet")]


def test_a_manager_enrols_for_counters_of_their_own_department(counters: Store, open_page: Open) -> None:
    app = open_page(counters, "head", "distribution", survey="counter-kiosk")
    [places] = [each for each in app.selectbox if each.label == "为哪个触点登记平板"]
    assert places.options == ["城东抢修队"]
