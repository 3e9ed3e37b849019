"""The comments of a file, judged: `comments`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.command_line.command import AnalysisCommand, opened_store
from analysis.text.errors import UnusableInput

if TYPE_CHECKING:
    from analysis.text import Analyser
    from surveys.settings import LanguageModelSettings


def _comments_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, metavar="IN.csv", help="UTF-8 或 GB18030 编码的 CSV 文件")
    parser.add_argument("--column", required=True, help="评论所在的列名")
    parser.add_argument("--out", required=True, type=Path, help="结果文件")
    parser.add_argument("--industry", help="主题文件（data/text/topics 下的文件名）；默认用数据库里选定的行业")
    parser.add_argument("--weights", type=Path, help="自行训练的权重文件")
    parser.add_argument("--database", type=Path, help="心声数据库；给出时使用其中自己的主题和从更正中学到的内容")
    parser.add_argument("--adapt", action="store_true", help="先让情感判断适应这份文件自己的评论（不需要标签）")
    parser.add_argument("--rating", metavar="COLUMN", help="评论旁边的评分列，与 --adapt 同用：正面占比以它为准")
    parser.add_argument(
        "--scale", nargs=2, type=float, default=(1, 5), metavar=("LOW", "HIGH"), help="评分的最低分和最高分；默认 1 5"
    )
    parser.add_argument(
        "--ask-model", metavar="LABEL",
        help="拿不准的评论问自有的大语言模型（XINSHENG_LLM_URL）；LABEL 是人工标注所在的列名",
    )
    parser.add_argument("--model", type=Path, help="自有模型的文件夹：model.onnx、tokenizer.json、config.json")


def comments(given: argparse.Namespace) -> str:
    """Analyse the comments of a CSV file."""
    from analysis.text import Analyser
    from analysis.text.comment_files import analyse_file
    from analysis.text.sentiment.transformer import Transformer
    from analysis.text.topics.industries import USUAL_INDUSTRY

    analyser = Analyser.load(given.industry or USUAL_INDUSTRY, weights=given.weights)
    if given.database:
        analyser = _own(analyser, given.database, chosen=given.industry is None)
    if given.adapt or given.rating:
        analyser = _adapted(analyser, given)
    if given.model:
        analyser = analyser.with_transformer(Transformer.load(given.model))
    settings = _language_model() if given.ask_model else None
    done = analyse_file(given.source, given.column, given.out, analyser, progress=_show_progress)
    print(file=sys.stderr)
    asked = _asked(given, settings) if settings else ""
    others = f"，其中 {done.not_judged} 条是其他语言（含拼音），未判断" if done.not_judged else ""
    return f"已分析 {done.rows} 条评论{others}，结果在 {given.out}{asked}"


def _language_model() -> LanguageModelSettings:
    """The settings of the organisation's own language model, without which nothing is asked of any."""
    from surveys.settings import LanguageModelSettings, UnfitLanguageModel

    try:
        settings = LanguageModelSettings.from_environment()
    except UnfitLanguageModel as problem:
        raise UnusableInput(str(problem)) from problem
    if settings is None:
        raise UnusableInput("没有设定大语言模型：请先设定 XINSHENG_LLM_URL 和 XINSHENG_LLM_MODEL")
    return settings


def _asked(given: argparse.Namespace, settings: LanguageModelSettings) -> str:
    """Have the model judge what is unsure in the written file; what came of it, and what it took."""
    from analysis.text.language_model.connection import LanguageModel
    from analysis.text.language_model.labelled_file import judge_unsure
    from analysis.text.language_model.labelling import LEAST_LABELLED

    with LanguageModel(settings) as model:
        done = judge_unsure(
            given.out, given.column, given.ask_model, model,
            lambda n: print(f"\r已问大语言模型 {n} 条", end="", file=sys.stderr, flush=True),
        )  # fmt: skip
        print(file=sys.stderr)
        use, found = model.use, done.measured
    told = (
        f"在 {found.n} 条人工标注过的拿不准评论上，用模型比内置判断多对 {100 * found.difference:+.1f} 个百分点"
        f"（95% 区间 {100 * found.low:+.1f} 到 {100 * found.high:+.1f}）"
        if found.n >= LEAST_LABELLED
        else f"人工标注过的拿不准评论只有 {found.n} 条，至少要 {LEAST_LABELLED} 条"
    )
    used = f"已判断 {done.judged} / {done.asked} 条" if found.is_better else "没有使用模型的判断"
    return f"\n{told}；{used}。共 {use.requests} 次请求，{use.tokens} 个 token，{use.cost(settings.price):.2f} 元"


def _own(analyser: Analyser, database: Path, *, chosen: bool) -> Analyser:
    """The analyser with the topics and the local layer of a database; with the industries *chosen* there, too."""
    from analysis.comments.organisation_analyser import INDUSTRIES_SETTING, chosen_industries, made_own, of_industries

    with opened_store(database) as store:
        if chosen:
            analyser = of_industries(analyser, chosen_industries(store.organisation.setting(INDUSTRIES_SETTING)))
        return made_own(analyser, store.organisation)


def _adapted(analyser: Analyser, given: argparse.Namespace) -> Analyser:
    """The analyser that has learned from the comments of the file, unless they are too few; says which."""
    from analysis.text.comment_files import rated_comments
    from analysis.text.learning.adaptation import LEAST_COMMENTS
    from analysis.text.learning.survey_comments import adapt, drawn, rated_share

    if not given.adapt:
        raise UnusableInput("--rating 要与 --adapt 同用")
    low, high = given.scale
    if not low < high:
        raise UnusableInput(f"--scale 的最低分 {low:g} 应小于最高分 {high:g}")
    comments = drawn(rated_comments(given.source, given.column, given.rating, (low, high)))
    learned = adapt(analyser, comments)
    if learned is None:
        print(f"有内容的评论不足 {LEAST_COMMENTS} 条，没有适应，按通用的权重判断", file=sys.stderr)
        return analyser
    by = "以评分为准" if rated_share(comments) is not None else "由概率估计"
    print(f"已从 {learned.comments} 条评论适应（{len(learned.own.keys)} 个词语片段），正面占比{by}", file=sys.stderr)
    return analyser.with_adapted(learned)


_BAR = 30


def _show_progress(done: int, part: float) -> None:
    bar = ("█" * round(_BAR * part)).ljust(_BAR, "░")
    print(f"\r{bar} {part:4.0%}  已分析 {done} 条", end="", file=sys.stderr, flush=True)


COMMANDS = {
    "comments": AnalysisCommand("分析 CSV 文件中的评论：情感、概率、方面", _comments_arguments, comments),
}
