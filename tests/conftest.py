"""What all tests share: a real database in a temporary file, and a published survey in it."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import settings

from analysis.comments import comment_worker
from surveys import accounts, bounded_work
from surveys.definition.survey import Survey
from surveys.definition.templates import template
from surveys.intake.submission import Submission
from surveys.operations.installation import keep_what_is_loaded
from surveys.organisation.departments import Department, Touchpoint
from surveys.storage import Store
from tests.support.folders_in_memory import lie_in_memory
from tests.support.worker_scheduling import FileScheduling, rank

# While tests are gathered hardly anything becomes garbage, and each look for it goes through all that was loaded.
gc.disable()

# A shared machine may pause a test at any moment; how long an example takes says nothing about the code.
settings.register_profile("steady", deadline=None, max_examples=25)
settings.register_profile("thorough", deadline=None, max_examples=400)
settings.load_profile("thorough" if os.environ.get("XINSHENG_THOROUGH") == "1" else "steady")

lie_in_memory()

# Who answers and then looks, looks at once.
os.environ.setdefault("XINSHENG_FIGURES_AGE", "0")

# Passwords of tests are worth no guessing: a hash of full cost would take a tenth of a second for each sign-in.
accounts._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
accounts._NOBODY = accounts._hasher.hash("nobody's password")

# Nobody fills in a form meanwhile: comments are analysed without the rests that leave the machine to others.
comment_worker.REST = 0.0

# What is read of files is read here: tests/attacks/test_hostile_workbooks.py has the process of its own.
bounded_work.HERE = True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest first."""
    items.sort(key=lambda item: rank(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> FileScheduling:
    """How tests are shared out among workers, where there are some."""
    return FileScheduling(config, log)


def pytest_collection_finish() -> None:
    """What is gathered by now stays to the end, as in the server: no look for garbage goes through it again."""
    keep_what_is_loaded()


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with two departments and a touchpoint of one of them, made once and copied for each test."""
    store = Store(tmp_path_factory.mktemp("new") / "xinsheng.db")
    store.organisation.save(
        [Department("repair", "配网抢修部"), Department("service", "营销服务部")],
        [Touchpoint("repair-east", "城东抢修队", "repair", district="城东", business_type="故障抢修")],
    )
    store.close()
    return store.path


@pytest.fixture
def store(tmp_path: Path, new_database: Path) -> Iterator[Store]:
    """A new database with two departments and a touchpoint of one of them."""
    store = Store(shutil.copy(new_database, tmp_path / "xinsheng.db"))
    yield store
    store.close()


@pytest.fixture
def visit() -> Survey:
    """The post-visit survey."""
    return template("power-visit")


@pytest.fixture
def published(store: Store, visit: Survey) -> Store:
    """The store with the post-visit survey in the field, owned by the service department."""
    store.surveys.save_draft(visit, "service", by="test")
    store.surveys.publish(visit.code, by="test")
    return store


def submission(number: int = 0, **changes: object) -> Submission:
    """A submission to the post-visit survey; each number is another one."""
    values: dict[str, object] = {
        "id": f"{number:032x}",
        "survey": "power-visit",
        "version": 1,
        "answers": {"csat": 4, "nps": 9, "comment": "师傅来得很快"},
        "received_on": date(2026, 11, 22),
        "received_at": datetime(2026, 11, 22, 2, 30, tzinfo=UTC),
        "touchpoint": "repair-east",
        "department": "repair",
        "district": "城东",
    }
    return Submission(**(values | changes))  # type: ignore[arg-type]
