"""In which encoding a text file was written: by its mark, else by what its characters would be in each.

UTF-8 and UTF-16 show by their form. Of the others every byte is something in several, so each candidate is judged by
how much of what it reads is what people write: a text in Big5 read as GB18030 is full of characters that hardly exist.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from surveys.localisation.language import marked

_ASCII = bytes(range(128))
_BLOCK = 1 << 20
_MOST_JUDGED = 200_000  # bytes of lines that are not all ASCII
_UNDECODABLE = re.compile("[\udc80-\udcff]")
_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

_LIKELY = 0.4
_PUNCTUATION = "’‘“”–—…€£§°«»·©®™"
_COMMON_HANGUL = frozenset(
    "이다는을를에의가고하지은도로사기나서스시대인자리한어아해일정들수라보제장전과그부구상만게원요주소여유안동무오비성화"
    "점공했습니드있조세신마경려위관거와것적면중금내용우때음불문연러생모야년민학업간레트호계입선체르미치달실양터름방회데"
    "당등외단던저개교진결매좋친절빠른감사합없않못말번님너"
)
_CENTRAL = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻčďěňřšťůžýČĎĚŇŘŠŤŮŽÝőűŐŰăâîşţĂÂÎŞŢáíéúäöüÁÍÉÚÄÖÜßôëđĐ"
_LETTERS = "äöüÄÖÜßéèêëàâçùûîïôœæñáíóúãõåøÉÈÀÇÑÁÍÓÚÂÊÅØÆÕÃ"


@dataclass(frozen=True)
class Guess:
    """An encoding, and whether hardly another comes into question."""

    encoding: str
    sure: bool


def encoding_of(path: Path) -> str:
    """The encoding that a text file most likely has, judged by the whole file."""
    return guess_encoding(path).encoding


def guess_encoding(path: Path) -> Guess:
    """The encoding that a text file most likely has.

    A few broken bytes don't make a UTF-8 file something else: of text in another encoding hardly any is valid UTF-8.
    """
    with path.open("rb") as file:
        beginning = file.read(4096)
    if beginning.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return Guess("utf-32", True)
    if marked_as := _MARKS.get(beginning[:2]) or _unmarked_utf16(beginning):
        return Guess(marked_as, True)
    decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
    undecodable = beyond_ascii = 0
    for block in _blocks(path):
        undecodable += len(_UNDECODABLE.findall(decoder.decode(block)))
        beyond_ascii += len(block.translate(None, delete=_ASCII))
    if undecodable <= beyond_ascii / 5:
        return Guess("utf-8-sig", True)
    return most_likely(_telling(path))


def most_likely(sample: bytes) -> Guess:
    """The encoding of text that is no Unicode."""
    scores = {name: _share(sample, name, judge) for name, judge in _JUDGES.items()}
    best, *others = sorted(scores, key=lambda name: -scores[name])
    if scores[best] < _LIKELY:  # bytes that are hardly text in any: told row by row as what they are
        return Guess("gb18030", False)
    return Guess(best, scores[best] >= 0.75 and scores[best] - scores[others[0]] >= 0.1)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _unmarked_utf16(beginning: bytes) -> str | None:
    """UTF-16 whose mark was lost shows by the zero byte beside every ASCII character, and by reading as text."""
    even, odd = beginning[::2], beginning[1::2]
    if len(beginning) < 4 or len(beginning) % 2 or even.count(0) == odd.count(0):
        return None
    if odd.count(0) > len(odd) / 4 and not even.count(0):
        return "utf-16-le"
    if even.count(0) > len(even) / 4 and not odd.count(0):
        return "utf-16-be"
    read = {each: beginning.decode(each, "replace") for each in ("utf-16-le", "utf-16-be")}
    shares = {each: sum(map(_is_text, text)) / len(text) for each, text in read.items()}
    likely = max(shares, key=shares.__getitem__)
    return likely if shares[likely] > 0.95 else None


def _is_text(letter: str) -> bool:
    """Whether it is of the scripts that lists here are written in; two bytes of anything else are seldom that."""
    return (
        letter in "\t\r\n" or " " <= letter < "\u0250" or "\u2010" <= letter < "\u2040" or "\u3000" <= letter < "\u3100"
        or "\u4e00" <= letter < "\ua000" or "\uac00" <= letter < "\ud7a4" or "\uff00" <= letter < "\uffef"
    )  # fmt: skip


def _telling(path: Path) -> bytes:
    """The lines that are not all ASCII, as far as needed; no encoding here has a line's end within a character."""
    lines, size = list[bytes](), 0
    with path.open("rb") as file:
        while size < _MOST_JUDGED and (line := file.readline(_MOST_JUDGED)):
            if not line.isascii():
                lines.append(line)
                size += len(line)
    return b"".join(lines)


def _share(sample: bytes, encoding: str, judge: Callable[[str, str, str], float]) -> float:
    """How much of what is not ASCII is likely text: 1 for all of it; what can't be read at all counts against it."""
    text = sample.decode(encoding, "surrogateescape")
    total, amount = 0.0, 0
    for before, letter, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if letter > "\x7f":
            amount += 1
            likely = -2.0 if "\udc80" <= letter <= "\udcff" else judge(before, letter, after)
            total += likely / 2 if letter > "\u2e80" and _in_a_word(before, after) else likely
    return total / amount if amount else 0.0


def _in_a_word(before: str, after: str) -> bool:
    """Between two Latin letters hardly anyone writes a Chinese or Japanese character."""
    return before.isascii() and before.isalpha() and after.isascii() and after.isalpha()


def _gb(_before: str, letter: str, _after: str) -> float:
    """GB 2312 has its common characters in rows 16 to 55; beyond it are those that only names and old texts need."""
    code = letter.encode("gb18030", "replace")
    if len(code) != 2:
        return 0.0
    if code[1] < 0xA1 or code[0] < 0xA1:
        return 0.2
    if code[0] <= 0xA3:
        return 1.0
    return 1.0 if 0xB0 <= code[0] <= 0xD7 else 0.5 if 0xD8 <= code[0] <= 0xF7 else 0.3


def _big5(_before: str, letter: str, _after: str) -> float:
    """Big5 has its common characters before C6A1."""
    code = letter.encode("cp950", "replace")
    if len(code) != 2:
        return 0.0
    return 1.0 if 0xA1 <= code[0] <= 0xC6 else 0.4


def _japanese(_before: str, letter: str, _after: str) -> float:
    """Kana, and the characters of the first level."""
    code = letter.encode("cp932", "replace")
    if len(code) != 2:
        return 0.15  # kana of half the width
    return 1.0 if 0x81 <= code[0] <= 0x83 else 0.9 if 0x88 <= code[0] <= 0x98 else 0.4


def _japanese_of_unix(_before: str, letter: str, _after: str) -> float:
    """Kana tell most: in the encodings of Chinese their bytes are rare, or no character at all."""
    if "\u3041" <= letter <= "\u30fe":
        return 1.4
    code = letter.encode("euc_jp", "replace")
    if len(code) != 2:
        return 0.0
    return 0.9 if code[0] <= 0xA3 or 0xB0 <= code[0] <= 0xCF else 0.4


def _korean(_before: str, letter: str, _after: str) -> float:
    """Every syllable is a common character in GB 2312 as well: those that Koreans use most tell."""
    if "\uac00" <= letter <= "\ud7a3":
        return 1.5 if letter in _COMMON_HANGUL else 0.6
    return 0.6 if "\u3000" <= letter <= "\u303f" else 0.1


def _cyrillic(before: str, letter: str, after: str) -> float:
    """Words of small letters, or of capitals; a capital within a word is none that was meant."""
    if letter in _PUNCTUATION or letter == "№":
        return 0.6
    if not "\u0401" <= letter <= "\u045f":
        return 0.0
    mixed = before.isalpha() and not "\u0401" <= before <= "\u045f"
    return 0.0 if mixed or (letter.isupper() and (before.islower() or (before.isalpha() and after.islower()))) else 1.0


def _central(before: str, letter: str, after: str) -> float:
    return _western(before, letter, after, _CENTRAL)


def _western(before: str, letter: str, after: str, letters: str = _LETTERS) -> float:
    """Letters with an accent among others without; a capital within a word is none that was meant."""
    if letter in _PUNCTUATION:
        dash_in_a_word = letter != "’" and before.isalpha() and after.isalpha()
        return 0.3 if dash_in_a_word or (before > "\x7f" and before not in letters) else 0.9
    if letter not in letters or (before > "\x7f" and after > "\x7f"):
        return 0.0
    capital_within = letter.isupper() and (before.islower() or (before.isalpha() and after.islower()))
    beside_letter = (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha())
    return 0.0 if capital_within or not beside_letter else 0.9


_JUDGES: dict[str, Callable[[str, str, str], float]] = {
    "gb18030": _gb,
    "cp950": _big5,
    "cp932": _japanese,
    "cp1252": _western,
    "mac_roman": _western,
    "cp949": _korean,
    "euc_jp": _japanese_of_unix,
    "cp1251": _cyrillic,
    "cp1250": _central,
}

ENCODINGS: dict[str, str] = {
    "utf-8-sig": marked("Unicode（UTF-8）"),
    "gb18030": marked("简体中文（GB18030、GBK）"),
    "cp950": marked("繁体中文（Big5）"),
    "cp932": marked("日文（Shift-JIS）"),
    "cp1252": marked("西欧（Windows-1252）"),
    "mac_roman": marked("西欧（Mac Roman）"),
    "cp949": marked("韩文（CP949）"),
    "euc_jp": marked("日文（EUC-JP）"),
    "cp1251": marked("西里尔文（Windows-1251）"),
    "cp1250": marked("中欧（Windows-1250）"),
    "utf-32": marked("Unicode（UTF-32）"),
    "utf-16": marked("Unicode（UTF-16）"),
    "utf-16-le": marked("Unicode（UTF-16 LE，无标记）"),
    "utf-16-be": marked("Unicode（UTF-16 BE，无标记）"),
}
"""What a person may choose from; the first is taken for a file that is all ASCII."""

SPELLINGS = {"utf-8": "utf-8-sig", "utf8": "utf-8-sig", "gbk": "gb18030", "gb2312": "gb18030", "big5": "cp950",
             "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "windows-1252": "cp1252",
             "latin-1": "cp1252", "iso-8859-1": "cp1252", "macroman": "mac_roman", "mac": "mac_roman",
             "euc-kr": "cp949", "euc_kr": "cp949", "euc-jp": "euc_jp", "windows-1251": "cp1251",
             "windows-1250": "cp1250"}  # fmt: skip
"""Other names of the same."""
