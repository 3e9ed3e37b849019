"""Personal data in comments: found where it is, not where an ordinary word only looks like it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.text.personal_data import mask_personal_data, personal_data


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("请打13800138000联系我", "phone", "13800138000"),
        ("座机010-62345678一直没人接", "phone", "010-62345678"),
        ("身份证11010519491231002X传不上去", "identity", "11010519491231002X"),
        ("户号是0123456789，电费不对", "account", "0123456789"),
        ("发到me.li@example.com吧", "email", "me.li@example.com"),
        ("感谢张师傅连夜抢修", "name", "张"),
        ("抢修的李建国师傅很负责", "name", "李建国"),
        ("王女士态度很好", "name", "王"),
        ("我叫陈小明，住得远", "name", "陈小明"),
        ("家住幸福路12号3栋502室", "address", "家住幸福路12号3栋502室"),
        ("车牌苏A12345被挡", "plate", "苏A12345"),
    ],
)
def test_personal_data_is_found(text: str, kind: str, found: str) -> None:
    """The kind and exactly the characters."""
    assert [(kind, found)] == [(data.kind, text[data.start : data.end]) for data in personal_data(text)]


@pytest.mark.parametrize(
    "text",
    ["社区经理很负责", "台区经理和客户经理都来过", "市场化电价太高", "项目经理没来", "谢谢师傅", "感谢师傅",
     "95598打不通", "电费涨了1200元",
     "于是师傅就走了", "2024年12月31日停电", "等了120分钟", "安全主任讲得好", "班长很好", "12398也没用"],
)  # fmt: skip
def test_ordinary_words_are_left_alone(text: str) -> None:
    """Titles without a name, amounts, dates and service numbers."""
    assert personal_data(text) == []


def test_masking_keeps_the_length() -> None:
    """Only the finds are covered, so every other place stays what it was."""
    assert mask_personal_data("找张师傅，电话13800138000") == "找＊师傅，电话＊＊＊＊＊＊＊＊＊＊＊"


@given(st.text(max_size=80))
def test_any_text_passes(text: str) -> None:
    """No find overlaps another, and masking keeps the length."""
    found = personal_data(text)
    assert all(first.end <= second.start for first, second in pairwise(found))
    assert len(mask_personal_data(text)) == len(text)
