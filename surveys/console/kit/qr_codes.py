"""QR codes on pages of the console, to be looked at and downloaded."""

from __future__ import annotations

from base64 import b64encode

import streamlit as st
from markupsafe import Markup

from surveys.console.kit import downloads
from surveys.console.kit.words import _
from surveys.fieldwork.distribution import qr_png, qr_svg


def qr_code(link: str, name: str) -> None:
    """The link as a picture, with the files to print it from under this name."""
    svg = qr_svg(link).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)  # a file needs its namespace
    picture = Markup('<img class="xs-code" src="data:image/svg+xml;base64,{}" alt="{}">')
    st.html(picture.format(b64encode(svg.encode()).decode(), _("二维码")))
    with st.container(horizontal=True, horizontal_alignment="center"):
        downloads.offer_file("SVG", svg, f"{name}.svg", "image/svg+xml", key=f"svg {name}", icon=None)
        downloads.offer_file("PNG", qr_png(link), f"{name}.png", "image/png", key=f"png {name}", icon=None)
