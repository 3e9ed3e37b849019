"""A form as a browser holds it: its controls, what they offer, and what they would send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = Mapping[str, str | None]


@dataclass
class Control:
    """One field or one choice of it."""

    name: str
    kind: str
    value: str = ""
    on: bool = False
    hidden: bool = False


@dataclass
class Rendered(HTMLParser):
    """The answer form of a page."""

    html: str
    controls: list[Control] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)  # codes of the questions that are not hidden
    ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, bool]] = []
        self._select = ""
        self._inside = False
        self._text: Control | None = None
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        hidden = "hidden" in given or any(above for _, above in self._open)
        if tag not in ("input", "meta", "link", "hr", "br", "path", "circle", "rect"):
            self._open.append((tag, "hidden" in given))
        self.ids += [given["id"] or ""] if "id" in given else []
        if tag == "form":
            self._inside = "answer" in (given.get("class") or "")
        if given.get("data-q") and not hidden:
            self.shown.append(given["data-q"] or "")
        if self._inside:
            self._control(tag, given, hidden)

    def _control(self, tag: str, given: Attributes, hidden: bool) -> None:
        name, value = given.get("name") or "", given.get("value")
        if tag == "input" and name:
            kind = given.get("type") or "text"
            on = "checked" in given or kind not in ("radio", "checkbox", "file")
            self.controls.append(Control(name, kind, value or "", on, hidden))
        elif tag == "textarea":
            self._text = Control(name, tag, "", True, hidden)
            self.controls.append(self._text)
        elif tag == "select":
            self._select = name
        elif tag == "option":
            self._text = Control(self._select, tag, value or "", "selected" in given, hidden)
            self.controls.append(self._text)
            if value is not None:
                self._text = None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.value += data

    def handle_endtag(self, tag: str) -> None:
        if self._text is not None and tag in ("textarea", "option"):
            # The line break that follows the tag belongs to the markup.
            self._text.value = self._text.value.removeprefix("\n") if tag == "textarea" else self._text.value.strip()
            self._text = None
        while self._open and self._open.pop()[0] != tag:
            pass
        self._inside = self._inside and tag != "form"

    def sent(self) -> dict[str, list[str]]:
        """What a browser would send of it as it stands, apart from empty fields."""
        fields: dict[str, list[str]] = {}
        for each in self.controls:
            if each.on and each.value:
                fields.setdefault(each.name, []).append(each.value)
        return fields

    def filled(self, entries: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """What a browser would send after these were entered; fails where the form has no control for one."""
        fields = self.sent()
        for name, values in entries.items():
            controls = [each for each in self.controls if each.name == name and not each.hidden]
            assert controls, f"no control for {name}"
            if controls[0].kind in ("radio", "checkbox", "option") and controls[-1].kind != "text":
                assert set(values) <= {each.value for each in controls}, f"{name} does not offer {values}"
                assert len(values) == 1 or controls[0].kind == "checkbox", f"{name} takes one value"
            else:
                assert len(values) == 1, f"{name} takes one text"
            fields[name] = list(values)
        return fields
