"""The command line of the analysis: ``python -m analysis comments|train|columns|sentences …``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from analysis.text.errors import UnusableInput
from surveys.private_files import keep_private

if TYPE_CHECKING:
    from analysis.released.released_answers import ReleasedAnswers
    from analysis.text import Analyser
    from surveys.settings import LanguageModelSettings
    from surveys.storage import Store
    from surveys.storage.records.responses import ResultsPart


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
    return f"\n{told}；{used}。共 {use.requests} 次请求，{use.tokens} 个 token"


def _own(analyser: Analyser, database: Path, *, chosen: bool) -> Analyser:
    """The analyser with the topics and the local layer of a database; with the industries *chosen* there, too."""
    from analysis.comments.organisation_analyser import INDUSTRIES_SETTING, chosen_industries, made_own, of_industries

    with _store(database) as store:
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


def _train_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, metavar="LABELLED.csv", help="已标注的评论")
    parser.add_argument("--text", required=True, help="评论所在的列名")
    parser.add_argument("--label", required=True, help="标签所在的列名：1/正面 或 0/-1/负面")
    parser.add_argument("--domain", help="领域所在的列名（如商品类别）；给出时学习跨领域都可靠的词语")
    parser.add_argument("--out", required=True, type=Path, help="写出的权重文件（.npz）")


def train(given: argparse.Namespace) -> str:
    """Rebuild the sentiment weights from labelled comments."""
    from analysis.text.comment_files import read_columns
    from analysis.text.learning.data_card import data_card
    from analysis.text.learning.labels import labelled
    from analysis.text.learning.training import train
    from analysis.text.places import DATA
    from analysis.text.sentiment.lexicon import Lexicon

    columns = [given.text, given.label, *([given.domain] if given.domain else [])]
    rows = read_columns(given.source, *columns)
    texts, labels, named = labelled(rows)
    domains = named if given.domain else None
    trained = train(texts, labels, domains, lexicon=Lexicon.load(DATA / "lexicon.tsv"))
    table, card = trained.table, given.out.with_suffix(".md")
    table.save(given.out)
    card.write_text(data_card(given.source.name, len(rows), texts, labels, domains, trained), encoding="utf-8")
    return (
        f"用 {len(texts)} 条不重复的评论训练出 {len(table.keys)} 个权重，版本 {table.version}，已写入 {given.out}，"
        f"说明在 {card}"
    )


def _pragmatics_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folder", type=Path, help="评论和线索所在的文件夹；默认 data/text/pragmatics")


def pragmatics(given: argparse.Namespace) -> str:
    """Learn the layer of pragmatics anew from its comments, and measure it on those kept apart."""
    from analysis.text import Analyser
    from analysis.text.learning.pragmatic_learning import learned, save, taught_comments
    from analysis.text.places import DATA
    from analysis.text.sentiment.pragmatics import Pragmatics

    folder = given.folder or DATA / "pragmatics"
    plain = Analyser.load().with_pragmatics(Pragmatics.load(folder, taught=False))
    layer = learned(plain, taught_comments(folder, "taught"))
    save(layer, folder)
    kept = taught_comments(folder, "kept")
    right = []
    for each in (plain, plain.with_pragmatics(layer)):
        found = each.analyse([comment.text for comment in kept])
        right.append(sum(one.sentiment is comment.sentiment for one, comment in zip(found, kept, strict=True)))
    return f"已学习并写入 {folder}；留出的 {len(kept)} 条中判断正确：没有这一层 {right[0]} 条，有 {right[1]} 条"


def _polarity_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, metavar="LABELLED.csv", help="已标注的评论，每个方面一行")
    parser.add_argument("--text", required=True, help="评论所在的列名")
    parser.add_argument("--aspect", required=True, help="方面所在的列名：这个行业的主题名或代码")
    parser.add_argument("--label", required=True, help="褒贬所在的列名：1/正面、0/中性、-1/负面")
    parser.add_argument("--industry", required=True, help="行业：主题文件名")
    parser.add_argument("--folder", type=Path, help="写到这个文件夹；默认 data/text/polarity，程序从那里读")


def polarity(given: argparse.Namespace) -> str:
    """Learn how the aspects of an industry are spoken of from labelled ones."""
    from analysis.text import Analyser
    from analysis.text.comment_files import read_columns
    from analysis.text.learning.labels import labelled_aspects
    from analysis.text.learning.polarity_learning import learn_polarity
    from analysis.text.places import DATA
    from analysis.text.topics.polarity import path_of

    analyser = Analyser.load(given.industry)
    codes = {name: topic.code for topic in analyser.finder.topics for name in (topic.label, topic.code)}
    rows = read_columns(given.source, given.text, given.aspect, given.label)
    texts, aspects = labelled_aspects([(text, aspect, label) for text, aspect, label in rows], codes)
    head = learn_polarity(analyser, texts, aspects)
    path = given.folder / f"{given.industry}.npz" if given.folder else path_of(given.industry, DATA)
    head.save(path)
    return f"用 {len(texts)} 条评论的 {sum(map(len, aspects))} 个方面学习了褒贬，版本 {head.version}，已写入 {path}"


def _columns_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rebuild", action="store_true", help="从头重建")
    parser.add_argument("--database", type=Path, help="心声数据库；默认用设置里的那个")


def columns(given: argparse.Namespace) -> str:
    """Say how the columnar copy of each survey stands, brought up to date or made from nothing."""
    from analysis.columns.copies import Copies
    from analysis.columns.originals import Originals
    from analysis.columns.standing import standing

    with _store(given.database) as store:
        return standing(Copies(Originals(store)), rebuild=given.rebuild)


@contextmanager
def _store(database: Path | None) -> Iterator[Store]:
    """The installation's own store, or that in *database*; neither is made."""
    from surveys.storage import Store, default_path

    path = database or default_path()
    if not path.is_file():
        raise UnusableInput(f"找不到数据库 {path}")
    store = Store(path)
    try:
        yield store
    finally:
        store.close()


def _part_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("survey", metavar="SURVEY", help="问卷代码")
    parser.add_argument("--database", type=Path, help="心声数据库；默认用设置里的那个")
    parser.add_argument("--round", metavar="代号", help="只看这一轮，如 2026-Q4")
    parser.add_argument(
        "--where", nargs="+", action="extend", default=[], metavar="项=值",
        help="只看符合的答卷，几项须同时符合：channel=sms、department=east（连同下属）、campaign=编号、context.crew=7、"
        "contact.tier=A（现在的档案）、题目代号 csat=5、数值的区间 age=18..30",
    )  # fmt: skip


def _part(given: argparse.Namespace) -> ResultsPart:
    from surveys.storage.records.responses import ResultsPart

    pairs = [each.partition("=") for each in given.where]
    if unfit := [each for each, (name, _, code) in zip(given.where, pairs, strict=True) if not (name and code)]:
        raise UnusableInput(f"--where 要写成 项=值，如 channel=sms，而不是“{unfit[0]}”")
    return ResultsPart(given.round, {name.strip(): code.strip() for name, _, code in pairs})


@contextmanager
def _released(given: argparse.Namespace) -> Iterator[ReleasedAnswers]:
    """The answers that the part on the command line is of, in words where there are none."""
    from analysis.released.gate import gate_of
    from analysis.summary import part_of
    from surveys.storage.records.responses import NoSuchPart
    from surveys.storage.records.surveys import UnknownSurvey

    with _store(given.database) as store:
        try:
            record = store.surveys.get(given.survey)
            yield part_of(gate_of(store).answers(record), _part(given))
        except UnknownSurvey:
            raise UnusableInput(f"没有代码为“{given.survey}”的问卷") from None
        except NoSuchPart as error:
            raise UnusableInput(f"没有这样的“{error.what}”；可以是：{'、'.join(error.known) or '无'}") from None


def _results_arguments(parser: argparse.ArgumentParser) -> None:
    _part_arguments(parser)
    parser.add_argument("--by", metavar="项", help="再按这一项分开：touchpoint、channel、contact.tier、题目代号…")


def results(given: argparse.Namespace) -> str:
    """The figures of a survey as lines apart by tabs: value of --by, measure, item, n, value, low, high."""
    from analysis.summary import parts_by, summary

    with _released(given) as view:
        parts = dict(parts_by(view, given.by)) if given.by else {"": view}
        lines = ["by\tmeasure\titem\tn\tvalue\tlow\thigh"]
        for value, part in parts.items():
            for each in summary(part) if part is not None and part.n else []:
                ends = ("" if each[name] is None else f"{each[name]:.6g}" for name in ("value", "low", "high"))
                lines.append("\t".join([value, each["measure"], each["item"] or "", str(each["n"]), *ends]))
            if part is None or not part.n:
                lines.append(f"{value}\t\t\t0\t\t\t")
    return "\n".join(lines)


def _drivers_arguments(parser: argparse.ArgumentParser) -> None:
    _part_arguments(parser)


def drivers(given: argparse.Namespace) -> str:
    """What goes together with overall satisfaction: shares with reach and R², over all answers and by route."""
    from analysis.released.driver_listing import NoDrivers, driver_listing

    with _released(given) as view:
        try:
            return driver_listing(view)
        except NoDrivers as problem:
            raise UnusableInput(f"问卷“{problem}”没有总体满意度题，或有评分的维度不足两个") from None


def _sentences_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "列出各分析页可能说的每一句话和说它的条件，以制表符分隔"


def sentences(given: argparse.Namespace) -> str:
    """Every sentence that pages of results can say, with its condition."""
    from analysis.interpretation.said_when import possible_sentences, table

    return table(possible_sentences())


class AnalysisCommand(NamedTuple):
    """A sub-command: what it does, its arguments, and the function that carries it out and returns what to say."""

    help: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], str]


EXPECTED_ERRORS = (UnusableInput, OSError)

COMMANDS: dict[str, AnalysisCommand] = {
    "comments": AnalysisCommand("分析 CSV 文件中的评论：情感、概率、方面", _comments_arguments, comments),
    "columns": AnalysisCommand("答卷的列式副本：更新并列出，或从头重建", _columns_arguments, columns),
    "pragmatics": AnalysisCommand("重新学习反问、委婉、转折等说法的一层判断", _pragmatics_arguments, pragmatics),
    "polarity": AnalysisCommand("用已标注的方面学习一个行业里各方面的褒贬", _polarity_arguments, polarity),
    "results": AnalysisCommand("一份问卷的指标：按轮次、渠道、档案、题目等缩小范围或分开", _results_arguments, results),
    "drivers": AnalysisCommand("一份问卷的驱动因素：占比、用到的人、各种组合的 R²", _drivers_arguments, drivers),
    "sentences": AnalysisCommand("各分析页可能说的每一句话，和说它的条件", _sentences_arguments, sentences),
    "train": AnalysisCommand("用已标注的评论重新训练情感权重", _train_arguments, train),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0 when it worked, 1 when the input was wrong, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m analysis", description="心声：分析")
    subparsers = parser.add_subparsers(dest="command", required=True)
    for name, command in COMMANDS.items():
        command.arguments(subparsers.add_parser(name, help=command.help))
    given = parser.parse_args(arguments)
    try:
        print(COMMANDS[given.command].run(given))
    except EXPECTED_ERRORS as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    keep_private()
    sys.exit(main())
