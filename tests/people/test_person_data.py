"""One person's data by law: a copy of all that is held of them, and its erasure with all that hangs on it."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from surveys.cases.case import Case, Source
from surveys.cases.opinion_boxes import Box
from surveys.channels.message import OutboxMessage, message_id
from surveys.command_line import main
from surveys.fieldwork.calls import CallQueue
from surveys.fieldwork.prizes import Prize, PrizeKind
from surveys.intake.attachments import Evidence
from surveys.localisation.clock import local_day
from surveys.operations.installation_secret import installation_secret
from surveys.operations.person_data import KINDS, amounts, copy_of, found
from surveys.organisation.subjects import Subject
from surveys.people.contact import Contact
from surveys.permissions import Role
from surveys.storage import Store
from tests.conftest import submission
from tests.fieldwork.test_personal_links import campaign, invite
from tests.support.front_door import NOW, add_account

PHONE, OTHERS = "13800001111", "13900002222"
SAID = "只有她会这样写"


@pytest.fixture
def lived(published: Store) -> Store:
    """Two people of whom everything there is is held."""
    store = published
    people = [Contact("wang", "王建国", phone=PHONE, email="wang@example.cn"), Contact("li", "李芳", phone=OTHERS)]
    store.contacts.keep(people, by="boss")
    run = campaign(store)
    invite(store, run, "wang", "li")
    store.calls.open_queue(CallQueue("q", "回访", "power-visit"), ["wang", "li"], by="boss", now=NOW)
    store.contacts.opt_out("wang", by="boss")
    store.boxes.save(Box("east", "城东意见箱", "repair"), by="boss")
    store.prizes.set(Prize("power-visit", PrizeKind.DRAW, "奖", local_day(NOW)), by="boss")
    for n, (who, phone) in enumerate((("wang", PHONE), ("li", OTHERS)), 1):
        evidence = Evidence("a.jpeg", "jpeg", f"photo {who}".encode())
        photo = store.uploads.keep(evidence, "power-visit", f"f{n}", NOW, "2026-11-22")
        answers = {"csat": 2, "comment": f"{SAID} {who}"}
        store.responses.append([submission(n, contact=who, answers=answers, files=(photo,))])
        store.outbox.put([OutboxMessage(message_id(who), "sms", phone, f"您好{who}")], now=NOW)
        case = Case(f"case-{who}", Source("box", "east"), "repair", "建议", f"{SAID} {who}", phone, NOW)
        store.cases.receive(case)
        store.cases.remark(f"case-{who}", f"r{n}", "还有", NOW)
        store.prizes.enter("power-visit", f"ticket-{who}", who, phone)
    store.responses.append([submission(9, answers={"csat": 5})])
    experts = {"x1": ("王建国专家", "wang"), "x2": ("李芳", "li")}
    store.subjects.bring(
        [Subject("outsider", code, name, None, {"contact": (who,)}) for code, (name, who) in experts.items()], by="boss"
    )
    return store


def everything(store: Store) -> str:
    """Every value of every table, the audit's pseudonyms included, and what lies in the files beside it."""
    with closing(sqlite3.connect(store.path)) as db:
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [repr(row) for name in names for row in db.execute(f"SELECT * FROM {name}")]
    files = [each.read_bytes().decode("latin-1") for each in (store.path.parent / "uploads").glob("??/*")]
    return "\n".join(rows + files)


def test_a_copy_has_all_of_one_person_and_nothing_of_others(lived: Store) -> None:
    [person] = found(lived, "王建国")
    with zipfile.ZipFile(io.BytesIO(copy_of(lived, person.id, NOW, by="boss"))) as archive:
        told = json.loads(archive.read("person.json"))
        files = [archive.read(name) for name in archive.namelist() if name.startswith("files/")]
    assert files == [b"photo wang"]
    assert [kind for kind in KINDS if kind not in ("tasks", "merged", "set_apart") and not told[kind]] == []
    assert told["answers"][0]["answers"]["comment"] == f"{SAID} wang"
    text = json.dumps(told, ensure_ascii=False)
    assert OTHERS not in text and "李芳" not in text and f"{SAID} li" not in text and "token_hash" not in text
    assert lived.accounts.audit()[0].action == "export person"


def test_erased_nothing_of_a_person_is_left_in_the_file(lived: Store) -> None:
    """In no table, no log, no free page and no folder; others keep all of theirs, and the audit its chain."""
    before = amounts(lived, "li")
    counts = lived.persons.erase("wang", by="boss")
    assert counts["answers"] == counts["cases"] == counts["contact"] == 1
    left = everything(lived)
    for trace in ("王建国", PHONE, "wang"):
        assert trace not in left, trace
    raw = lived.path.read_bytes() + lived.path.with_name(lived.path.name + "-wal").read_bytes()
    for trace in ("王建国", PHONE, f"{SAID} wang"):
        assert trace.encode() not in raw, trace
    assert amounts(lived, "li") == before and lived.responses.amount("power-visit") == 2
    assert lived.accounts.check_audit().problems == ()
    assert lived.persons.erase("wang", by="boss") == {}


def test_an_address_is_left_alone_after_erasure_too(lived: Store) -> None:
    """The one thing that has to be remembered, as a keyed hash."""
    lived.persons.erase("wang", by="boss")
    assert lived.wishes.among([lived.wishes.key("phone", PHONE)])


def test_how_many_were_asked_and_answered_stays_true(lived: Store) -> None:
    """Nobody learns from the numbers whether the person who is gone had answered."""
    [run] = lived.campaigns.all()
    asked = {each.contact for each in lived.invitations.of_campaign(run.id)}
    before = _reached(lived, run.id)
    lived.persons.erase("wang", by="boss")
    assert _reached(lived, run.id) == before
    left = {each.contact for each in lived.invitations.of_campaign(run.id)}
    assert len(left) == len(asked) == 2 and "wang" in asked - left


def _reached(store: Store, campaign: str) -> int:
    """How many of a campaign are finished."""
    return sum(each.finished for each in store.invitations.of_campaign(campaign))


def test_an_account_that_is_erased_is_named_nowhere(lived: Store) -> None:
    """Its sign-in is gone, its row stays under a name that says nothing, the chain of the audit holds."""
    zhao = add_account(lived, "zhaoliu", Role.AGENT)
    lived.responses.append([submission(20, contact="li", context={"agent": "zhaoliu", "queue": "回访"})])
    lived.contacts.keep([Contact("staff", "赵", account=zhao.id)], by="zhaoliu")
    lived.calls.open_queue(CallQueue("q2", "二", "power-visit"), ["li"], by="zhaoliu", now=NOW)
    lived.accounts.record("zhaoliu", "sign in", "zhaoliu")
    called = lived.persons.erase_account("zhaoliu", by="boss")
    assert called is not None and "zhaoliu" not in everything(lived)
    account = lived.accounts.named(called)
    assert account is not None and not account.active
    assert lived.accounts.check_audit().problems == ()
    assert lived.persons.erase_account("zhaoliu", by="boss") is None


def test_the_command_asks_before_it_erases(
    lived: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XINSHENG_DB", str(lived.path))
    installation_secret(lived, lived.path.with_suffix(".key"))
    assert main(["person", "find", "王建国"]) == 0 and "wang" in capsys.readouterr().out
    copy = tmp_path / "copy.zip"
    assert main(["person", "export", "wang", "--out", str(copy)]) == 0 and copy.stat().st_mode & 0o077 == 0
    assert main(["person", "export", "wang", "--out", str(copy)]) == 1
    assert main(["person", "erase", "wang"]) == 1 and lived.contacts.get("wang") is not None
    assert main(["person", "erase", "nobody", "--yes"]) == 1
    assert main(["person", "erase", "wang", "--yes"]) == 0 and lived.contacts.get("wang") is None
    assert "备份" in capsys.readouterr().out
    assert main(["person", "erase-account", "nobody", "--yes"]) == 1
