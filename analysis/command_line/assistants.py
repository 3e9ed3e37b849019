"""An assistant on this machine asks over standard input and output: `mcp`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from analysis.command_line.command import AnalysisCommand, opened_store
from analysis.text.errors import UnusableInput


def _mcp_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--database", type=Path, help="心声数据库；默认用设置里的那个")
    parser.add_argument(
        "--key-file", type=Path, help="接口密钥所在的文件；默认读环境变量 XINSHENG_API_KEY。密钥的权限决定能问什么"
    )


def mcp(given: argparse.Namespace) -> str:
    """Answer until the assistant closes its end."""
    try:
        from analysis.assistants.mcp_server import AssistantServer
    except ModuleNotFoundError:
        raise UnusableInput("没有安装 mcp 软件包：请先运行 pip install 'xinsheng[mcp]'") from None
    from analysis.assistants.installed import desk_of
    from surveys.api_keys import key_of

    text = given.key_file.read_text("utf-8").strip() if given.key_file else os.environ.get("XINSHENG_API_KEY", "")
    with opened_store(given.database) as store:
        key = key_of(f"Bearer {text}", store.api_keys)
        if key is None:
            raise UnusableInput("需要一把在用的接口密钥：python -m surveys api-key add 系统名 --scope results:read …")
        AssistantServer(desk_of(store), lambda: key_of(f"Bearer {text}", store.api_keys)).run("stdio")
    return ""


COMMANDS = {"mcp": AnalysisCommand("让本机的智能助手只读地查询结果（MCP 协议，标准输入输出）", _mcp_arguments, mcp)}
