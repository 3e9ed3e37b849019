"""The Chinese console in a browser: nothing of it in English, dark where the system is, seen by the keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from surveys.storage import Store
from surveys.web.protection.sessions import SESSION_COOKIE
from tests.browser.conftest import DESK, Visitor, requests_elsewhere, session_of, wait_for_drawing

pytestmark = pytest.mark.browser

PAGES = [
    "", "results", "improvement", "comments", "analysis?period=all", "analysis?part=crosstab", "analysis?part=weights",
    "analysis?part=planning", "analysis?part=index", "analysis?part=watch&period=all", "teaching", "surveys",
    "surveys?tab=new", "surveys?tab=file", "surveys?tab=gallery", "distribution", "collection", "campaigns", "calls",
    "people", "people?tab=import", "sending", "boxes", "reconciliation", "organisation", "organisation?tab=regions",
    "accounts", "interfaces", "audit", "results?period=custom",
]  # fmt: skip

# Words that stand in no text of the console's own: names of formats and methods, and what people wrote, may be Latin.
SEEN = """() => {
  const own = "[data-testid=stHtml], [data-testid=stMarkdownContainer], [data-testid=stCode], svg, style, script, "
    + "[data-testid*=Icon], iframe, input, textarea, [lang]:not(html)";
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const holder = walk.currentNode.parentElement;
    const streamlits = holder.closest("[data-testid=stFileUploaderDropzone] [data-testid=stMarkdownContainer]");
    const icon = holder.closest("svg, [data-testid*=Icon]");
    if (icon || (holder.closest(own) && !streamlits)) continue;
    if (!holder.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    found.push(walk.currentNode.data.trim());
  }
  for (const name of ["aria-label", "placeholder", "title", "alt"])
    for (const each of document.querySelectorAll(`[${name}]`))
      if (!each.closest("svg, iframe")) found.push(each.getAttribute(name).trim());
  return [...new Set(found)];
}"""
ENGLISH = re.compile(r"[A-Za-z]{3,}")
NAMES = re.compile(
    r"English|CSV|TSV|Excel|Kobo|Google|Outlook|PNG|SVG|NPS|Kano|XLSForm|SurveyJS|LimeSurvey|YAML|JSON|SPSS|Parquet|API|[a-z0-9_.-]+@|"
    r"\b[a-z0-9-]+\.(csv|xlsx|png|svg|yaml|json|xml)\b|XLSX?|LSS|SAV|YML|TXT|xlsx?|csv|yaml|json|[a-z]+-[a-z-]+|stem"
)


def quiet(page: Page) -> None:
    """Until the page is drawn."""
    expect(page.locator("h1").first).to_be_visible(timeout=20_000)
    page.wait_for_function(
        "!document.querySelector('[data-testid=stApp][data-test-script-state=running]')"
        " && !document.querySelector('[data-testid=stSpinner], [data-testid=stSkeleton]')", timeout=60_000
    )  # fmt: skip
    page.wait_for_timeout(250)


def in_english(page: Page) -> list[str]:
    """What the page goes on saying in English itself; Streamlit's own words are replaced as they come."""
    found: list[str] = []
    for _ in range(40):
        found = [each for each in page.evaluate(SEEN) if ENGLISH.search(NAMES.sub("", each))]
        if not found:
            break
        page.wait_for_timeout(250)
    return found


@pytest.fixture(scope="module")
def reader(chromium: Browser, sample: Store, address: str) -> Iterator[Page]:
    """An administrator's browser that goes from page to page, so that Streamlit itself is loaded once.

    As with a visitor, nothing is fetched from anywhere else.
    """
    context = chromium.new_context(base_url=address, viewport=DESK, locale="zh-CN")  # type: ignore[arg-type]
    context.add_cookies([{"name": SESSION_COOKIE, "value": session_of(sample, "admin"), "url": address}])
    page = context.new_page()
    wait_for_drawing(page)
    elsewhere = requests_elsewhere(page, address)
    yield page
    context.close()
    assert not elsewhere, "the pages fetch from elsewhere"


@pytest.mark.parametrize("place", PAGES, ids=lambda place: place or "start")
def test_a_page_of_the_chinese_console_says_nothing_in_english(reader: Page, place: str) -> None:
    """Also what Streamlit says itself: uploads, choices, dates, toolbars, hidden names for screen readers."""
    page = reader
    page.goto(f"/{place}")
    quiet(page)
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert not in_english(page)


@pytest.mark.usefixtures("analysed")
def test_comments_that_are_analysed_say_nothing_in_english(visitor: Visitor) -> None:
    """The page has more to say then."""
    page = visitor("admin")
    page.goto("/comments")
    expect(page.get_by_role("heading", name="留言", exact=True)).to_be_visible(timeout=60_000)
    quiet(page)
    assert not in_english(page)


def test_what_opens_says_nothing_in_english(visitor: Visitor) -> None:
    """A list in which nothing is found, a calendar, a number out of range, a field that waits for Enter."""
    page = visitor("admin")
    page.goto("/results?period=custom")
    quiet(page)
    page.get_by_test_id("stDateInput").locator("input, [role=group]").first.click()
    page.wait_for_timeout(300)
    assert not in_english(page)
    page.keyboard.press("Escape")
    page.goto("/people")
    quiet(page)
    box = page.get_by_test_id("stSelectbox").first
    box.locator("input").fill("不会有的")
    expect(page.get_by_text("没有找到").first).to_be_visible()
    assert not in_english(page)


def test_a_lost_connection_is_told_in_chinese(visitor: Visitor) -> None:
    """The dialog that Streamlit shows when the server can't be reached."""
    page = visitor("admin")
    page.goto("/")
    quiet(page)
    page.evaluate(
        """() => { const box = document.createElement("div"); box.setAttribute("role", "dialog");
        box.innerHTML = "<h2>Connection error</h2><p>Is Streamlit still running? If you accidentally stopped "
          + "Streamlit, just restart it in your terminal:</p><button aria-label='Close'>x</button>";
        document.body.append(box); }"""
    )
    expect(page.get_by_text("连接断开")).to_be_visible()
    expect(page.get_by_text("恢复后会自动重新连接")).to_be_visible()
    assert not in_english(page)


def test_the_english_console_keeps_its_words(visitor: Visitor) -> None:
    """And takes them back when the language is switched on the page."""
    page = visitor("admin")
    page.goto("/results?lang=en")
    quiet(page)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_text("中文", exact=True).click()
    expect(page.get_by_role("heading", name="满意度", exact=True)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_the_chosen_language_is_there_at_the_next_visit(visitor: Visitor, sample: Store) -> None:
    """On another device too, without being named by the address; then back to Chinese for the others."""
    page = visitor("designer")
    page.goto("/")
    quiet(page)
    page.get_by_text("English", exact=True).click()
    expect(page.get_by_text("Welcome").first).to_be_visible()
    elsewhere = visitor("designer")
    elsewhere.goto("/results")
    expect(elsewhere.get_by_role("heading", name="Satisfaction", exact=True)).to_be_visible(timeout=20_000)
    elsewhere.get_by_text("中文", exact=True).click()
    expect(elsewhere.get_by_role("heading", name="满意度", exact=True)).to_be_visible()
    elsewhere.wait_for_timeout(300)
    account = sample.accounts.named("designer")
    assert account is not None and account.language == "zh-Hans"


LIGHTNESS = """(element) => {
  const [r, g, b] = getComputedStyle(element).%s.match(/[0-9.]+/g).map(Number);
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}"""


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_the_console_is_dark_where_the_system_is(visitor: Visitor, scheme: str) -> None:
    """Ground, cards, own tables and the letters of charts."""
    page = visitor("admin")
    page.emulate_media(color_scheme=scheme)
    page.goto("/results?survey=power-visit&period=all")
    quiet(page)
    dark = scheme == "dark"
    ground = page.get_by_test_id("stApp").evaluate(LIGHTNESS % "backgroundColor")
    card = page.locator(".xs-card").first
    assert (ground < 0.3) is dark and (card.evaluate(LIGHTNESS % "backgroundColor") < 0.3) is dark
    assert (page.locator(".xs-card .name").first.evaluate(LIGHTNESS % "color") > 0.5) is dark
    inks = page.get_by_test_id("stVegaLiteChart").first.locator("svg text, canvas")
    expect(inks.first).to_be_visible()


def test_three_cards_stand_in_a_row_on_a_small_screen(visitor: Visitor) -> None:
    """1024 × 768, with the navigation open."""
    page = visitor("admin", {"width": 1024, "height": 768})
    page.goto("/results?survey=power-visit&period=all")
    quiet(page)
    tops = [box["y"] for box in (each.bounding_box() for each in page.locator(".xs-card").all()) if box]
    assert len(tops) >= 3 and len(set(tops[:3])) == 1


def test_the_keyboard_sees_where_it_is_in_the_navigation(visitor: Visitor) -> None:
    """The focused link of the navigation has a frame that others have not."""
    page = visitor("admin")
    page.goto("/")
    quiet(page)
    link = page.get_by_test_id("stSidebarNavLink").nth(1)
    before = link.evaluate("each => getComputedStyle(each).outlineStyle")
    page.get_by_test_id("stSidebarNavLink").first.focus()
    page.keyboard.press("Tab")
    assert link.evaluate("each => document.activeElement === each")
    assert before == "none" and link.evaluate("each => getComputedStyle(each).outlineStyle") == "solid"
