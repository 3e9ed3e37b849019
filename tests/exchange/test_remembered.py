"""What is remembered of the database is never out of date."""

from __future__ import annotations

from pathlib import Path

from surveys.organisation.departments import Touchpoint
from surveys.storage import Store
from surveys.storage.sqlite.connection import Connections, RememberedRead


def test_it_is_read_once_until_something_is_written(tmp_path: Path) -> None:
    """Looks between two commits cost one reading; any commit, of any program, makes for a new one."""
    store, other = Store(tmp_path / "x.db"), Store(tmp_path / "x.db")
    readings = list[str]()

    def read(_: object, name: str) -> int:
        readings.append(name)
        return len(readings)

    remembered = RememberedRead(Connections(tmp_path / "x.db"), read, most=3)
    assert [remembered.get("a"), remembered.get("a"), remembered.get("b")] == [1, 1, 2]
    other.organisation.set("organisation", "城南供电")
    assert remembered.get("a") == 3
    store.organisation.set("organisation", "城北供电")
    assert remembered.get("a") == 4


def test_it_forgets_rather_than_grow(tmp_path: Path) -> None:
    """Made-up codes in addresses fill no memory."""
    Store(tmp_path / "x.db")
    remembered = RememberedRead(Connections(tmp_path / "x.db"), lambda _, key: object(), most=3)
    first = remembered.get(1)
    assert remembered.get(1) is first
    for number in range(2, 6):
        remembered.get(number)
    assert remembered.get(1) is not first


def test_the_own_commit_is_seen_at_once(published: Store) -> None:
    """Closing a survey, naming the organisation, moving a touchpoint: the next look knows."""
    assert published.responses.open_form("power-visit") is not None
    published.surveys.close("power-visit", by="test")
    assert published.responses.open_form("power-visit") is None
    assert published.organisation.name() is None
    published.organisation.set("organisation", "城南供电")
    assert published.organisation.name() == "城南供电"
    published.organisation.save(touchpoints=[Touchpoint("repair-east", "城东", "service")])
    moved = published.organisation.touchpoint("repair-east")
    assert moved is not None and moved.department == "service"
