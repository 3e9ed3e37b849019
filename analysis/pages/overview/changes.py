"""What changed: only what the watch over all questions says, within the budget of false alarms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd
from markupsafe import Markup

from analysis.estimates import Unit, figure
from analysis.exploring.items import items_of
from analysis.interpretation.watching import ALARMS as ALARM_WORDS
from analysis.monitoring.joint_watch import NEWS, QUARTER, SHORTEST_BASELINE, Alarm, Watch
from analysis.monitoring.watched_questions import newest_alarms
from analysis.pages.overview.notices import Notice
from analysis.pages.watched import watches
from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import look
from surveys.console.kit.drill_down import Linked
from surveys.console.kit.words import _, language, said
from surveys.localisation.clock import local_day, utc_now

FRESH = pd.Timedelta(weeks=NEWS)
MOST_ALARMS = 3  # of one survey
MOST_SHOWN = 4

Watched = Mapping[str, Mapping[str, Watch]]  # by survey and column


def watched(found: Sequence[ReleasedAnswers]) -> Watched:
    """The verdict on every question of the surveys that are not anonymous."""
    return {
        each.record.code: watches(each, items_of(each.record.survey, language()))
        for each in found
        if not each.anonymous and each.n
    }


def alarms(found: Sequence[ReleasedAnswers], verdicts: Watched) -> list[Notice]:
    """The newest alarms of the watch, each for the week it came in."""
    since = pd.Timestamp(local_day(utc_now())) - FRESH
    return [notice for each in found for notice in _of_survey(each, verdicts.get(each.record.code, {}), since)]


def changes(notices: Sequence[Notice], verdicts: Watched, aside: int = 0) -> Markup:
    """The newest alarms, or what their absence means; *aside*: how many the reader has set aside."""
    if not notices and aside:
        return Markup('<li class="xs-soft">{}</li>').format(_("没有新的变化；{count} 项已处理。").format(count=aside))
    row = Markup('<li>{} {}<div class="xs-soft">{}</div></li>')
    told = [
        row.format(look.tag(each.label, each.tone), Linked(each.link, each.address, _("看走势")), each.words)
        for each in notices[:MOST_SHOWN]
    ]
    return Markup("").join(told) or _nothing(verdicts)


def _of_survey(found: ReleasedAnswers, verdicts: Mapping[str, Watch], since: pd.Timestamp) -> Iterator[Notice]:
    items, title = items_of(found.record.survey, language()), said(found.record.survey.title)
    for column, watch in list(newest_alarms(verdicts, since).items())[:MOST_ALARMS]:
        tone, words = "bad" if watch.alarm is Alarm.DOWN else "good", _moved(watch)
        yield Notice(
            tone, said(ALARM_WORDS[watch.alarm]), _("{title}：{words}").format(title=title, words=words), "analysis",
            items[column].label, found.record.code, "watch", column, alert="watch", news=f"{watch.week:%F}",
        )  # fmt: skip


def _moved(watch: Watch) -> str:
    """From which level to which, of how many answers."""
    unit: Unit = "share" if watch.share else "score"
    row = watch.weekly[watch.weekly.index == watch.week].to_dict("records")[0]
    before = figure(row["centre"], unit)
    if watch.lasting:
        words = _("此前一般 {before}，近几周 {after}（n={n}）")
        return words.format(before=before, after=figure(watch.recent or 0.0, unit), n=watch.recent_n)
    words = _("此前一般 {before}，{week} 起的一周 {after}（n={n}）")
    return words.format(before=before, week=f"{watch.week:%m-%d}", after=figure(row["value"], unit), n=int(row["n"]))


def _nothing(verdicts: Watched) -> Markup:
    every = [watch for each in verdicts.values() for watch in each.values()]
    judged = sum(each.alarm is not Alarm.TOO_SHORT for each in every)
    shortest = min((each.baseline for each in every if each.alarm is not Alarm.TOO_SHORT), default=0)
    if judged and shortest < QUARTER:
        words = _(
            "看了 {count} 道题的每周走势，近六周没有可确认的变化；作基准的只有 {weeks} 周，只看得出很大的变化。"
        )
        words = words.format(count=judged, weeks=shortest)
    elif judged:
        words = _("看了 {count} 道题的每周走势，近六周没有超出平常起伏的变化。").format(count=judged)
    elif every:
        words = _("还不能判断：至少要有 {weeks} 周的答卷作基准。").format(weeks=SHORTEST_BASELINE)
    else:
        words = _("没有可以按周看走势的题目；匿名问卷请按轮次比较。")
    return Markup('<li class="xs-soft">{}</li>').format(words)
