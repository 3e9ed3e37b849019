"""Events from tables: one a row, once however often; the folder; and how long the stages of an order took."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from surveys.definition.survey import Survey
from surveys.exchange.event_files import UnfitEventTable, event_guide
from surveys.fieldwork.order_stages import USUAL_STAGES, OrderStages
from surveys.localisation.clock import local_day
from surveys.operations.event_folder import AT_REST, FolderWatch
from surveys.operations.event_tables import EventSummary, event_facts, take_events
from surveys.operations.order_times import STAGES, stages_of
from surveys.operations.retention import remove_what_is_over, what_is_over
from surveys.storage import Store
from surveys.storage.records.retention import RetentionPurpose
from surveys.tables import opened_bytes
from tests.support.front_door import SECRET, Clock
from tests.web.test_api import follow_up_campaign

pytestmark = pytest.mark.dated
HEAD = "事件编号,事件类型,发生时间,户号,姓名,电话,部门,工单,备注"
GOOD = "E1,work_order.closed,2026-11-21 10:00,3301,王先生,13800138000,repair,WO-1,随便"


@pytest.fixture
def clock() -> Clock:
    return Clock()


def taken(store: Store, clock: Clock, *lines: str, **how: Any) -> EventSummary:
    content = "\n".join(lines).encode()
    with opened_bytes(content, guide=event_guide(event_facts(store))) as table:
        return take_events(store, SECRET, table, clock(), **how)


def test_a_table_invites_once_however_often_it_comes(published: Store, clock: Clock) -> None:
    campaign = follow_up_campaign(published, clock)
    other = GOOD.replace("E1", "E2").replace("3301", "3302").replace("138000", "138001")
    counts = [taken(published, clock, HEAD, GOOD, other) for _ in range(3)]
    assert [(each.taken, each.invited) for each in counts] == [(2, 2), (2, 0), (2, 0)]
    assert counts[0].unknown == ("备注",)
    first, _ = sorted(published.invitations.of_campaign(campaign), key=lambda each: str(each.context))
    assert (first.context["order"], first.department) == ("WO-1", "repair")


def test_rows_without_a_number_are_known_by_what_they_say(published: Store, clock: Clock) -> None:
    follow_up_campaign(published, clock)
    head, row = HEAD.removeprefix("事件编号,"), GOOD.removeprefix("E1,")
    assert [taken(published, clock, head, row, row).invited for _ in range(2)] == [1, 0]


def test_bad_rows_are_said_with_their_numbers_and_good_ones_kept(published: Store, clock: Clock) -> None:
    follow_up_campaign(published, clock)
    bad = [
        "E3,work_order.closed,昨天,3303,,,,,", "E4,办结,2026-11-21,3304,,,,,",
        "E5,work_order.closed,2026-11-21,,,,,,", "E6,work_order.closed,2026-11-21,3306,,,哪里,,",
    ]  # fmt: skip
    came = taken(published, clock, HEAD, bad[0], GOOD, *bad[1:])
    assert came.taken == 1 and [each.row.number for each in came.rejected] == [2, 4, 5, 6]
    said = [str(each) for each in came.rejected]
    assert all(word in each for word, each in zip(("发生时间", "事件类型", "户号", "部门"), said, strict=True))


def test_a_check_keeps_nothing(published: Store, clock: Clock) -> None:
    follow_up_campaign(published, clock)
    came = taken(published, clock, HEAD, GOOD, only_check=True)
    assert (came.taken, came.invited) == (1, 0) and published.contacts.numbered("3301") is None


def test_the_same_number_for_something_else_is_left_out(published: Store, clock: Clock) -> None:
    follow_up_campaign(published, clock)
    came = taken(published, clock, HEAD, GOOD, GOOD.replace("3301", "3309"))
    assert came.taken == 1 and "另一件事" in str(came.rejected[0])


def test_a_table_without_the_needed_columns_says_which(published: Store, clock: Clock) -> None:
    with pytest.raises(UnfitEventTable, match="发生时间"):
        taken(published, clock, "事件类型,户号", "a.b,1")


# The folder


def put(folder: Path, name: str, clock: Clock, *lines: str, age: float = AT_REST + 1) -> Path:
    file = folder / name
    if name.endswith(".xlsx"):
        book = Workbook()
        for line in lines:
            book.active.append(line.split(","))
        book.save(file)
    else:
        file.write_text("\n".join(lines), encoding="utf-8")
    moment = clock().timestamp() - age
    os.utime(file, (moment, moment))
    return file


@pytest.fixture
def watch(published: Store, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FolderWatch:
    (tmp_path / "in").mkdir()
    monkeypatch.setenv("XINSHENG_EVENTS_FOLDER", str(tmp_path / "in"))
    follow_up_campaign(published, clock)
    return FolderWatch(published, SECRET, clock)


@pytest.mark.parametrize("name", ["a.csv", "工单.xlsx"])
def test_a_file_is_taken_up_and_moved_with_its_report(
    watch: FolderWatch, tmp_path: Path, clock: Clock, name: str
) -> None:
    file = put(tmp_path / "in", name, clock, HEAD, GOOD, "E9,work_order.closed,x,1,,,,,")
    assert (watch.look(), watch.look()) == (1, 0)
    (report,) = (tmp_path / "in" / "done").glob("*.report.csv")
    told = report.read_text("utf-8-sig")
    assert not file.exists() and "收下 1 件" in told and "发生时间" in told
    assert watch.store.contacts.numbered("3301") is not None


def test_tables_that_were_taken_go_after_the_period_for_events(
    watch: FolderWatch, tmp_path: Path, clock: Clock
) -> None:
    """With their reports; not those of others, not what is linked, none while something is held."""
    folder, store = tmp_path / "in", watch.store
    put(folder, "a.csv", clock, HEAD, GOOD)
    put(folder, "bad.csv", clock, "甲,乙", "1,2")
    assert watch.look() == 2
    (folder / "done" / "notes-20200101.txt").write_text("somebody's own", encoding="utf-8")
    (folder / "done" / "x-20200101-000000.csv").symlink_to(put(tmp_path, "elsewhere.csv", clock, HEAD))
    store.retention.set(RetentionPurpose.EVENTS, "", 3, by="boss")
    today = local_day(clock())
    assert remove_what_is_over(store, today) == 0
    later = today + timedelta(days=100)
    store.retention.hold("", "trial", by="boss", today=later)
    assert remove_what_is_over(store, later) == 0
    store.retention.lift("", by="boss")
    assert [each.count for each in what_is_over(store, later)][-1] == 4
    assert remove_what_is_over(store, later) >= 4
    left = sorted(each.name for place in ("done", "failed") for each in (folder / place).iterdir())
    assert left == ["notes-20200101.txt", "x-20200101-000000.csv"] and (tmp_path / "elsewhere.csv").exists()


def test_what_is_still_being_written_is_left(watch: FolderWatch, tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "in"
    waiting = [put(folder, "new.csv", clock, HEAD, GOOD, age=1)]
    waiting += [put(folder, name, clock, HEAD) for name in ("~lock.csv", ".part.csv", "note.pdf")]
    waiting.append(put(folder, "empty.csv", clock))
    (folder / "link.csv").symlink_to(put(tmp_path, "elsewhere.csv", clock, HEAD, GOOD))
    assert watch.look() == 0 and all(each.exists() for each in waiting)
    clock.passes(seconds=AT_REST)
    assert watch.look() == 1 and not waiting[0].exists()


def test_what_can_not_be_read_fails_with_a_word(watch: FolderWatch, tmp_path: Path, clock: Clock) -> None:
    put(tmp_path / "in", "bad.csv", clock, "甲,乙", "1,2")
    put(tmp_path / "in", "broken.xlsx.csv", clock, "\x00\x01")
    assert watch.look() == 2
    reports = [each.read_text("utf-8-sig") for each in (tmp_path / "in" / "failed").glob("*.report.csv")]
    assert len(reports) == 2 and all(each.strip() for each in reports)


def test_a_server_stopped_in_between_doubles_nothing(watch: FolderWatch, tmp_path: Path, clock: Clock) -> None:
    """The file stands there again as it did before: taken up, but not moved."""
    for _ in range(2):
        put(tmp_path / "in", "a.csv", clock, HEAD, GOOD)
        watch.look()
        clock.passes(seconds=2)
    [campaign] = watch.store.campaigns.all()
    assert len(watch.store.invitations.of_campaign(campaign.id)) == 1
    assert len(list((tmp_path / "in" / "done").glob("a-*.csv"))) == 4


# Stages


def test_the_hours_of_each_stage_come_along_with_the_follow_up(published: Store, visit: Survey, clock: Clock) -> None:
    """From several events of one order, in whatever order they are reported; the first time of each counts."""
    fact = {"code": "hours_to_resolve", "type": "number", "label": "办结小时", "sources": ["event"]}
    data = visit.model_dump(mode="json", by_alias=True, exclude_none=True)
    order = {"code": "order", "label": "工单"}
    published.surveys.save_draft(Survey.model_validate(data | {"context": [order, fact]}), "service", by="test")
    published.surveys.publish("power-visit", by="test")
    campaign = follow_up_campaign(published, clock)
    steps = {"order.dispatched": "20:30", "order.accepted": "20:00", "order.on_site": "21:00"}
    steps["work_order.closed"] = "22:30"
    rows = [f"S{n},{kind},2026-11-21 {at},3301,,13800138000,repair,WO-1," for n, (kind, at) in enumerate(steps.items())]
    came = taken(published, clock, HEAD, *rows)
    assert (came.taken, came.invited, came.rejected) == (4, 1, [])
    [invitation] = published.invitations.of_campaign(campaign)
    assert invitation.context == {"order": "WO-1", "hours_to_resolve": "2.5"}
    [kept] = published.orders.since(clock() - timedelta(days=9), ["repair"])
    assert {each.fact: each.hours(kept.steps) for each in USUAL_STAGES.root} == {
        "hours_to_dispatch": 0.5, "hours_to_arrive": 0.5, "hours_on_site": 1.5, "hours_to_resolve": 2.5,
    }  # fmt: skip
    assert published.orders.since(clock() - timedelta(days=9), ["service"]) == []


def test_limits_are_set_by_business(published: Store) -> None:
    stages = OrderStages(tuple(each.model_copy(update={"limits": {"": 24, "fault": 2}}) for each in USUAL_STAGES.root))
    published.organisation.set(STAGES, stages.model_dump_json())
    first = stages_of(published).root[0]
    assert (first.limit("fault"), first.limit("bill")) == (2, 24) and USUAL_STAGES.root[0].limit("x") is None
