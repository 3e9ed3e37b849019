"""What a statistician asks for behind a figure: method, formula, citation, call, and what n is worth."""

from __future__ import annotations

from functools import singledispatch

from analysis.differences.significance import SignificanceTest
from analysis.estimates import Change, Estimate
from analysis.explanations import explanation
from surveys.localisation.wording import Message, saying

Lines = list[Message | str]


def behind(method: str, family: Message | str = "") -> Lines:
    """What stands behind a method by its name: the name, formula, citation, call, and the family of comparisons."""
    found = explanation(method)
    told: Lines = [saying("方法：{method}", method=method)] if method else []
    if found is not None:
        told += [
            saying("公式：{formula}", formula=found.formula),
            saying("出处：{citation}", citation=found.citation),
            saying("调用：{call}", call=found.call),
        ]
    return told + ([saying("比较族：{family}", family=family)] if family else [])


@singledispatch
def expert_lines(result: object) -> Lines:
    """The lines for the expert of a single result; none for one that has no method of its own."""
    return []


@expert_lines.register
def _(result: Estimate) -> Lines:
    numbers = [f"n = {result.n}", f"confidence = {result.confidence:g}"]
    numbers += [f"se = {result.standard_error:.6g}"] if result.standard_error is not None else []
    numbers += [f"n_eff = {result.effective_n:.1f}"] if result.effective_n is not None else []
    numbers += [f"deff = {result.design_effect:.3f}"]
    return [*behind(result.method, result.family), ", ".join(numbers)]


@expert_lines.register
def _(result: Change) -> Lines:
    numbers = [] if result.p is None else [f"p = {result.p:.4g}"]
    numbers += [] if result.p_adjusted is None else [f"p_adjusted = {result.p_adjusted:.4g}"]
    return [*behind(result.method, result.family), *numbers]


@expert_lines.register
def _(result: SignificanceTest) -> Lines:
    if result.statistic is None:
        return behind(result.method)
    degrees = f", df = {', '.join(f'{each:.4g}' for each in result.degrees)}" if result.degrees else ""
    p = "" if result.p is None else f", p = {result.p:.4g}"
    return [*behind(result.method), f"statistic = {result.statistic:.6g}{degrees}{p}, n = {result.n}"]
