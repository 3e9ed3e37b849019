"""What a watch over a question says: the alarm with its figures, or what its silence is worth."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.estimates import Unit, figure
from analysis.interpretation.wordings import difference_figure
from analysis.monitoring.joint_watch import SHORTEST_BASELINE, Alarm, Watch
from analysis.monitoring.watch_power import ENOUGH, chance_to_see, n_needed, usual_n
from surveys.localisation.wording import Message, saying

ALARMS: Mapping[Alarm, Message] = {
    Alarm.DOWN: saying("下降报警"),
    Alarm.UP: saying("上升报警"),
    Alarm.QUIET: saying("没有报警"),
    Alarm.TOO_SHORT: saying("还不能判断"),
}
_ONE_WEEK: Mapping[Alarm, str] = {
    Alarm.DOWN: "{week} 起的一周是 {value}（n={n}），低于平常起伏的界限 {limit}；此前一般是 {centre}。",
    Alarm.UP: "{week} 起的一周是 {value}（n={n}），高于平常起伏的界限 {limit}；此前一般是 {centre}。",
}
_LASTING: Mapping[Alarm, str] = {
    Alarm.DOWN: "几周连起来看偏低，到 {week} 起的一周超出了平常的起伏：此前一般是 {centre}，其后是 {value}（n={n}）。",
    Alarm.UP: "几周连起来看偏高，到 {week} 起的一周超出了平常的起伏：此前一般是 {centre}，其后是 {value}（n={n}）。",
}


def watch_message(watch: Watch, fall: float | None = None) -> Message:
    """The verdict in a sentence; *fall* is the one that its silence is judged by."""
    if watch.alarm is Alarm.TOO_SHORT:
        return saying(
            "还不能判断：作基准的至少要有 {weeks} 周收到答卷、其后再有一周，而且基准各周的回答不能全都一样。",
            weeks=SHORTEST_BASELINE,
        )  # fmt: skip
    return _silence(watch, fall) if watch.alarm is Alarm.QUIET else _alarm(watch)


def _alarm(watch: Watch) -> Message:
    unit: Unit = "share" if watch.share else "score"
    row = watch.weekly[watch.weekly.index == watch.week].to_dict("records")[0]
    week = pd.Timestamp(watch.week) if watch.week is not None else pd.Timestamp(0)
    centre = figure(row["centre"], unit)
    if watch.lasting:
        recent = figure(watch.recent or 0.0, unit)
        return saying(_LASTING[watch.alarm], week=f"{week:%Y-%m-%d}", centre=centre, value=recent, n=watch.recent_n)
    side = "low" if watch.alarm is Alarm.DOWN else "high"
    return saying(
        _ONE_WEEK[watch.alarm], week=f"{week:%Y-%m-%d}", value=figure(row["value"], unit), n=int(row["n"]),
        limit=figure(row[side], unit), centre=centre,
    )  # fmt: skip


def _silence(watch: Watch, fall: float | None) -> Message:
    chance = chance_to_see(watch, fall) if fall is not None else None
    if chance is None or fall is None:
        return saying("没有报警；有没有变化，要看每周的份数够不够。")
    unit: Unit = "share" if watch.share else "score"
    told = {"fall": difference_figure(fall, unit, signed=False), "chance": f"{chance:.0%}", "n": usual_n(watch)}
    if chance >= ENOUGH:
        return saying("没有报警；真要下降 {fall}，一个季度内有 {chance} 的可能报警（每周约 {n} 份）。", **told)
    needed = n_needed(watch, fall)
    if needed is None:
        return saying(
            "没有报警，但不等于没有变化：各周本来就起伏很大，即使下降 {fall}，一个季度内也只有 {chance} 的可能报警"
            "（每周约 {n} 份）；份数再多也不够，要有更长的基准。", **told,
        )  # fmt: skip
    return saying(
        "样本不足：没有报警不等于没有变化；即使下降 {fall}，一个季度内也只有 {chance} 的可能报警"
        "（每周约 {n} 份，约需 {needed} 份）。", needed=needed, **told,
    )  # fmt: skip
