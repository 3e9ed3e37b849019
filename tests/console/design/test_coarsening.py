"""An anonymous survey with facts near unique: publishing offers to keep less, and nobody is shown by what is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.applications import Starlette

from analysis.released.gate import gate_of
from analysis.released.summary import results_of
from surveys.api_keys import ApiScope
from surveys.definition.survey import Survey
from surveys.localisation.clock import local_day
from surveys.storage import Store
from surveys.web.api.application import api
from tests.console.design.test_building import Open, built, draft_of, open_page, shown
from tests.console.test_console import add_accounts, words
from tests.console.test_console import open_page as any_page
from tests.support.front_door import NOW, SECRET, Clock, TestClient, hidden, receipt, visiting
from tests.web.test_api import key_for

__all__ = ["any_page", "open_page"]  # fixtures
pytestmark = pytest.mark.dated

FACTS = [
    {"code": "moved", "type": "date", "label": {"zh-Hans": "入住日期"}, "sources": ["link"]},
    {"code": "hours", "type": "number", "label": {"zh-Hans": "等候小时"}, "sources": ["link"]},
    {"code": "who", "type": "text", "label": {"zh-Hans": "工号"}, "personal": True},
]


def anonymous_draft(store: Store, *facts: dict[str, object]) -> None:
    data = {**built(store, []).data, "anonymous": True, "context": list(facts)}
    revision = store.drafts.get("visit")
    assert revision is not None
    store.drafts.discard("visit", by="maker")
    store.drafts.save("visit", data, by="maker", step="改")


def test_publishing_refuses_what_would_tell_and_offers_to_keep_less(store: Store, open_page: Open) -> None:
    """A date by month or quarter, a number by band once there are some; what tells of a person is not offered."""
    anonymous_draft(store, *FACTS)
    app = open_page(edit="visit")
    app.button(key="building.publish").click().run()
    assert "building.publish now" not in [each.key for each in app.button]
    said = shown(app)
    assert "匿名问卷不能原样记下“入住日期”" in said and "先在“随答信息”里写上分段的起点" in said
    assert "说明某个人是谁" in said and not [each for each in app.button if (each.key or "").startswith("coarsen who")]
    app.button(key="coarsen moved month").click().run()
    assert draft_of(store).data["context"][0]["coarse"] == "month"
    assert "coarsen moved month" not in [each.key for each in app.button]


def test_what_is_kept_coarsely_is_said_and_shown_of_nobody(store: Store, open_page: Open) -> None:
    """The value itself is nowhere in the database; neither page nor API tells one value from another."""
    anonymous_draft(store, FACTS[0], FACTS[1] | {"bands": [1, 24]})
    app = open_page(edit="visit")
    app.button(key="building.publish").click().run()
    app.button(key="coarsen moved quarter").click().run()
    app.button(key="coarsen hours band").click().run()
    assert "只粗略记下，原值不保存" in shown(app) and "入住日期（季度）" in shown(app)
    app.button(key="building.publish now").click().run()
    assert store.surveys.get("visit").live
    clock = Clock()
    for n in range(8):
        day, hours = ("2026-02-17", "3.7519") if n else ("2025-09-09", "77.5031")
        with visiting(store, clock) as browser:
            address = f"/s/visit?moved={day}&hours={hours}"
            assert receipt(browser.post(address, data=hidden(browser.get(address).text) | {"overall": "4"}).text)
    store.responses.settle(local_day(NOW) + timedelta(days=9))
    kept = [each.context for chunk in store.responses.responses("visit") for each in chunk]
    assert {each["moved"] for each in kept} == {"2026-Q1", "2025-Q3"} and {each["hours"] for each in kept} == {
        "1..24", "24..",
    }  # fmt: skip
    store.close()
    whole = b"".join(each.read_bytes() for each in store.path.parent.glob(f"{store.path.name}*"))
    assert not [each for each in (b"2025-09-09", b"2026-02-17", b"77.5031", b"3.7519") if each in whole]
    reopened = Store(store.path)
    routes = [api(reopened, SECRET, results_of(gate_of(reopened)), clock=clock)]
    with TestClient(Starlette(routes=routes), "http://testserver/api/v1") as system:
        system.headers["Authorization"] = f"Bearer {key_for(reopened, clock, *ApiScope)[1]}"
        for asked in ({"where": "context.moved:2025-Q3"}, {"where": "context.hours:24.."}, {"by": "context.moved"}):
            answer = system.get("/surveys/visit/results", params=asked)
            assert answer.status_code == 422 and "2025-Q3" not in answer.text, answer.text
        assert system.get("/surveys/visit/responses").status_code == 403


def test_no_page_of_results_tells_the_few_of_a_value(store: Store, any_page: Open) -> None:
    """Asked for in the address, a fact of an anonymous survey narrows nothing and is not named."""
    add_accounts(store)
    anonymous = {**built(store, []).data, "anonymous": True, "context": [FACTS[0] | {"coarse": "month"}]}
    survey = Survey.model_validate(anonymous)
    store.surveys.save_draft(survey, None, by="test")
    store.surveys.publish("visit", by="test")
    clock = Clock()
    for day in ["2026-02-17"] * 7 + ["2025-09-09"]:
        with visiting(store, clock) as browser:
            address = f"/s/visit?moved={day}"
            assert receipt(browser.post(address, data=hidden(browser.get(address).text) | {"overall": "4"}).text)
    store.responses.settle(local_day(NOW) + timedelta(days=9))
    plain = words(any_page(store, "boss", "results", survey="visit"))
    asked = words(any_page(store, "boss", "results", survey="visit", **{"context.moved": "2025-09"}))
    assert "2025-09" not in plain and "context" not in plain
    assert "在这里认不出或用不上" in asked and "份答卷" not in asked
