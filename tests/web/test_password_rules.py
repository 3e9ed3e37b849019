"""Which passwords are refused, and that those people should use are not."""

from __future__ import annotations

import secrets

import pytest

from surveys.accounts import UnfitPassword, hashed_password
from surveys.accounts.passwords import COMMON_WORDS, SHORTEST_PASSWORD, random_password, weakness
from surveys.server import DEMO_PASSWORD

GUESSED = [
    "password1234", "Password2026!", "P@ssw0rd2026", "Admin@123456", "administrator1", "qwertyuiop12", "1qaz2wsx3edc",
    "qazwsxedc123", "123456789012", "987654321098", "abcdefghijkl", "aaaaaaaaaaaa", "abababababab", "123123123123",
    "woaini520131", "Welcome2026!!", "Gongdian@2026", "china1234567", "wangwei-2026", "WangWei20260101", "short",
]  # fmt: skip


@pytest.mark.parametrize("password", GUESSED)
def test_what_is_tried_first_is_refused(password: str) -> None:
    """For the account wangwei; with a reason that says what to do otherwise."""
    with pytest.raises(UnfitPassword, match="密码"):
        hashed_password(password, "wangwei")


FIT = ["correct horse", "a blue kettle sings", "茶壶里的月亮会唱歌吗今天", "k7#mQz!vR2pw", DEMO_PASSWORD]


@pytest.mark.parametrize("password", FIT)
def test_words_that_do_not_belong_together_will_do(password: str) -> None:
    assert weakness(password, "wangwei") is None


def test_passwords_made_for_others_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that accounts from a file get, also where the first ones drawn look like words."""
    drawn = iter(["Password2026", "abc-1-2-3-4-5", "k7mQzvR2pw9x"])
    monkeypatch.setattr(secrets, "token_urlsafe", lambda _: next(drawn))
    assert random_password("wangwei") == "k7mQzvR2pw9x"


@pytest.mark.parametrize("word", sorted(COMMON_WORDS))
def test_a_common_word_with_a_year_is_refused(word: str) -> None:
    assert weakness(f"{word.capitalize()}@20262026".ljust(SHORTEST_PASSWORD, "!"))
