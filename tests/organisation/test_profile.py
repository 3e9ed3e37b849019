"""The organisation's name, colour and logo: on every page and message, readable, small and never as markup."""

from __future__ import annotations

import io
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from email.headerregistry import Address
from random import Random

import pytest
from PIL import Image

from surveys.cases.opinion_boxes import Box
from surveys.channels.mail import Mail, Server
from surveys.channels.message import Outgoing
from surveys.channels.return_addresses import ReturnAddresses
from surveys.channels.sms import sign_body
from surveys.intake.submission import Submission
from surveys.localisation.clock import local_day, zone
from surveys.localisation.palette import READABLE, USUAL, contrast, palette
from surveys.localisation.profile import LONGEST_NAME, Profile, follow, tidy_name
from surveys.organisation.logo import SMALL_BYTES, UnfitLogo, logo_from
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.changes import ChangedMeanwhile
from tests.console.test_console import Open, add_accounts, open_page, press, words_of_errors
from tests.house.test_import_rules import ROOT
from tests.support.front_door import add_account, be, hidden, publish, set_up, visiting
from tests.web.test_form_weight import LIMIT

__all__ = ["open_page"]  # a fixture

HOSTILE = '<script>alert(1)</script>"&'
LONG_EMOJI = "👩‍👩‍👧‍👦供电⚡" + "很长的名称" * 8


def picture(kind: str = "png", size: tuple[int, int] = (600, 200), *, noisy: bool = False) -> bytes:
    chance = Random(1)
    drawn = Image.new("RGB", size, "#123456")
    if noisy:
        drawn = Image.frombytes("RGB", size, chance.randbytes(size[0] * size[1] * 3))
    written = io.BytesIO()
    drawn.save(written, format=kind)
    return written.getvalue()


def named(store: Store, **parts: str) -> Profile:
    profile = replace(store.organisation.profile(), **parts)
    store.organisation.present(profile, by="test")
    return profile


@pytest.fixture
def followed(store: Store) -> Iterator[Store]:
    """The process speaks and dates as this store's organisation."""
    follow(store.organisation.profile)
    yield store
    follow(Profile)


# Colour


@pytest.mark.parametrize(
    "colour", ["#FFFF00", "#FFFFFF", "#000000", "#FF8800", "#00FF00", "#7F7F7F", "#C00000", "#0E6E6E"]
)
def test_every_colour_can_be_read(colour: str) -> None:
    """White on it, it on white and on its pale ground: whatever colour is chosen."""
    shades = palette(colour)
    for ground in ("#FFFFFF", shades.mist):
        assert contrast(shades.main, ground) >= READABLE
        assert contrast(shades.deep, ground) >= READABLE


def test_a_readable_colour_stays_as_it_is() -> None:
    assert palette("#8A1C1C").main == "#8A1C1C"
    assert palette("red;} body{display:none") == USUAL, "what is no colour never reaches a sheet"


# Name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  云湾\n供电 ", "云湾 供电"), ("A\u202eB\u200b\x07C", "ABC"), ("👩‍👧 供电", "👩‍👧 供电"), ("\u200d \u2066", "")],
    ids=["one line", "nothing unseen", "emoji stay whole", "nothing at all"],
)
def test_a_name_is_one_line_of_what_is_seen(typed: str, kept: str) -> None:
    assert tidy_name(typed) == kept


@pytest.mark.parametrize("name", ["云湾供电", HOSTILE, LONG_EMOJI], ids=["plain", "markup", "long with emoji"])
def test_every_plain_page_bears_the_name(published: Store, name: str) -> None:
    """Form, thanks, box, closed and unknown pages, sign-in, posters, cards and paper; escaped everywhere."""
    named(published, name=name, colour="#8A1C1C")
    published.boxes.save(Box("east", "城东意见箱", "repair"), by="test")
    admin = add_account(published, "wu", Role.ADMIN)
    with visiting(published) as browser:
        pages = [
            browser.get(each).text for each in ("/s/power-visit", "/box/east", "/login", "/s/none", "/nowhere", "/case")
        ]
        fields = hidden(pages[0]) | {"csat": "5", "nps": "9"}
        pages.append(browser.post("/s/power-visit", data=fields).text)
        be(browser, published, admin)
        pages += [browser.get(f"/{each}/power-visit").text for each in ("poster", "cards", "paper", "typing")]
        pages.append(browser.get("/box/east/poster").text)
    from markupsafe import escape

    for page in pages:
        assert str(escape(name)) in page and HOSTILE not in page
        assert "心声" not in re.sub(r'<p class="foot">.*?</p>', "", page)
        assert "#0E6E6E" not in page.upper() and "#8A1C1C" in page.upper()


def test_the_policy_still_fits_the_sheet_in_own_colours(published: Store) -> None:
    """A page whose sheet is not the one its policy names would stand there bare."""
    from base64 import b64encode
    from hashlib import sha256

    named(published, name="云湾", colour="#8A1C1C")
    with visiting(published) as browser:
        answer = browser.get("/s/power-visit")
    sheet = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert sheet and b64encode(sha256(sheet[1].encode()).digest()).decode() in answer.headers["content-security-policy"]


# Logo


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
@pytest.mark.parametrize("noisy", [False, True], ids=["plain", "of noise"])
def test_a_logo_is_small_in_forms_and_fine_in_print(kind: str, noisy: bool) -> None:
    logo = logo_from(picture(kind, noisy=noisy))
    small, printed = (b64decode(each.partition(",")[2]) for each in (logo.small, logo.printed))
    assert len(small) <= SMALL_BYTES
    with Image.open(io.BytesIO(small)) as drawn, Image.open(io.BytesIO(printed)) as fine:
        assert drawn.height <= 52 and fine.size == (600, 200)


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"GIF89a", picture()[:60], b"%PDF-1.4"],
    ids=["empty", "svg", "gif", "cut short", "pdf"],
)
def test_what_can_be_no_logo_is_refused(content: bytes) -> None:
    with pytest.raises(UnfitLogo):
        logo_from(content)


def test_a_logo_keeps_nothing_behind_its_picture() -> None:
    logo = logo_from(picture("jpeg") + b"<script>secret</script>")
    assert b"secret" not in b64decode(logo.printed.partition(",")[2])


def test_the_heaviest_form_still_fits_with_logo_and_long_name(store: Store) -> None:
    """15 KB with a logo of noise, in one request."""
    publish(store, "service-baseline")
    logo = logo_from(picture(noisy=True))
    named(store, name="供电所" * 20, colour="#8A1C1C", logo=logo.small, printed_logo=logo.printed)
    with visiting(store) as browser:
        with browser.stream("GET", "/s/service-baseline", headers={"accept-encoding": "gzip"}) as answer:
            body = b"".join(answer.iter_raw())
        head = sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)
    assert answer.status_code == 200 and head + len(body) <= LIMIT, head + len(body)


# Messages


def letter(sender: Profile, from_name: str = "") -> str:
    mail = Mail(Server("localhost", 25), Address(from_name, addr_spec="s@example.cn"), ReturnAddresses(b"k" * 32))
    return mail.letter(
        Outgoing("0" * 32, "z@example.com", "请评价", "您好 https://x.cn/i/1", sender=sender)
    ).as_string()


def test_a_mail_bears_the_letterhead() -> None:
    """Name of the sender, name and logo over the words, and the name under the plain text."""
    from email import message_from_string
    from email.policy import SMTP

    logo = logo_from(picture())
    made = message_from_string(letter(Profile(name=HOSTILE, logo=logo.small, printed_logo=logo.printed)), policy=SMTP)
    plain, page = made.get_body(("plain",)), made.get_body(("html",))
    assert plain and plain.get_content().rstrip().endswith(f"—— {HOSTILE}")
    assert page and "&lt;script&gt;" in page.get_content() and "cid:logo" in page.get_content()
    assert HOSTILE.split("<")[0] in made["From"] and [
        each for each in made.walk() if each.get_content_type() == "image/png"
    ]


def test_the_name_set_for_the_mail_server_goes_before() -> None:
    assert "From: Voice <s@example.cn>" in letter(Profile(name="Yunwan"), "Voice")
    assert "From: Yunwan <s@example.cn>" in letter(Profile(name="Yunwan"))
    assert "——" not in letter(Profile())


@pytest.mark.parametrize(
    ("body", "name", "sent"),
    [
        ("您好", "云湾", "【云湾】您好"),
        ("【老】您好", "云湾", "【老】您好"),
        ("您好", "", "您好"),
        ("您好", "云】湾", "【云湾】您好"),
    ],
    ids=["signed", "signed already", "nobody named", "no brackets within"],
)
def test_a_text_message_is_signed_once(body: str, name: str, sent: str) -> None:
    assert sign_body(body, name) == sent


# Language


def test_pages_speak_the_organisation_s_language_unasked(followed: Store) -> None:
    """And Chinese is then the one that an address must name."""
    add_account(followed, "wu", Role.ADMIN)
    named(followed, name="Power", language="en")
    with visiting(followed) as browser:
        page = browser.get("/login").text
        assert "Sign in" in page and 'href="/login?lang=zh-Hans"' in page
        chinese = browser.get("/login?lang=zh-Hans").text
        assert "登录" in chinese and 'action="/login?lang=zh-Hans"' in chinese


# Time zone


def test_days_are_cut_in_the_organisation_s_zone(followed: Store) -> None:
    """The same moment is another day in Los Angeles; a form's answer is dated there as well, and so it is shown."""
    moment = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
    assert local_day(moment).isoformat() == "2026-11-22"
    named(followed, name="Power", zone="America/Los_Angeles")
    assert local_day(moment).isoformat() == "2026-11-21" and str(zone()) == "America/Los_Angeles"
    publish(followed, "power-visit")
    with visiting(followed) as browser:
        browser.post("/s/power-visit", data=hidden(browser.get("/s/power-visit").text) | {"csat": "5", "nps": "9"})
    [[answer]] = followed.responses.responses("power-visit")
    assert answer.received_on.isoformat() == "2026-11-21"


def test_the_api_cuts_days_without_a_time_in_the_same_zone(followed: Store) -> None:
    """An answer of which only the day is known begins with that day here, not in Beijing."""
    publish(followed, "power-visit")
    followed.responses.append([Submission("a" * 32, "power-visit", 1, {"csat": 5}, date(2026, 11, 21))])
    begins = {"Asia/Shanghai": "2026-11-20T16:00:00+00:00", "America/Los_Angeles": "2026-11-21T08:00:00+00:00"}
    for place, moment in begins.items():
        named(followed, name="Power", zone=place)
        with followed._connections.reading() as db:
            [row] = db.query("SELECT day_begins('2026-11-21') AS begins")
        assert row["begins"] == datetime.fromisoformat(moment).timestamp()


def test_a_zone_that_is_none_leaves_the_usual_one(followed: Store) -> None:
    named(followed, zone="Mars/Olympus")
    assert str(zone()) == "Asia/Shanghai"


def test_nobody_dates_in_a_zone_of_their_own() -> None:
    """All ask `zone`, so that one setting moves them all."""
    rooms = [*(ROOT / "surveys").rglob("*.py"), *(ROOT / "analysis").rglob("*.py"), ROOT / "app.py"]
    own = re.compile(r"\bZONE\b|Asia/Shanghai|28800|timedelta\(hours=8\)\)")
    kept = {"clock.py", "profile.py"}
    assert {path.name for path in rooms if own.search(path.read_text("utf-8"))} <= kept


# Setting it


def test_the_first_administrator_names_the_organisation(store: Store) -> None:
    with visiting(store) as browser:
        assert 'name="organisation"' in browser.get("/setup").text
        assert set_up(browser, store, organisation=" 云湾 供电 ").status_code == 303
    assert store.organisation.name() == "云湾 供电"


def test_the_settings_page_names_the_organisation(store: Store, open_page: Open) -> None:
    add_accounts(store)
    app = open_page(store, "boss", "settings")
    next(each for each in app.text_input if each.label == "单位名称").set_value("")
    press(app, "保存")
    assert "请填写单位名称" in words_of_errors(app)
    next(each for each in app.text_input if each.label == "单位名称").set_value("云湾\u202e供电")
    press(app, "保存")
    assert store.organisation.name() == "云湾供电"
    assert [each.action for each in store.accounts.audit(1)] == ["set name"]


@pytest.mark.parametrize("name", ["maker", "head", "voice", "hand"])
def test_only_administrators_reach_the_settings(store: Store, open_page: Open, name: str) -> None:
    add_accounts(store)
    app = open_page(store, name, "settings")
    assert not [each for each in app.text_input if each.label == "单位名称"]


def test_the_second_to_save_is_told(store: Store) -> None:
    seen = store.organisation.profile()
    named(store, name="先")
    with pytest.raises(ChangedMeanwhile):
        store.organisation.present(replace(seen, name="后"), seen=seen, by="b")
    assert store.organisation.name() == "先" and LONGEST_NAME == 60
