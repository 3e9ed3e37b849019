"""Texts that other programs keep as HTML or Markdown, as the plain texts they are here; and back."""

from __future__ import annotations

import html
import re

_BREAK = re.compile(r"<br\b[^<>]*+>", re.IGNORECASE)
_BLOCKS = "p|div|section|blockquote|center|dl|dt|dd|table|tbody|thead|tr|hr|pre|h[1-6]"
_BLOCK = re.compile(rf"</?(?:{_BLOCKS})(?=[\s/>])[^<>]*+>", re.IGNORECASE)
_LIST = re.compile(r"<(/?)(ul|ol|li)(?=[\s/>])[^<>]*+>(?:\s*<p(?=[\s>])[^<>]*+>)?", re.IGNORECASE)
_CELL = re.compile(r"</t[dh]\s*>", re.IGNORECASE)
_LINK = re.compile(
    r"<a\b[^<>]*?\bhref\s*=\s*[\"']?(https?://[^\"'<>\s]+)[^<>]*+>([^<]*(?:<(?!/?a\b)[^<]*)*)</a\s*>", re.IGNORECASE
)
_EDGE = "\0"  # between two blocks, while the tags come off
_TAG = re.compile(r"</?[A-Za-z!][^<>]*+>")
_PLAIN = re.compile(r"</?(?:p|br|div|span|ul|ol|li)\s*/?>", re.IGNORECASE)
_UNSEEN = re.compile(r"<(script|style)\b[^<>]*+>.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_PICTURE = re.compile(r"<img\b[^<>]*?\balt\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)')[^<>]*>", re.IGNORECASE)
_KNOWN = ("a|abbr|b|big|blockquote|br|center|code|dd|del|div|dl|dt|em|font|h[1-6]|hr|i|img|ins|label|li|mark|ol|p|pre|"
          "s|script|small|span|strike|strong|style|sub|sup|table|tbody|td|th|thead|tr|u|ul|video|audio|iframe|input|"
          "button|object|embed|svg|section")  # fmt: skip
_HTML = re.compile(rf"</?(?:{_KNOWN})(?=[\s/>])[^<>]*+>", re.IGNORECASE)

# Markdown as forms on phones show it: what marks a word, a heading, a link.
_MARKS = (
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w_])_(?=[^\s_])([^_\n{}]+?)(?<=[^\s_])_(?![\w_])"), r"\1"),
    (re.compile(r"^#{1,6} +", re.MULTILINE), ""),
    (re.compile(r"\[([^\]\n]+)\]\((https?://[^)\s]+)\)"), r"\1 (\2)"),
)


def plain_text(words: str) -> tuple[str, bool]:
    """The text without its tags, and whether they said more than where a line ends."""
    if "<" not in words and "&" not in words:
        return words, False
    rich = any(not _PLAIN.fullmatch(tag) for tag in _TAG.findall(words))
    words = _PICTURE.sub(lambda found: found[1] or found[2] or "", _UNSEEN.sub("", words.replace(_EDGE, "")))
    words = _listed(_CELL.sub(" ", _LINK.sub(_with_address, words)))
    words = _TAG.sub("", _BREAK.sub("\n", _BLOCK.sub(_EDGE, words)))
    blocks = (_lines(html.unescape(block)) for block in words.split(_EDGE))
    return "\n".join(block for block in blocks if block), rich


def _lines(block: str) -> str:
    return "\n".join(line.strip() for line in block.replace("\xa0", " ").split("\n")).strip()


def _with_address(link: re.Match[str]) -> str:
    """What a link says, and where it leads unless it says so itself."""
    return link[2] if link[1] in link[2] else f"{link[2]} ({link[1]})"


def _listed(words: str) -> str:
    """The points of lists as lines, with a dot or their number."""
    counts: list[int | None] = []  # of each list that is open, None where it has no numbers

    def line(found: re.Match[str]) -> str:
        closes, tag = bool(found[1]), found[2].lower()
        if tag != "li" and closes:
            del counts[-1:]
        elif tag != "li":
            counts.append(0 if tag == "ol" else None)
        elif not closes:
            number = counts.pop() if counts else None
            counts.append(None if number is None else number + 1)
            return f"{_EDGE}• " if number is None else f"{_EDGE}{number + 1}. "
        return _EDGE

    return _LIST.sub(line, words)


def unmarked_text(words: str, *, markdown: bool = False) -> tuple[str, bool]:
    """The same for a text that need not be HTML: only tags that are known, and Markdown where it is shown as such."""
    plain, rich = plain_text(words) if _HTML.search(words) else (words, False)
    for mark, inner in _MARKS if markdown else ():
        plain, found = mark.subn(inner, plain)
        rich = rich or bool(found)
    return plain, rich


def as_html(words: str) -> str:
    """The plain text as HTML: the inverse of `plain_text`."""
    return html.escape(words, quote=False).replace("\n", "<br>")
