"""What the judging of comments is learned from anew: `train`, `pragmatics` and `polarity`."""

from __future__ import annotations

import argparse
from pathlib import Path

from analysis.command_line.command import AnalysisCommand


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


COMMANDS = {
    "pragmatics": AnalysisCommand("重新学习反问、委婉、转折等说法的一层判断", _pragmatics_arguments, pragmatics),
    "polarity": AnalysisCommand("用已标注的方面学习一个行业里各方面的褒贬", _polarity_arguments, polarity),
    "train": AnalysisCommand("用已标注的评论重新训练情感权重", _train_arguments, train),
}
