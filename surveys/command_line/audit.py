"""The audit trail, held against its own chain."""

from __future__ import annotations

import argparse

from surveys.command_line.command import Command, Failure, store


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["verify"], metavar="verify", help="核对每一条记录和签名")
    parser.add_argument("--head", metavar="HASH", help="以前记下的链尾；它必须还在链上，否则有记录被整段换掉")


def _verify(chosen: argparse.Namespace) -> int:
    found = store().accounts.check_audit(chosen.head)
    if found.problems:
        problems = "；".join(_in_words(each) for each in found.problems)
        raise Failure(f"审计记录对不上：{problems}。请与备份比较，查明是谁改动了数据库。")
    print(f"审计记录完整：{found.lines} 条，{found.anchors} 个签名。")
    print(f"链尾 {found.head or '（还没有记录）'}；请记在别处，下次用 --head 核对。")
    return 0


def _in_words(problem: str) -> str:
    kind, _, number = problem.partition(" ")
    return {
        "line": f"第 {number} 条被改过，或之前有记录被删",
        "anchor": f"第 {number} 条的签名不对（被删、被重写，或换过密钥）",
        "head": "记下的链尾不在链上",
    }[kind]


COMMANDS = {"audit": Command("核对审计记录有没有被改动", _verify, _arguments)}
