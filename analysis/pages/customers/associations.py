"""Association: what goes with what, the clearest first, as sentences with effect sizes."""

from __future__ import annotations

import streamlit as st

from analysis.differences.significance import answers_to_show
from analysis.monitoring.customers.associations import FEWEST, PairFound, PairMeasure, associations
from analysis.monitoring.customers.files import AttributeKind
from analysis.pages.customers.selected_files import SelectedFiles
from surveys.console.kit import address, look
from surveys.console.kit.words import _
from surveys.localisation.language import marked

_MEASURES = {
    PairMeasure.CRAMERS_V: marked("克莱姆 V"), PairMeasure.SPEARMAN: marked("斯皮尔曼 ρ"),
    PairMeasure.EPSILON_SQUARED: marked("ε²（克鲁斯卡尔–沃利斯检验）"),
}  # fmt: skip
_STRENGTHS = (marked("几乎没有"), marked("较弱"), marked("中等"), marked("较强"))
_CLEAR = 0.05
_MOST = 12  # attributes of one family: more make the list long and each pair less clear


def draw(files: SelectedFiles) -> None:
    """Which attributes, and what was found of them."""
    fit = list(files.of(AttributeKind.AMOUNT, AttributeKind.CATEGORIES))

    def draw_attributes() -> list[str]:
        return st.multiselect(
            _("在哪些属性之间找关联"), fit, format_func=files.labels.__getitem__, key="among", max_selections=_MOST
        )

    chosen = address.several("among", fit, draw_attributes, fit[:6])
    found = associations(files.frame, [files.attributes[code] for code in chosen[:_MOST]])
    if not found:
        look.soft(_("没有可比的属性：至少要两个属性、{n} 份两者都有的档案。").format(n=FEWEST))
        return
    clear = [each for each in found if each.p_adjusted < _CLEAR]
    for each in clear:
        look.written(_sentence(each, files))
    if not clear:
        look.written(_("比较了 {n} 对属性，没有看出明显的关联。").format(n=len(found)))
        least, needed = min(each.n for each in found), answers_to_show(1)
        if least < needed:
            look.soft(_("样本不足：没有看出不等于没有关联，每对约需 {n} 份两者都有的档案。").format(n=needed))
    _all_pairs(found, files)


def _sentence(pair: PairFound, files: SelectedFiles) -> str:
    a, b = files.labels[pair.first.code], files.labels[pair.second.code]
    if pair.measure is PairMeasure.EPSILON_SQUARED:
        words = _("“{a}”随“{b}”不同，“{highest}”最高").format(a=a, b=b, highest=pair.highest)
    elif pair.measure is PairMeasure.SPEARMAN:
        words = (_("“{a}”越高，“{b}”越高") if pair.value > 0 else _("“{a}”越高，“{b}”越低")).format(a=a, b=b)
    else:
        words = _("“{a}”与“{b}”有关").format(a=a, b=b)
    return _("{message}，关联{strength}：{measure} {value}，n={n}。").format(
        message=words, strength=_(_STRENGTHS[pair.strength]), measure=_(_MEASURES[pair.measure]), value=_value(pair),
        n=f"{pair.n:,}",
    )  # fmt: skip


def _value(pair: PairFound) -> str:
    if pair.low is None or pair.high is None:
        return f"{pair.value:.2f}"
    words = _("{value}（95% 区间 {low} 至 {high}）")
    return words.format(value=f"{pair.value:.2f}", low=f"{pair.low:.2f}", high=f"{pair.high:.2f}")


def _all_pairs(found: list[PairFound], files: SelectedFiles) -> None:
    look.table(
        [_("属性"), _("属性"), _("方法"), _("大小"), _("强弱"), _("校正后的 p"), "n"],
        [
            (files.labels[each.first.code], files.labels[each.second.code], _(_MEASURES[each.measure]), _value(each),
             _(_STRENGTHS[each.strength]), f"{each.p_adjusted:.3f}", each.n)
            for each in found
        ],
    )  # fmt: skip
    look.soft(_("p 值按本雅明尼–霍赫贝格对表中所有各对校正。关联不等于因果。"))
