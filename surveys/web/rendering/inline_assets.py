"""The sheets and scripts that stand in the pages themselves: what a template brings, made small, with its hash."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment
from jinja2.meta import find_referenced_templates
from markupsafe import Markup

from surveys.localisation.palette import USUAL, Palette

_HTML = Path(__file__).parent.parent / "html"
_READER = Environment(autoescape=True)


@lru_cache
def _inlined(name: str) -> str:
    """A sheet or script as it stands in the page: without comments and line indents."""
    text = re.sub(r"/\*.*?\*/", "", (_HTML / name).read_text("utf-8"), flags=re.DOTALL)
    text = re.sub(r"\s*\n\s*", "\n", text).strip()
    return re.sub(r"\s*([{};,>])\s*|(?<=:)\s+", r"\1", text) if name.endswith(".css") else text


@lru_cache(maxsize=512)
def inline_assets(names: tuple[str, ...], palette: Palette = USUAL) -> tuple[Markup, str]:
    """These sheets or scripts as one, in these colours, and the hash by which the page's policy knows it."""
    text = _painted("\n".join(_inlined(name) for name in names), palette)
    digest = b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Markup(text), f"'sha256-{digest}'"  # noqa: S704  files of our own


def _painted(text: str, palette: Palette) -> str:
    """The sheets are written in the usual colours; each stands for its place in the palette."""
    if palette == USUAL:
        return text
    places = {USUAL.main[1:]: palette.main[1:], USUAL.deep[1:]: palette.deep[1:], USUAL.mist[1:]: palette.mist[1:]}
    return re.sub("|".join(places), lambda found: places[found[0].upper()], text, flags=re.IGNORECASE)


@lru_cache
def _brought_by(template: str) -> tuple[str, ...]:
    """The sheets and scripts of a template, after those of the templates it is made of; they lie beside it."""
    source = (_HTML / template).read_text("utf-8")
    parts = [name for name in find_referenced_templates(_READER.parse(source)) if name]
    own = [template.replace(".html", kind) for kind in (".css", ".js")]
    return (*(each for name in parts for each in _brought_by(name)), *(name for name in own if (_HTML / name).exists()))


def brought_by(templates: Iterable[str]) -> tuple[list[str], list[str]]:
    """The sheets and the scripts that these templates bring, each once."""
    names = list(dict.fromkeys(each for template in templates for each in _brought_by(template)))
    return [name for name in names if name.endswith(".css")], [name for name in names if name.endswith(".js")]
