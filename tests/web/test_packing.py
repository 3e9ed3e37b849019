"""Pages are compressed from where their common head ends, and every browser reads them all the same."""

from __future__ import annotations

import gzip

import pytest

from surveys.web.rendering.compression import Stencil, pack_page

HEAD = "<html><head><style>" + "p{margin:0}" * 300 + "</style>"


@pytest.mark.parametrize(
    "page",
    [f"{HEAD}</head>一", f"{HEAD}</head>二", "没有头", "", "</head>", f"{HEAD}</head></head>"],
    ids=["first of its head", "second of its head", "no head", "nothing", "an empty head", "two ends"],
)
def test_a_packed_page_unpacks_to_itself(page: str) -> None:
    assert gzip.decompress(pack_page(page.encode())).decode() == page


def test_a_packed_page_is_one_member_and_hardly_larger() -> None:
    """Some browsers read only the first member; and a phone must not pay for the server's ease."""
    page = f"{HEAD}</head><body>{'答卷' * 500}</body>".encode()
    assert pack_page(page).count(b"\x1f\x8b\x08") == 1
    assert len(pack_page(page)) <= len(gzip.compress(page, 6)) + 20


@pytest.mark.parametrize(
    "word", ["2345-6789-ABCD", "", "回执", "x" * 65_535], ids=["receipt", "none", "words", "longest"]
)
@pytest.mark.parametrize(("before", "after"), [(HEAD, "</html>"), ("", ""), ("甲" * 40_000, "乙" * 40_000)])
def test_a_filled_stencil_is_the_page_with_the_word(before: str, after: str, word: str) -> None:
    """Compressed and plain, one member, however long its parts."""
    stencil = Stencil(before.encode(), after.encode())
    assert stencil.filled(word.encode()).decode() == before + word + after
    assert gzip.decompress(stencil.packed(word.encode())).decode() == before + word + after
