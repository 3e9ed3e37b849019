"""Links, QR codes, and what stands on a poster."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from surveys.definition.templates import template
from surveys.fieldwork.distribution import embed_snippet, form_link, poster, qr_png, qr_svg
from surveys.localisation.wording import Text
from surveys.organisation.departments import Touchpoint
from surveys.permissions import Role
from surveys.settings import Settings, UnfitOrigin
from surveys.storage import Store
from tests.support.front_door import add_account, be, hidden, receipt, visiting
from tests.support.open_review import publish_review


@pytest.mark.parametrize(
    "base_url, touchpoint, link",
    [
        ("https://voice.example.cn", None, "https://voice.example.cn/s/power-visit"),
        ("https://voice.example.cn/", "hall-east", "https://voice.example.cn/s/power-visit?tp=hall-east"),
        ("http://localhost:8501", "东&西", "http://localhost:8501/s/power-visit?tp=%E4%B8%9C%26%E8%A5%BF"),
    ],
    ids=["open", "per touchpoint", "escaped"],
)
def test_form_link(base_url: str, touchpoint: str | None, link: str) -> None:
    """The address of a survey, with the touchpoint as a parameter."""
    assert form_link(base_url, "power-visit", touchpoint) == link


def test_qr_svg_is_a_square_with_a_quiet_zone() -> None:
    """Well-formed, sized by its surroundings, dark modules no nearer to the edge than four."""
    svg = ElementTree.fromstring(qr_svg("https://voice.example.cn/s/power-visit?tp=hall-east"))
    _, _, width, height = map(float, svg.attrib["viewBox"].split())
    assert width == height > 21 + 8
    assert "width" not in svg.attrib
    assert any("M4 4.5" in element.attrib.get("d", "") for element in svg.iter())


def test_qr_png_grows_with_its_scale() -> None:
    """A PNG whose side is a whole number of modules."""
    small, large = (_png_side(qr_png("https://voice.example.cn/s/power-visit", scale)) for scale in (4, 8))
    assert large == 2 * small
    assert small % 4 == 0


def _png_side(image: bytes) -> int:
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = (int.from_bytes(image[start : start + 4], "big") for start in (16, 20))
    assert width == height
    return width


def test_poster() -> None:
    """Title, link, code and touchpoint, ready to be laid out."""
    place = Touchpoint("hall-east", "城东营业厅", "service")
    made = poster(template("power-visit"), "https://voice.example.cn", "云湾供电公司", place)
    assert (made.title, made.touchpoint, made.organisation) == ("供电服务回访", "城东营业厅", "云湾供电公司")
    assert made.link == "https://voice.example.cn/s/power-visit?tp=hall-east"
    assert made.qr == qr_svg(made.link)


# The pages


def test_table_cards(published: Store) -> None:
    """A sheet of eight for one touchpoint, one card for each touchpoint of a department; signed in only."""
    with visiting(published) as browser:
        assert browser.get("/cards/power-visit").status_code == 303
        be(browser, published, add_account(published, "maker", Role.DESIGNER))
        assert browser.get("/cards/power-visit?tp=repair-east").text.count("城东抢修队") == 8
        published.organisation.save(touchpoints=[Touchpoint(f"r{n}", f"{n} 号站", "repair") for n in range(9)])
        sheets = browser.get("/cards/power-visit?dept=repair").text
    assert sheets.count("<section>") == 10 and sheets.count("<main>") == 2


def test_a_form_in_a_frame(published: Store) -> None:
    """Only listed websites may frame it, and only at this address; what is sent from there is kept."""
    with visiting(published) as browser:
        page = browser.get("/embed/power-visit")
        policy = page.headers["content-security-policy"]
        assert "frame-ancestors 'self' https://www.example.cn;" in policy and 'action="/embed/power-visit"' in page.text
        assert '<a target="_blank" rel="noopener" href="/s/power-visit/withdraw' in page.text
        assert "frame-ancestors 'self';" in browser.get("/s/power-visit").headers["content-security-policy"]
        thanks = browser.post("/embed/power-visit", data={**hidden(page.text), "csat": "4", "nps": "9"})
        assert receipt(thanks.text) and "www.example.cn" in thanks.headers["content-security-policy"]
        gone = browser.get("/embed/nothing")
        assert gone.status_code == 404 and "www.example.cn" in gone.headers["content-security-policy"]
        publish_review(published)
        assert browser.get("/embed/open-review").status_code == 403
    assert published.responses.amount("power-visit") == 1


def test_the_snippet_is_escaped() -> None:
    """A title can't end its attribute."""
    survey = template("power-visit").model_copy(update={"title": Text.model_validate('a"><script>')})
    snippet = embed_snippet("https://voice.example.cn", survey)
    assert 'src="https://voice.example.cn/embed/power-visit"' in snippet and "<script>" not in snippet


@pytest.mark.parametrize("text", ["www.example.cn", "https://a.cn; script-src *", "https://a.cn/path", "'self'"])
def test_an_origin_that_is_none_is_refused(text: str) -> None:
    """Nothing else gets into the policy."""
    with pytest.raises(UnfitOrigin, match="XINSHENG_EMBED_ORIGINS"):
        Settings.from_environment({"XINSHENG_EMBED_ORIGINS": text})
    good = Settings.from_environment({"XINSHENG_EMBED_ORIGINS": "https://A.cn/, http://b.cn:81"})
    assert good.embed_origins == ("https://a.cn", "http://b.cn:81")
