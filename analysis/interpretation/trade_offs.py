"""Trade-offs in words: what is valued most and least, what can't be told apart, and which options reach most people."""

from __future__ import annotations

from analysis.estimates import Estimate, figure
from analysis.interpretation.expert_view import behind
from analysis.interpretation.wordings import Names, Told, name_of, refusal_of, span
from analysis.trade_offs.best_worst import COUNTS, METHOD, PEOPLE, BestWorstResult, ItemWorth
from analysis.trade_offs.turf import METHOD as TURF
from analysis.trade_offs.turf import Combination, TurfResult, TurfStep
from surveys.localisation.wording import Message, Series, saying

_ITEM_HEADINGS = (
    saying("项目"), saying("偏好占比"), saying("95% 区间"), saying("名次范围"), saying("最看重减最不看重"),
    saying("放在第一位的人"), saying("样本量"),
)  # fmt: skip
_STEP_HEADINGS = (
    saying("几个"), saying("组合"), saying("覆盖"), saying("95% 区间"), saying("比少一个时多"), saying("人均用到几个"),
    saying("分不出高下的其他组合"),
)  # fmt: skip
_RELATIVE = saying("偏好占比合计 100%，只在这几项之间比较，不说明哪一项本身有多重要。")


def best_worst_told(result: BestWorstResult, names: Names | None = None, unit: str = "score") -> Told:
    """What is valued most and least; then a row per item, the most valued first."""
    if not result.ok:
        return Told((refusal_of(result.refusal, result.n),), expert=tuple(behind(METHOD)))
    sentences = (_most(result, names), _least(result, names), *_first(result, names), _RELATIVE)
    rows = tuple(_item_row(each, len(result.items), names) for each in result.items)
    fit = f"n = {result.n}, clusters = {result.groups}, sets ≤ {result.sets}, McFadden R² = {result.fit or 0:.3f}"
    people = f"own utilities of {result.looked_at} people" if result.looked_at else "own utilities: too few people"
    spread = [f"{each.code}: sd between people {each.spread:.2f}" for each in result.items if each.spread is not None]
    expert = (*behind(METHOD), *behind(COUNTS), *(behind(PEOPLE) if result.looked_at else ()), fit, people, *spread)
    return Told(sentences, _ITEM_HEADINGS, rows, expert)


def _most(result: BestWorstResult, names: Names | None) -> Message:
    leading = result.leading
    if len(leading) > 1:
        return saying(
            "最看重的还分不出先后：{names} 都可能排第一（{count} 项比较，n={n}）。",
            names=_listed(leading, names), count=len(result.items), n=result.n,
        )  # fmt: skip
    share, interval = _figures(leading[0].share)
    return saying(
        "最看重的是“{name}”：占偏好的 {share}（{span}），在 {count} 项中明显高于其他各项，n={n}。",
        name=name_of(leading[0].code, names), share=share, span=interval, count=len(result.items), n=result.n,
    )  # fmt: skip


def _least(result: BestWorstResult, names: Names | None) -> Message:
    trailing = result.trailing
    if len(trailing) > 1:
        return saying("最不看重的还分不出先后：{names} 都可能排最后。", names=_listed(trailing, names))
    share, interval = _figures(trailing[0].share)
    return saying(
        "最不看重的是“{name}”：占 {share}（{span}）。",
        name=name_of(trailing[0].code, names),
        share=share,
        span=interval,
    )


def _first(result: BestWorstResult, names: Names | None) -> list[Message]:
    """How far people agree: whose share of firsts is greatest."""
    with_first = [(each, each.first) for each in result.items if each.first is not None and each.first.ok]
    if not with_first:
        return [saying("答卷还不足 100 份，先不看人与人的差别。")]
    item, first = max(with_first, key=lambda each: each[1].figures()[0])
    share, interval = _figures(first)
    told = "各人看重的不同：把“{name}”放在第一位的人最多，约 {share}（{span}，n={n}）。"
    return [saying(told, name=name_of(item.code, names), share=share, span=interval, n=first.n)]


def _listed(items: tuple[ItemWorth, ...], names: Names | None) -> Series:
    return Series(tuple(name_of(each.code, names) for each in items))


def _figures(estimate: Estimate) -> tuple[str, Message]:
    value, low, high = (figure(each, estimate.unit) for each in estimate.figures())
    return value, span(low, high)


def _item_row(item: ItemWorth, count: int, names: Names | None) -> tuple[object, ...]:
    share, interval = _figures(item.share)
    ranks = saying("{low}–{high} / {count}", low=item.rank[0], high=item.rank[1], count=count)
    return (name_of(item.code, names), share, interval, ranks, _short(item.score), _short(item.first), item.share.n)


def _short(estimate: Estimate | None) -> Message | str:
    if estimate is None or not estimate.ok:
        return "—"
    value, interval = _figures(estimate)
    return saying("{value}（{span}）", value=value, span=interval)


def turf_told(result: TurfResult, names: Names | None = None, unit: str = "score") -> Told:
    """The combination worth having and what a further option adds; then a row per size."""
    if not result.ok:
        return Told((refusal_of(result.refusal, result.n),), expert=tuple(behind(TURF)))
    sentences = [_reached(_sensible(result), result.n, names)]
    if not result.exact:
        sentences.append(saying("选项多，没有逐一比较所有组合，只是一步步加上去的，可能有更好的组合。"))
    rows = tuple(_step_row(each, names) for each in result.steps)
    tied = [
        f"{step.size}: " + " | ".join("+".join(each.options) for each in step.others)
        for step in result.steps
        if step.tied
    ]
    search = "every combination" if result.exact else "greedy, with exchanges of one option"
    return Told(tuple(sentences), _STEP_HEADINGS, rows, (*behind(TURF), f"n = {result.n}, search: {search}", *tied))


def _sensible(result: TurfResult) -> TurfStep:
    """The last size that still adds a twentieth of the people."""
    worth = [each for each in result.steps if each.added is None or each.added >= 0.05]
    return worth[-1]


def _reached(step: TurfStep, n: int, names: Names | None) -> Message:
    share, interval = _figures(step.best.reach)
    values = {"size": step.size, "names": _named(step.best, names), "share": share, "span": interval, "n": n}
    if step.tied:
        told = "选 {size} 个时，{names} 覆盖 {share}（{span}，n={n}）的人；另有 {tied} 种组合和它分不出高下。"
        return Message(told, values | {"tied": step.tied})
    return saying("选 {size} 个时，{names} 覆盖最多：{share}（{span}，n={n}）的人。", **values)


def _named(combination: Combination, names: Names | None) -> Series:
    return Series(tuple(name_of(each, names) for each in combination.options))


def _step_row(step: TurfStep, names: Names | None) -> tuple[object, ...]:
    share, interval = _figures(step.best.reach)
    added = "—" if step.added is None else saying("{points} 个百分点", points=f"{step.added * 100:.1f}")
    others: object = "—"
    if step.tied:
        first = Series(tuple(Series((_named(each, names),), "") for each in step.others[:2]), "；")
        others = saying("{count} 种，如 {names}", count=step.tied, names=first)
    return step.size, _named(step.best, names), share, interval, added, f"{step.best.frequency:.1f}", others
