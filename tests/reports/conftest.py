"""A sample power supplier with answers, plans and cases, made once for all tests of reports."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from surveys.localisation.clock import local_day, utc_now
from surveys.permissions import Role
from surveys.sample_organisation import load_sample_organisation
from surveys.storage import Store


@pytest.fixture(scope="module")
def supplier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """With a manager of one department, who is called chief."""
    store = Store(tmp_path_factory.mktemp("supplier") / "xinsheng.db")
    load_sample_organisation(store, local_day(utc_now()))
    store.accounts.add("chief", "王主任", Role.MANAGER, "no password", ("repair",), now=utc_now())
    yield store
    store.close()
