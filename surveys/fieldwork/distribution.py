"""Gives surveys out: links, QR codes, and what stands on a poster."""

from __future__ import annotations

import io
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import segno
from markupsafe import Markup

from surveys.cases.opinion_boxes import Box
from surveys.definition.context.business_types import FACT
from surveys.definition.survey import Survey
from surveys.localisation.wording import DEFAULT_LANGUAGE
from surveys.organisation.departments import Touchpoint

QUIET_ZONE = 4  # modules; ISO/IEC 18004 asks for no less
INVITATION = "扫码评价本次服务，您的意见直接送到负责的部门"
BOX_INVITATION = "扫码写下您的意见，可以附照片，凭查询码查看答复"


@dataclass(frozen=True)
class Poster:
    """What a printed invitation shows; `qr` is an SVG element."""

    title: str
    invitation: str
    link: str
    qr: str
    touchpoint: str | None
    organisation: str


def form_link(base_url: str, survey: str, touchpoint: str | None = None) -> str:
    """The open link of a survey, for one touchpoint where given."""
    query = f"?{urlencode({'tp': touchpoint})}" if touchpoint else ""
    return f"{base_url.rstrip('/')}/s/{quote(survey, safe='')}{query}"


def business_link(base_url: str, survey: str, business_type: str) -> str:
    """The open link of a survey for those who had this type of business done."""
    return f"{form_link(base_url, survey)}?{urlencode({FACT: business_type})}"


def embed_snippet(base_url: str, survey: Survey, language: str = DEFAULT_LANGUAGE) -> str:
    """The piece of HTML with which a website shows the survey's form."""
    address = f"{base_url.rstrip('/')}/embed/{quote(survey.code, safe='')}"
    frame = Markup(
        '<iframe src="{}" title="{}" style="width:100%;max-width:640px;height:720px;border:0" loading="lazy"></iframe>'
    )
    return str(frame.format(address, survey.title.in_language(language)))


def qr_svg(link: str) -> str:
    """The link as an SVG element that grows with its surroundings; a quarter of it may be hidden or worn."""
    return _code(link).svg_inline(border=QUIET_ZONE, omitsize=True, light="#fff", svgclass="qr", lineclass=None)


def qr_png(link: str, scale: int = 12) -> bytes:
    """The link as a PNG image, *scale* pixels a module."""
    image = io.BytesIO()
    _code(link).save(image, kind="png", scale=scale, border=QUIET_ZONE)
    return image.getvalue()


def poster(
    survey: Survey, base_url: str, organisation: str, touchpoint: Touchpoint | None = None,
    *, language: str = DEFAULT_LANGUAGE, invitation: str = INVITATION,
) -> Poster:  # fmt: skip
    """What the poster of a survey shows, at one touchpoint or anywhere."""
    link = form_link(base_url, survey.code, touchpoint.code if touchpoint else None)
    return Poster(
        title=survey.title.in_language(language), invitation=invitation, link=link, qr=qr_svg(link),
        touchpoint=touchpoint.name if touchpoint else None, organisation=organisation,
    )  # fmt: skip


def box_link(base_url: str, box: str) -> str:
    """Where an opinion box is written to."""
    return f"{base_url.rstrip('/')}/box/{quote(box, safe='')}"


def box_poster(box: Box, base_url: str, organisation: str) -> Poster:
    """What the poster of an opinion box shows."""
    link = box_link(base_url, box.code)
    return Poster(box.name, BOX_INVITATION, link, qr_svg(link), None, organisation)


def _code(link: str) -> segno.QRCode:
    # Level Q survives the creases and scratches of a poster on a wall.
    return segno.make_qr(link, error="q", boost_error=False)
