"""What forms of every kind say above themselves when they come back."""

from __future__ import annotations

from surveys.localisation.wording import Message

STALE = Message("这一页打开得太久，或没有完整送达。您填写的内容都在，请检查后再提交一次。")
NOT_SAVED = Message("暂时没能保存，您填写的内容都在这一页上。请稍等片刻，再按一次“提交”。")
SIGNED_OUT = Message("登录已过期，答卷还没有提交。请在新窗口登录，再回到这一页按“提交”；您填写的内容都在。")
OTHER_SIGN_IN = Message("您刚刚重新登录过。您填写的内容都在，请再按一次“提交”。")
SIGNED_OUT_REPORTING = Message(
    "登录已过期，通话结果还没有记下。请在新窗口登录，再回到这一页按“提交”，就会回到这通电话；您填写的内容都在。"
)
SIGNED_IN_REPORTING = Message("您刚刚重新登录过，通话结果还没有记下。您填写的内容都在，请再选一次通话结果。")
UNSOLVED = Message("请在页面末尾算出那道加法，再提交一次；您填写的内容都在。")


def too_often(wait: int) -> Message:
    """For someone who has to wait so many seconds."""
    return Message("提交太频繁，请在 {wait} 秒后再按“提交”；您填写的内容都在。", {"wait": wait})
