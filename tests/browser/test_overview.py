"""The start page is read in ten seconds: all four answers stand above the fold, on a desk and on a tablet."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Visitor, settled

pytestmark = pytest.mark.browser

SIZES = {"desk": {"width": 1440, "height": 900}, "tablet": {"width": 1024, "height": 768}}
CUT = """() => [...document.querySelectorAll(".xs-now *")]
    .filter(each => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0).map(each => each.outerHTML)"""


@pytest.mark.parametrize("size", SIZES)
def test_what_one_needs_first_is_seen_without_scrolling(visitor: Visitor, analysed: None, size: str) -> None:
    """By who sees everything and by who sees one department: figures with a trend, changes, areas, duties."""
    for name in ("admin", "manager"):
        page = visitor(name, SIZES[size])
        page.goto("/")
        settled(page)
        panels = [page.locator(f".xs-panel-{part}") for part in ("level", "changes", "first", "due")]
        for panel in panels:
            box = panel.bounding_box()
            assert box and box["y"] > 0 and box["y"] + box["height"] <= SIZES[size]["height"], (name, panel)
        assert "n=" in panels[0].inner_text() and panels[0].locator("img").count() >= 1
        assert page.evaluate(CUT) == []
        page.close()
