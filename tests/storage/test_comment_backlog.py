"""The analysis takes what waits by key: its cost goes with what it takes, not with what is stored."""

from __future__ import annotations

from datetime import date

import pytest

from surveys.comments import CommentKind, Sentiment
from surveys.definition.survey import Survey
from surveys.storage import Store
from surveys.storage.records.comments import CommentFinding, OpenComment
from surveys.storage.sqlite.comments.findings import FindingTable
from surveys.storage.sqlite.connection import Connections, connect
from surveys.storage.sqlite.migrations import migrations, upgrade
from tests.conftest import submission

SURVEY, ITEMS = "power-visit", ["comment"]


def found(waiting: OpenComment, model: str) -> CommentFinding:
    kind, sentiment = CommentKind.PRAISE, Sentiment.POSITIVE
    return CommentFinding(waiting.response, waiting.item, model, waiting.text, kind, sentiment, 0.9, sure=True)


def given(store: Store, *numbers: int) -> None:
    store.responses.bring_in([submission(number) for number in numbers])


def analyse(store: Store, model: str) -> int:
    waiting = store.findings.waiting(SURVEY, ITEMS, model, 1000)
    store.findings.save([found(each, model) for each in waiting])
    return len(waiting)


def test_each_comment_waits_once_for_each_model(published: Store) -> None:
    """Those without words never; what another model has read waits again beside what none has."""
    given(published, 1, 2)
    published.responses.append([submission(3, answers={"csat": 4}), submission(4, answers={"comment": "慢"})])
    assert [analyse(published, "one"), analyse(published, "one"), analyse(published, "two")] == [3, 0, 3]
    given(published, 5)
    assert published.findings.progress(SURVEY, ITEMS, "two") == (3, 4)
    assert [analyse(published, "three"), analyse(published, "two")] == [4, 4]


def test_a_withdrawn_comment_waits_no_more(published: Store) -> None:
    """Whether it was analysed or not; the counts go down with it."""
    given(published, 1, 2)
    published.responses.withdraw(SURVEY, submission(1).id, date(2026, 11, 22))
    assert analyse(published, "one") == 1
    published.responses.withdraw(SURVEY, submission(2).id, date(2026, 11, 22))
    assert published.findings.progress(SURVEY, ITEMS, "one") == (0, 0) and analyse(published, "two") == 0


def test_what_a_new_version_calls_an_open_question_waits(published: Store, visit: Survey) -> None:
    """Also in the answers that came before it."""
    given(published, 1)
    published.responses.append([submission(2, answers={"wish": "快一点", "comment": "好"})])
    assert analyse(published, "one") == 2
    changed = Survey.model_validate_json(visit.model_dump_json().replace('"code":"comment"', '"code":"wish"'))
    published.surveys.save_draft(changed, "service", by="test")
    published.surveys.publish(SURVEY, by="test")
    assert [each.text for each in published.findings.waiting(SURVEY, ["wish"], "one", 10)] == ["快一点"]


def test_a_database_of_before_has_its_comments_waiting(published: Store) -> None:
    """Those without a finding, and those with one of another model."""
    given(published, 1, 2, 3)
    published.findings.save([found(OpenComment(submission(1).id, "comment", "好"), "one")])
    db = connect(published.path)
    for statement in ("DROP TABLE open_comments", "DROP TABLE comment_counts"):
        db.execute(statement)
    db.execute("DELETE FROM _sqlite_migrations WHERE name LIKE '%_open_comments'")
    db.conn.commit()
    assert [each.name for each in migrations.pending(db)] == ["m035_open_comments"]
    upgrade(db)
    assert published.findings.progress(SURVEY, ITEMS, "one") == (1, 3)
    assert [analyse(published, "one"), analyse(published, "two")] == [2, 3]


@pytest.mark.parametrize("stored", [20, 400])
def test_a_look_costs_as_much_however_many_are_stored(published: Store, stored: int) -> None:
    """Nothing waits, or few do; and how far the analysis has come is asked: counted in steps of the engine."""
    given(published, *range(stored))
    assert analyse(published, "one") == stored
    given(published, *range(1000, 1005))
    connections = Connections(published.path)
    steps = []

    def step() -> int:
        steps.append(1)
        return 0

    with connections.reading() as db:
        db.conn.set_progress_handler(step, 1)
    findings = FindingTable(connections)
    assert len(findings.waiting(SURVEY, ITEMS, "one", 500)) == 5
    findings.progress(SURVEY, ITEMS, "one")
    assert 0 < len(steps) < 1000
    connections.close()
