"""The word cloud on a page: each of its words can be tapped or reached by keyboard, and the cloud taken along."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.components import v2

from analysis.text.topics.cloud import Cloud
from surveys.console.kit import downloads
from surveys.console.kit.words import _

_KEY = "themes.cloud"
_CSS = """
svg {width: 100%; height: auto; display: block; border-radius: 8px}
text {cursor: pointer}
text:hover, text:focus-visible {text-decoration: underline; outline: none}
text[aria-pressed="true"] {text-decoration: underline}
"""
_SCRIPT = """
export default function ({data, parentElement, setTriggerValue}) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    const set = (node, values) => Object.entries(values).forEach(([name, value]) => node.setAttribute(name, value));
    set(svg, {viewBox: `0 0 ${data.width} ${data.height}`, role: "group", "aria-label": data.label,
        "font-family": "Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif"});
    const ground = document.createElementNS(space, "rect");
    set(ground, {width: "100%", height: "100%", fill: data.background});
    svg.append(ground);
    for (const each of data.terms) {
        const text = document.createElementNS(space, "text");
        set(text, {x: each.x, y: each.y, "font-size": each.size, fill: each.colour, textLength: each.width,
            lengthAdjust: "spacingAndGlyphs", role: "button", tabindex: 0, lang: "zh",
            "aria-label": each.said, "aria-pressed": each.term === data.picked});
        text.textContent = each.term;
        text.onclick = () => setTriggerValue("term", each.term);
        text.onkeydown = (event) => {
            if (event.key !== "Enter" && event.key !== " ") return;
            event.preventDefault();
            text.onclick();
        };
        svg.append(text);
    }
    let place = parentElement.querySelector(".cloud");
    if (!place) {
        place = document.createElement("div");
        place.className = "cloud";
        parentElement.append(place);
    }
    place.replaceChildren(svg);
}
"""


def tapped_cloud(cloud: Cloud, counts: Mapping[str, int]) -> None:
    """Draw the cloud; a word that is tapped becomes the term that is looked at, tapped again none is."""
    show = v2.component("word_cloud", css=_CSS, js=_SCRIPT)
    terms = [
        {**vars(each), "said": f"{each.term} {counts.get(each.term, '')}".strip()}
        for each in cloud.terms
    ]  # fmt: skip
    data: dict[str, Any] = {
        "width": cloud.width, "height": cloud.height, "background": cloud.background, "terms": terms,
        "picked": st.session_state.get("term"), "label": _("词云：点一个词，看提到它的留言"),
    }  # fmt: skip
    show(data=data, key=_KEY, on_term_change=_pick)
    downloads.offer([
        ("PNG", "png", "image/png", lambda: _png(cloud)),
        ("SVG", "svg", "image/svg+xml", lambda: cloud.svg().encode("utf-8")),
    ])  # fmt: skip


def _pick() -> None:
    term = st.session_state[_KEY].term
    st.session_state["term"] = None if st.session_state.get("term") == term else term


def _png(cloud: Cloud) -> bytes:
    png = io.BytesIO()
    cloud.image.save(png, "PNG")
    return png.getvalue()
