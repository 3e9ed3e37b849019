"""Links, QR codes, and what stands on a poster."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from surveys.distribution import form_link, poster, qr_png, qr_svg
from surveys.organisation import Touchpoint
from surveys.templates import template


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
