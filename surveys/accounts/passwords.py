"""Which passwords are too easily guessed: short ones, common words with something added, rows of keys, one's name."""

from __future__ import annotations

import re
import secrets
from typing import Final

from surveys.localisation.language import marked
from surveys.localisation.wording import Message

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
_FEWEST_CHARACTERS = 5  # different ones
_SHORTEST_NAME = 3
_FEWEST_OF_ITS_OWN = 6  # characters beside common words and digits

# What people in offices choose, of our own collecting; without the digits and signs that are put around it.
_WORDS: Final = """
password passwort passwd pass pwd admin administrator root user guest test demo login letmein welcome hello
changeme default secret master system manager qwerty qwertyuiop qwert asdf asdfgh asdfghjkl zxcv zxcvbn
zxcvbnm qazwsx qazwsxedc iloveyou monkey dragon sunshine princess football baseball superman batman shadow
michael abc abcd abcde abcdef abcdefg abcdefgh abcabc aaa aaaa woaini woaiwojia wobuzhidao nihao zhongguo
china beijing shanghai guangzhou shenzhen mima mimashi woaizhongguo dianli dianwang gongdian diangongsi power
electric grid company office work service customer survey feedback summer winter spring autumn january
november december zhangsan lisi wangwu xiaoming laoshi xuexi taobao alipay wechat weixin tencent huawei xiaomi
apple google computer internet server database oracle mysql
"""
COMMON_WORDS: Final = frozenset(_WORDS.split())
_ROWS: Final = (
    "01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb",
)  # fmt: skip
_AS_LETTERS: Final = str.maketrans("@$!|1035", "asiilose")


def weakness(password: str, name: str = "") -> Message | None:
    """What makes a password unfit, for the person choosing it; None where nothing does."""
    if len(password) < SHORTEST_PASSWORD:
        return Message(marked("密码至少 {count} 位"), {"count": SHORTEST_PASSWORD})
    if len(password) > LONGEST_PASSWORD:
        return Message(marked("密码最多 {count} 位"), {"count": LONGEST_PASSWORD})
    if len(set(password.lower())) < _FEWEST_CHARACTERS or _is_a_row(password.lower()) or _is_repeated(password):
        return Message(marked("这个密码太容易猜到：不要用重复的字符或键盘上连着的键"))
    if not re.search(r"[^\W\d_]", password) or _is_common(password.lower(), name.lower()):
        return Message(marked("这个密码太容易猜到：不要用常见的词、用户名加数字"))
    return None


def _is_a_row(password: str) -> bool:
    """Whether it is keys in a row, forwards or backwards, once or several times."""
    rows = [row * 3 for each in _ROWS for row in (each, each[::-1])]
    parts = re.findall(r"[a-z]+|\d+", password)
    return bool(parts) and all(any(part in row for row in rows) for part in parts)


def _is_repeated(password: str) -> bool:
    return re.fullmatch(r"(.{1,6})\1+.{0,3}", password, re.DOTALL) is not None


def _is_common(password: str, name: str) -> bool:
    """Whether there are common words in it, or the name, and little but digits and signs beside them."""
    words = sorted({*COMMON_WORDS, *([name] if len(name) >= _SHORTEST_NAME else [])}, key=len, reverse=True)
    pattern = "|".join(map(re.escape, words))
    for spelled in (password, password.translate(_AS_LETTERS)):
        rest, found = re.subn(pattern, "", spelled)
        if found and len(re.sub(r"[\W\d_]+", "", rest)) < _FEWEST_OF_ITS_OWN:
            return True
    return False


def random_password(name: str) -> str:
    """One to give to somebody, who changes it at the first sign-in: 72 random bits."""
    while weakness(password := secrets.token_urlsafe(9), name) is not None:
        pass  # one of some thousands happens to look like a word
    return password
