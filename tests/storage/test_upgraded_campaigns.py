"""A database of before answers kept their campaign: of whom one campaign alone has asked, it is known."""

from __future__ import annotations

from pathlib import Path

from surveys.storage import Store
from surveys.storage.sqlite.connection import connect
from surveys.storage.sqlite.migrations import migrations

_ROWS = """
INSERT INTO surveys (code, created_at) VALUES ('s', '2026-01-01');

INSERT INTO survey_versions (survey, number, definition, created_at) VALUES ('s', 1, '{}', '2026-01-01');

INSERT INTO campaigns (id, survey, version, anonymous, state, plan, created_at, created_by)
VALUES ('one', 's', 1, 0, 'ended', '{"name": "x"}', '2026-01-01', 'test'),
       ('two', 's', 1, 0, 'ended', '{"name": "y"}', '2026-01-02', 'test'),
       ('hidden', 's', 1, 1, 'ended', '{"name": "z"}', '2026-01-03', 'test');

INSERT INTO invitations (id, campaign, contact, segment, token_hash, due_at, finished)
VALUES ('1', 'one', 'alone', '', 'a', '2026-01-01', 1), ('2', 'one', 'asked twice', '', 'b', '2026-01-01', 1),
       ('3', 'two', 'asked twice', '', 'c', '2026-01-01', 1), ('4', 'one', 'also called', '', 'd', '2026-01-01', 1),
       ('5', 'two', 'no answer yet', '', 'e', '2026-01-01', 0),
       ('6', 'hidden', 'was anonymous', '', 'f', '2026-01-01', 1);

INSERT INTO responses (id, survey, version, answers, received_on, channel, contact)
VALUES ('r1', 's', 1, '{}', '2026-01-02', 'invitation', 'alone'),
       ('r2', 's', 1, '{}', '2026-01-02', 'invitation', 'asked twice'),
       ('r3', 's', 1, '{}', '2026-01-02', 'invitation', 'asked twice'),
       ('r4', 's', 1, '{}', '2026-01-02', 'invitation', 'also called'),
       ('r5', 's', 1, '{}', '2026-01-02', 'phone', 'also called'),
       ('r6', 's', 1, '{}', '2026-01-02', 'phone', 'no answer yet'),
       ('r7', 's', 1, '{}', '2026-01-02', 'link', NULL),
       ('r8', 's', 1, '{}', '2026-01-02', 'phone', 'was anonymous')"""


def test_older_answers_know_the_one_campaign_that_asked(tmp_path: Path) -> None:
    """Where several have, or somebody also called, or it was anonymous, none is made up."""
    db = connect(tmp_path / "old.db")
    migrations.apply(db, stop_before="m064_campaigns_of_answers")
    for statement in _ROWS.split(";\n\n"):
        db.execute(statement)
    db.conn.commit()
    db.close()
    store = Store(tmp_path / "old.db")
    with store._connections.reading() as upgraded:
        found = dict(upgraded.execute("SELECT id, campaign FROM responses").fetchall())
    assert found == {"r1": "one"} | dict.fromkeys(("r2", "r3", "r4", "r5", "r6", "r7", "r8"))
    assert store.campaigns.names("s") == {"one": "x", "two": "y"}
    store.close()


def test_a_change_of_a_file_that_figures_see_is_noted(store: Store) -> None:
    """A wish to be left alone changes no figure."""
    stamps = [store.contacts.stamp()]
    with store._connections.writing() as db:
        db.execute(
            "INSERT INTO contacts (id, kind, customer_number, name, phone, email, chat, who, does, worth, tier, "
            "secrecy, created_at, updated_at) "
            "VALUES ('c', 'customer', '', 'x', '', '', '', '{}', '{}', '{}', '', '', '', '')"
        )
    stamps.append(store.contacts.stamp())
    store.contacts.set_tiers({"c": "A"}, by="test")
    stamps.append(store.contacts.stamp())
    store.contacts.opt_out("c", by="test")
    assert store.contacts.stamp() == stamps[-1] and len(set(stamps)) == 3
    store.contacts.delete("c", by="test")
    assert store.contacts.stamp() != stamps[-1]
