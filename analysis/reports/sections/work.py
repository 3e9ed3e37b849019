"""What is being done and what it did: plans, effects, money, indicators, cases and what was learned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from analysis.effects.effect import EffectVerdict
from analysis.improvement.indicator_values import latest
from analysis.interpretation.effects import VERDICTS
from analysis.interpretation.sentences import estimate_clause
from analysis.reports.document import Block, Cell, ReportList, ReportParagraph, ReportSection, ReportTable
from analysis.reports.material import CaseSummary, ReportedMeasure, ReportedPlan, ReportMaterial
from surveys.improvement.indicators import Indicator, IndicatorValue, Standing
from surveys.improvement.plans import PlanState
from surveys.localisation.wording import saying

_STANDINGS = {
    Standing.MET: saying("达到目标"), Standing.MISSED: saying("没有达到"), Standing.UNSURE: saying("还看不出"),
    Standing.NO_TARGET: saying("没有目标"),
}  # fmt: skip
_CARRIED_OVER = saying("按登记的公式计算；把一处的结果推广到其他地方，是假设，不是测量。")


def progress(material: ReportMaterial) -> Iterator[ReportSection]:
    """In few lines: plans by state, late ones, verdicts, cases in time."""
    lines = [*_plan_lines(material), *_case_lines(material)]
    if lines:
        yield ReportSection(material.words("正在做什么"), (ReportList(tuple(lines)),))


def _plan_lines(material: ReportMaterial) -> Iterator[str]:
    plans = material.work.plans
    if plans is None:
        return
    late = sum(each.plan.late(material.today) for each in plans)
    running = sum(each.plan.state.open for each in plans)
    yield material.words("改进计划：未完成 {count} 项，其中超期 {late} 项。", count=running, late=late)
    verdicts = Counter(one.effect.verdict for each in plans for one in each.measures if one.effect is not None)
    if verdicts:
        told = "、".join(f"{material.say(VERDICTS[each])} {verdicts[each]}" for each in EffectVerdict if verdicts[each])
        yield material.words("已复测的措施：{told}。", told=told)


def _case_lines(material: ReportMaterial) -> Iterator[str]:
    cases = material.work.cases
    if cases is not None and cases.came:
        yield _in_time(material, cases)


def _in_time(material: ReportMaterial, cases: CaseSummary) -> str:
    told = material.words(
        "工单：收到 {came} 件，未办结 {open} 件，其中超期 {late} 件", came=cases.came, open=cases.open, late=cases.late
    )
    if not cases.in_time.ok:
        return told + material.words("。")
    share = estimate_clause(cases.in_time)
    return told + material.words("；按期答复的{share}。", share=share)


def planned(material: ReportMaterial) -> Iterator[ReportSection]:
    """The plans that are to be carried out in the year: goals, measures, owners, dates and cost."""
    every = [each for each in material.work.plans or () if each.plan.state is not PlanState.DROPPED]
    plans = [each for each in every if each.plan.state.open and _touches(each, material.year)]
    title = material.words("{year} 年的改进计划", year=material.year)
    if not plans:
        none = material.words("{year} 年还没有登记改进计划。", year=material.year)
        yield ReportSection(title, (ReportParagraph(none, "lead"),))
        return
    costs = [one.measure.cost for each in plans for one in each.measures if one.measure.cost is not None]
    lead = material.words(
        "共 {count} 项计划、{measures} 项措施，登记的费用 {cost} 元。", count=len(plans),
        measures=sum(len(each.measures) for each in plans), cost=_money(sum(costs, Decimal(0))),
    )  # fmt: skip
    yield ReportSection(title, (ReportParagraph(lead, "lead"), _goals(material, plans)), tuple(
        ReportSection(each.plan.title, tuple(_plan_blocks(material, each))) for each in plans
    ))  # fmt: skip


def achieved(material: ReportMaterial) -> Iterator[ReportSection]:
    """What the plans of the year came to: verdicts first, then each measure with its effect and its money."""
    plans = [each for each in material.work.plans or () if _touches(each, material.year)]
    title = material.words("{year} 年的改进和效果", year=material.year)
    if not plans:
        none = material.words("{year} 年没有登记改进计划。", year=material.year)
        yield ReportSection(title, (ReportParagraph(none, "lead"),))
        return
    states = Counter(each.plan.state for each in plans)
    told = "、".join(f"{material.say(each.label)} {states[each]}" for each in PlanState if states[each])
    measures = [one for each in plans for one in each.measures]
    done = sum(one.measure.done_on is not None for one in measures)
    wording = "共 {count} 项计划：{told}；措施 {measures} 项，已完成 {done} 项。"
    lead = material.words(wording, count=len(plans), told=told, measures=len(measures), done=done)
    blocks: list[Block] = [ReportParagraph(lead, "lead"), *_verdicts(material, measures), *_saved(material, measures)]
    yield ReportSection(title, (*blocks, _goals(material, plans)), tuple(
        ReportSection(each.plan.title, tuple(_plan_blocks(material, each, effects=True))) for each in plans
    ))  # fmt: skip


def _touches(each: ReportedPlan, year: int) -> bool:
    """Whether a plan runs in a year: from the day it was made, or its first measure, to its last day."""
    days = [day for one in each.measures for day in (one.measure.begins, one.measure.measured_until)]
    days += [each.plan.due, *([each.plan.created_on] if each.plan.created_on else [])]
    return min(days).year <= year <= max(days).year


def _goals(material: ReportMaterial, plans: Sequence[ReportedPlan]) -> ReportTable:
    heads = ("计划", "改进项", "部门", "负责人", "目标", "完成日期", "状态")
    rows: list[tuple[Cell, ...]] = [
        (each.plan.title, f"{material.say(each.survey)} · {material.say(each.area)}",
         each.department or material.words("全单位"), each.owner, _goal(each),
         each.plan.due.isoformat(), material.words("已超期") if each.plan.late(material.today)
         else material.say(each.plan.state.label))
        for each in plans
    ]  # fmt: skip
    return ReportTable(material.words("改进计划一览"), tuple(map(material.words, heads)), tuple(rows))


def _goal(each: ReportedPlan) -> str:
    plan = each.plan
    if plan.goal_to is None:
        return f"≥ +{plan.relevant:g}"
    return f"{'—' if plan.goal_from is None else f'{plan.goal_from:g}'} → {plan.goal_to:g}"


def _plan_blocks(material: ReportMaterial, each: ReportedPlan, *, effects: bool = False) -> Iterator[Block]:
    if each.plan.note:
        yield ReportParagraph(each.plan.note)
    if not each.measures:
        yield ReportParagraph(material.words("还没有登记措施。"), "soft")
        return
    heads = ("措施", "在哪些单位", "负责人", "开始", "结束", "复测到", "费用（元）", "检查")
    rows: list[tuple[Cell, ...]] = [_measure_row(material, one) for one in each.measures]
    yield ReportTable(
        material.words("“{plan}”的措施", plan=each.plan.title), tuple(map(material.words, heads)), tuple(rows)
    )
    if effects:
        yield ReportList(tuple(_effect(material, one) for one in each.measures))


def _measure_row(material: ReportMaterial, one: ReportedMeasure) -> tuple[Cell, ...]:
    measure = one.measure
    days = (measure.begins.isoformat(), measure.ends.isoformat(), measure.measured_until.isoformat())
    return (measure.title, "、".join(one.units), one.owner, *days, _money(measure.cost), measure.check or "—")


def _effect(material: ReportMaterial, one: ReportedMeasure) -> str:
    """Verdict first, then how it is known, then the money with every step."""
    if one.effect is not None:
        words = " ".join(material.say(each) for each in one.effect.told)  # which begins with the verdict
    else:
        words = material.say(one.why_no_effect) if one.why_no_effect else "—"
    if one.saving is not None:
        amount, steps = one.saving.steps[-1], " = ".join(one.saving.steps)
        words += material.words("节约 {amount} 元（{steps}）。", amount=amount, steps=steps)
    return f"{one.measure.title} — {words}"


def _verdicts(material: ReportMaterial, measures: Sequence[ReportedMeasure]) -> Iterator[Block]:
    told = Counter(each.effect.verdict for each in measures if each.effect is not None)
    if told:
        words = "、".join(f"{material.say(VERDICTS[each])} {told[each]}" for each in EffectVerdict if told[each])
        yield ReportParagraph(material.words("已复测的措施：{told}。", told=words))


def _saved(material: ReportMaterial, measures: Sequence[ReportedMeasure]) -> Iterator[Block]:
    """Money of measures that were carried out; that of the others has not come."""
    done = [each for each in measures if each.measure.done_on is not None]
    saved = [each.saving.value for each in done if each.saving is not None]
    cost = [each.measure.cost for each in done if each.measure.cost is not None]
    if saved or cost:
        words = "已完成的措施：费用 {cost} 元，按公式节约 {saved} 元。"
        told = material.words(words, cost=_money(sum(cost, Decimal(0))), saved=_money(sum(saved, Decimal(0))))
        yield ReportParagraph(told)
        yield ReportParagraph(material.say(_CARRIED_OVER), "soft")


def _money(amount: Decimal | None) -> str:
    if amount is None:
        return "—"
    shown = f"{amount:,.2f}"
    return shown.removesuffix(".00").replace("-", "−")


def indicators(material: ReportMaterial) -> Iterator[ReportSection]:
    """The last value of each indicator and promise against its target."""
    found = material.work.indicators
    if not found:
        return
    heads = ("指标", "最近一期", "数值（95% 区间）", "目标", "情况")
    rows = tuple(_indicator_row(material, indicator, latest(values)) for indicator, values in found)
    table = ReportTable(material.words("指标与承诺"), tuple(map(material.words, heads)), rows)
    yield ReportSection(material.words("指标与承诺"), (table,))


def _indicator_row(material: ReportMaterial, indicator: Indicator, last: IndicatorValue | None) -> tuple[Cell, ...]:
    unit = indicator.current.unit
    name = f"{indicator.name} ({unit})" if unit else indicator.name
    target: Cell = "—" if indicator.target is None else indicator.target
    if last is None or last.value is None:
        return name, "—", material.words("还没有数据"), target, "—"
    shown = f"{last.value:,.4g}" if last.low is None else f"{last.value:,.2f}"
    if last.low is not None and last.high is not None:
        shown += f" [{last.low:,.2f} – {last.high:,.2f}] n={last.n}"
    return name, material.say(last.period.name), shown, target, material.say(_STANDINGS[last.standing(indicator)])


def cases(material: ReportMaterial) -> Iterator[ReportSection]:
    """How many cases came and how many were answered in time, and what they were about."""
    found = material.work.cases
    if found is None or not found.came:
        return
    blocks: list[Block] = [ReportParagraph(_in_time(material, found))]
    if found.by_category:
        rows = tuple((material.say(name), count) for name, count in found.by_category)
        heads = (material.words("类别"), material.words("工单"))
        blocks.append(ReportTable(material.words("工单按类别"), heads, rows))
    yield ReportSection(material.words("工单"), tuple(blocks))


def lessons(material: ReportMaterial) -> Iterator[ReportSection]:
    """What was learned and signed off."""
    found = [each for each in material.work.lessons if each.signed]
    if found:
        parts = tuple(
            ReportSection(each.title, tuple(
                ReportParagraph(material.words(wording, text=text))
                for wording, text in (("发生了什么：{text}", each.happened), ("原因：{text}", each.cause),
                                      ("什么办法有用：{text}", each.helped), ("效果：{text}", each.effect)) if text
            ))
            for each in found
        )  # fmt: skip
        yield ReportSection(material.words("案例"), (), parts)
