"""The keys of other systems."""

from __future__ import annotations

import argparse

from surveys.api_keys import ApiScope, new_key
from surveys.command_line.command import BY, Command, Failure, store
from surveys.localisation.clock import local_day, utc_now


def _arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="操作")
    add = actions.add_parser("add", help="新建密钥；只显示这一次")
    add.add_argument("system", metavar="SYSTEM", help="使用它的系统，例如 95598")
    scopes = [each.value for each in ApiScope]
    add.add_argument("--scope", action="append", required=True, choices=scopes, help="可以做什么；可多次给出")
    add.set_defaults(act=_add)
    actions.add_parser("list", help="列出密钥").set_defaults(act=_list)
    revoke = actions.add_parser("revoke", help="作废密钥")
    revoke.add_argument("id", metavar="ID", help="列表中的编号")
    revoke.set_defaults(act=_revoke)


def _run(chosen: argparse.Namespace) -> int:
    chosen.act(chosen)
    return 0


def _add(chosen: argparse.Namespace) -> None:
    key, text = new_key(chosen.system, frozenset(map(ApiScope, chosen.scope)), local_day(utc_now()))
    store().api_keys.add(key, by=BY)
    print(f"{text}\n请立即保存到对方系统：这里只保留它的摘要，以后无法再查看。")


def _list(chosen: argparse.Namespace) -> None:
    for key in store().api_keys.all():
        state = "已作废" if key.revoked else f"最近使用 {key.last_used_on or '从未'}"
        print(f"{key.id}  {key.system}  {'、'.join(sorted(key.scopes))}  建于 {key.created_on}  {state}")


def _revoke(chosen: argparse.Namespace) -> None:
    if not store().api_keys.revoke(chosen.id, local_day(utc_now()), by=BY):
        raise Failure(f"没有编号为 {chosen.id} 的在用密钥。用 api-key list 查看。")
    print("已作废。")


COMMANDS = {"api-key": Command("管理其他系统的接口密钥", _run, _arguments)}
