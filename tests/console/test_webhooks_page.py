"""接口 → 推送: set up with a secret that is shown once, paused and resumed, its log with a message sent again."""

from __future__ import annotations

from pathlib import Path

import pytest

from surveys.channels.systems.webhook import DeliveryState
from surveys.storage import Store
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page
from tests.support.front_door import NOW

__all__ = ["open_page"]
pytestmark = pytest.mark.dated


def test_a_webhook_is_set_up_and_its_log_resent(
    published: Store, open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setenv("XINSHENG_SECRET_FILE", f"{tmp_path}/secret.key")
    app = open_page(add_accounts(published), "boss", "interfaces")

    def make(url: str) -> None:
        app.text_input(key="webhook name").set_value("工单系统")
        app.text_input(key="webhook url").set_value(url)
        app.multiselect(key="webhook events").set_value(["answer.received"])
        next(each for each in app.button if each.label == "新建推送").click().run()
        assert not app.exception

    make("ftp://x")
    assert any("https://" in each.value for each in app.error) and published.webhooks.all() == []
    make("https://orders.example.cn/hook")
    [hook] = published.webhooks.all()
    [secret] = [each.value for each in app.code if each.value.startswith("whsec_")]
    assert secret not in repr(open_page(published, "boss", "interfaces")) and secret not in hook.sealed_secret
    published.responses.append([submission(2)])
    published.webhooks.gather(NOW)
    [waiting] = published.webhooks.log(hook.id)
    published.webhooks.settle(waiting.id, DeliveryState.FAILED, 8, None, "HTTP 500", waiting.created_at)
    app.run()
    app.button(key=f"resend {hook.id}").click().run()
    assert not app.exception and published.webhooks.log(hook.id)[0].state is DeliveryState.WAITING
    app.button(key=f"turn {hook.id}").click().run()
    assert published.webhooks.all()[0].paused
    app.button(key=f"turn {hook.id}").click().run()
    assert not published.webhooks.all()[0].paused
    app.button(key=f"drop {hook.id}").click().run()
    assert published.webhooks.all() == [] and published.webhooks.log(hook.id) == []
