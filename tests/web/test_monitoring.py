"""What monitoring is told: how much there is to do, of nobody in particular, and only by whom it may be asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.middleware import Middleware

from surveys.api_keys import ApiScope, new_key
from surveys.channels.message import OutboxMessage, message_id
from surveys.localisation.clock import local_day, utc_now
from surveys.localisation.wording import Message
from surveys.operations.backup_standing import note_backup
from surveys.operations.installation import Installation
from surveys.settings import Settings
from surveys.storage import Store
from surveys.web.front.respondent_pages import RespondentPages
from surveys.web.monitoring.health import HealthPages
from surveys.web.protection.proxies import behind
from surveys.web.rendering.own_routes import OwnRoutes
from tests.support.front_door import NOW, SECRET, TestClient, hidden, receipt

pytestmark = pytest.mark.dated
FORM = "/s/power-visit"
HERE, ELSEWHERE = ("127.0.0.1", 5000), ("203.0.113.9", 5000)


def asking(
    store: Store, peer: tuple[str, int] = HERE, *, base_url: str = "http://localhost:8501",
    proxies: tuple[str, ...] = (),
) -> TestClient:  # fmt: skip
    """A browser, or a monitoring system, at the forms of an installation."""
    settings = Settings(Path(store.path), store.path.with_suffix(".key"), base_url=base_url, proxies=proxies)
    pages = RespondentPages(Installation(settings, store, SECRET))
    own = Middleware(
        OwnRoutes, organisation=store.organisation, routes=pages.routes(), observe=pages.metrics.observe
    )  # fmt: skip
    app = Starlette(middleware=[*behind(proxies), own], lifespan=lambda _: pages.running())
    return TestClient(app, "http://localhost:8501", client=peer)


def told(text: str) -> dict[tuple[str, tuple[str, ...]], float]:
    """Each sample by its name and the values of its labels."""
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_forms_messages_and_backlog_are_counted(published: Store) -> None:
    """What was sent, how long pages took, what waits; neither a survey nor what anybody wrote is named."""
    published.outbox.put([OutboxMessage(message_id("m"), "email", "li@example.cn", "您好", subject="请评价")], now=NOW)
    with asking(published) as browser:
        fields = hidden(browser.get(FORM).text) | {"csat": "4", "comment": "师傅来得很快"}
        assert receipt(browser.post(FORM, data=fields).text)
        answer = browser.get("/metrics")
    samples = told(answer.text)
    assert samples["xinsheng_forms_total", ("accepted",)] == 1
    assert samples["xinsheng_outbox", ("email", "waiting")] == 1
    assert samples["xinsheng_comments_waiting", ()] == 1
    assert samples["xinsheng_outbox_overdue_seconds", ()] > 0
    assert samples["xinsheng_request_seconds_count", ("POST", "s", "3xx")] == 1
    assert samples["xinsheng_up", ()] == 1
    for private in ("power-visit", "li@example.cn", "师傅", "您好"):
        assert private not in answer.text


def test_the_age_of_the_newest_backup_is_told(published: Store) -> None:
    """So that somebody is woken when none was made; nothing of it while there is none at all."""
    with asking(published) as browser:
        assert ("xinsheng_backup_age_seconds", ()) not in told(browser.get("/metrics").text)
        note_backup(published, "nightly", utc_now() - timedelta(days=3))
        age = told(browser.get("/metrics").text)["xinsheng_backup_age_seconds", ()]
    assert 3 * 86_400 <= age < 3 * 86_400 + 600


def test_addresses_of_strangers_do_not_become_names(published: Store) -> None:
    """Whoever asks for a thousand addresses must not fill the memory of monitoring."""
    with asking(published) as browser:
        for number in range(20):
            browser.get(f"/nothing-{number}")
            browser.get(f"/s/nothing-{number}")
            browser.request(f"ODD{number}", FORM)
        text = browser.get("/metrics").text
    assert "nothing-" not in text and "ODD" not in text
    assert len([key for key in told(text) if key[0] == "xinsheng_request_seconds_count"]) <= 4


@pytest.mark.parametrize(
    ("peer", "how", "headers"),
    [
        (ELSEWHERE, {}, {}),
        (HERE, {}, {"X-Forwarded-For": "203.0.113.9"}),
        (HERE, {}, {"Forwarded": "for=203.0.113.9"}),
        (HERE, {}, {"Via": "1.1 proxy"}),
        (HERE, {"base_url": "https://ask.example"}, {}),
        (HERE, {"proxies": ("127.0.0.1",)}, {"X-Forwarded-For": "203.0.113.9"}),
        (HERE, {"proxies": ("127.0.0.1",)}, {"X-Forwarded-For": "127.0.0.1"}),
        (ELSEWHERE, {}, {"X-Forwarded-For": "127.0.0.1", "Host": "localhost"}),
        (ELSEWHERE, {}, {"Authorization": "Bearer xs_0123456789abcdef_" + "A" * 43}),
    ],
    ids=["elsewhere", "forwarded", "forwarded by the standard", "via", "behind a proxy nobody listed", "a listed proxy",
         "one that claims to be here", "claims", "a key that is none"],
)  # fmt: skip
def test_others_do_not_learn_that_there_are_metrics(
    published: Store, peer: tuple[str, int], how: dict[str, object], headers: dict[str, str]
) -> None:
    with asking(published, peer, **how) as browser:  # type: ignore[arg-type]
        answer = browser.get("/metrics", headers=headers)
    assert answer.status_code == 404 and "xinsheng_" not in answer.text


def test_this_machine_may_ask_behind_listed_proxies_too(published: Store) -> None:
    with asking(published, base_url="https://ask.example", proxies=("10.0.0.5",)) as browser:
        assert browser.get("/metrics").status_code == 200


def test_a_key_for_it_opens_it_from_elsewhere_and_no_other_key_does(published: Store) -> None:
    right, text = new_key("prometheus", frozenset({ApiScope.METRICS_READ}), local_day(NOW))
    wrong, other = new_key("crm", frozenset(set(ApiScope) - {ApiScope.METRICS_READ}), local_day(NOW))
    for key in (right, wrong):
        published.api_keys.add(key, by="test")
    with asking(published, ELSEWHERE, base_url="https://ask.example") as browser:
        asked = {each: browser.get("/metrics", headers={"Authorization": f"Bearer {each}"}) for each in (text, other)}
        assert [each.status_code for each in asked.values()] == [200, 404]
        published.api_keys.revoke(right.id, local_day(NOW), by="test")
        assert browser.get("/metrics", headers={"Authorization": f"Bearer {text}"}).status_code == 404


class Trial:
    """Stands in for a store that can be tried."""

    def __init__(self) -> None:
        self.fault: Exception | None = None

    def probe(self, *, writing: bool) -> None:
        if self.fault:
            raise self.fault


@pytest.fixture
def trial() -> Trial:
    return Trial()


@pytest.fixture
def standing() -> dict[str, bool]:
    return {"console": True}


@pytest.fixture
def monitor(trial: Trial, standing: dict[str, bool]) -> Iterator[TestClient]:
    pages = HealthPages(trial, ready={"console": lambda: standing["console"]})
    with TestClient(Starlette(routes=pages.routes())) as browser:
        yield browser


def test_ready_is_when_everything_stands(monitor: TestClient, trial: Trial, standing: dict[str, bool]) -> None:
    """Forms are healthy without the console; the whole is not ready. Each part is named."""
    assert monitor.get("/readyz").json() == {"status": "ready", "database": "ok", "console": "ok"}
    standing["console"] = False
    answer = monitor.get("/readyz")
    assert answer.status_code == 503 and answer.json()["console"] == "not there" and answer.json()["database"] == "ok"
    assert monitor.get("/healthz").status_code == 200
    trial.fault = OSError(28, "No space left on device")
    answer = monitor.get("/readyz")
    assert answer.status_code == 503 and "disk" in answer.json()["database"]


def test_health_passes_on_a_remark(trial: Trial) -> None:
    pages = HealthPages(trial, remark=lambda: Message("{count} 天", {"count": 3}))
    with TestClient(Starlette(routes=pages.routes())) as browser:
        answer = browser.get("/healthz")
    assert answer.status_code == 200 and answer.json() == {"status": "ok", "remark": "3 days"}


def test_a_failing_database_is_what_metrics_tell(published: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(published.workload, "now", fails)
    with asking(published) as browser:
        answer = browser.get("/metrics")
    assert answer.status_code == 200 and told(answer.text)["xinsheng_up", ()] == 0
