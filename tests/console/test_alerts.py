"""What needs attention on the start page comes from one table of alerts."""

from __future__ import annotations

import pytest

from analysis.pages import overview
from analysis.pages.overview import ALERTS, InView, Notice
from surveys.permissions import Role
from surveys.storage import Store
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, words

__all__ = ["open_page"]  # a fixture


@pytest.fixture
def answered(published: Store) -> Store:
    add_accounts(published)
    published.responses.append([submission(number) for number in range(6)])
    return published


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.__name__.strip("_"))
@pytest.mark.parametrize("name", ["boss", "head"], ids=[Role.ADMIN, Role.MANAGER])
def test_each_alert_gives_notices_that_lead_somewhere(
    answered: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch, alert: object, name: str
) -> None:
    """Alone on the page, it is drawn with its link, or there is nothing to attend to."""
    monkeypatch.setattr(overview, "ALERTS", (alert,))
    app = open_page(answered, name, "")
    shown = words(app)
    assert "需要关注" in shown
    assert "目前没有需要特别关注的事" in shown or any(link in shown for link in ("去", "看", "检查"))


def test_an_alert_that_is_added_is_shown_after_the_others(
    answered: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With nothing else to be touched."""

    def mine(view: InView) -> list[Notice]:
        return [Notice("bad", "新的", f"{len(view.found)} 个调查要看", "results", "去看")]

    monkeypatch.setattr(overview, "ALERTS", (*ALERTS, mine))
    assert "1 个调查要看" in words(open_page(answered, "boss", ""))
