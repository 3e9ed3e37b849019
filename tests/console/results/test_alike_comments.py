"""Comments alike in meaning on the page 意见: by letters without an encoder, in the background with one."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Event

import pytest

from analysis.comments.comment_worker import CommentBacklog
from analysis.pages.comments import by_meaning
from analysis.text import Analyser
from analysis.text.meaning.encoders import LetterEncoder
from analysis.text.meaning.known_vectors import VECTORS
from surveys.localisation.clock import local_day, utc_now
from surveys.storage import Store
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, words
from tests.support.open_review import OPEN_REVIEW
from tests.text.test_meaning import DEAR, SLOW, SenseEncoder

__all__ = ["open_page"]

pytestmark = pytest.mark.dated


def commented(store: Store) -> Store:
    add_accounts(store)
    now = utc_now()
    store.responses.append([
        submission(n, answers={"csat": 2, "comment": text}, received_on=local_day(now),
                   received_at=now - timedelta(minutes=n))
        for n, text in enumerate([*SLOW, *DEAR])
    ])  # fmt: skip
    CommentBacklog(store, lambda _: Analyser.load()).analyse_waiting()
    return store


def test_letters_serve_where_there_is_no_encoder(
    published: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once, and the page says so."""
    monkeypatch.setattr(by_meaning, "encoder_in_use", LetterEncoder)
    app = open_page(commented(published), "boss", "comments")
    assert "只按字面相近" in words(app) and "比较了 60 条" in words(app)
    app.text_input(key="words meant").set_value("涨价").run()
    assert "又涨价" in words(app)


def test_an_encoder_works_behind_the_page_once_it_is_wanted(
    published: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is encoded before; what is found shares no letter with what was asked; like ones by one press."""
    encoder, store = SenseEncoder(), commented(published)
    monkeypatch.setattr(by_meaning, "encoder_in_use", lambda: encoder)
    app = open_page(store, "boss", "comments")
    assert "比较 60 条留言" in words(app) and encoder.asked == []
    app.button(key="compare meanings").click().run()
    while VECTORS.busy:
        Event().wait(0.02)
    app = open_page(store, "boss", "comments")
    assert "60 条归入 2 组" in words(app)
    app.button(key="alike 0").click().run()
    assert app.text_input(key="words meant").value in [*SLOW, *DEAR] and not app.exception


def test_comments_that_are_withheld_are_not_compared(
    published: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of an anonymous survey with too few authors nothing is encoded."""
    encoder, store = SenseEncoder(), add_accounts(published)
    monkeypatch.setattr(by_meaning, "encoder_in_use", lambda: encoder)
    store.surveys.save_draft(OPEN_REVIEW, None, by="test")
    store.surveys.publish(OPEN_REVIEW.code, by="test")
    place = {"touchpoint": None, "district": None, "received_at": None, "received_on": date(2026, 11, 2)}
    given = {"department": "repair", "overall": 4, "response": 4, "comment": "等了很久"}
    store.responses.append([submission(1000 + n, survey=OPEN_REVIEW.code, answers=given, **place) for n in range(9)])
    store.responses.settle(date.max)
    CommentBacklog(store, lambda _: Analyser.load()).analyse_waiting()
    shown = words(open_page(store, "boss", "comments", survey=OPEN_REVIEW.code))
    assert "意思相近的留言" not in shown and encoder.asked == []
