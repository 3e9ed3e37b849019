"""Start the application, on one's own data or on the sample organisation."""

from __future__ import annotations

import argparse
import getpass
from datetime import date
from pathlib import Path

from surveys.accounts import UnfitPassword
from surveys.command_line.command import Command, Failure, settings, store
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.setup_code import new_setup_code, setup_guide
from surveys.sample_organisation import ACCOUNTS, DAYS, load_sample_organisation
from surveys.server import (
    DEMO_DATABASE,
    LOOPBACK,
    Address,
    NotADemo,
    PortTaken,
    assert_free,
    demo_guide,
    demo_store,
    is_outdated,
    server_environment,
    start,
)
from surveys.storage import Store

_ASK = object()


def _today() -> date:
    return local_day(utc_now())


def _sample_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--password", nargs="?", const=_ASK, help="为各角色建立示例账号，用这个密码（只写 --password 则当场输入）"
    )


def _sample(chosen: argparse.Namespace) -> int:
    password = getpass.getpass("示例账号的密码：") if chosen.password is _ASK else chosen.password
    try:
        added = load_sample_organisation(store(new=True), _today(), password=password)
    except UnfitPassword as error:
        raise Failure(f"{error}。") from error
    where = settings().database
    print(
        f"{where}：已加入示例单位，{DAYS} 天共 {added} 份答卷。"
        if added
        else f"{where}：示例单位已经在了，没有改动答卷。"
    )
    if password is not None:
        print(f"示例账号（原有账号和密码不变）：{'、'.join(account.name for account in ACCOUNTS)}")
    return 0


def _host_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=LOOPBACK, help="监听的地址（默认只限本机；0.0.0.0 表示所有网络）")


def _serve_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8501, help="端口（默认 8501）")
    _host_argument(parser)


def _serve(chosen: argparse.Namespace) -> int:
    address = Address(chosen.port, chosen.host)
    _claim(address)
    keep = store(new=True)
    _take_forms(keep)
    print(f"控制台：{_base_url(address)}/   按 Ctrl-C 停止")
    if code := new_setup_code(keep):
        print(setup_guide(_base_url(address), code))
    if address.host == LOOPBACK:
        print("只有本机能访问。要让其他设备访问：--host 0.0.0.0（用 make 时：make run HOST=0.0.0.0）。")
    keep.close()
    return start(address, settings().database)


def _setup_code(_: argparse.Namespace) -> int:
    keep = store(new=True)
    if (code := new_setup_code(keep)) is None:
        raise Failure("已经有账号了，不再需要设置码。忘记密码请由另一位管理员在“账号”页重设。")
    print(setup_guide(settings().base_url, code))
    return 0


def _demo_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8501, help="端口（默认 8501）")
    _host_argument(parser)
    parser.add_argument("--fresh", action="store_true", help="重新生成示例数据，演示中的改动会丢失")
    parser.add_argument("--no-serve", action="store_true", help="只准备数据，不启动服务")
    parser.add_argument("--database", type=Path, default=DEMO_DATABASE, help="演示数据库（默认 data/demo.db）")


def _demo(chosen: argparse.Namespace) -> int:
    address = Address(chosen.port, chosen.host)
    if not chosen.no_serve:
        _claim(address)
    keep = _demo_data(chosen.database, chosen.fresh)
    if not chosen.no_serve:
        _take_forms(keep)
    print(demo_guide(_base_url(address)))
    keep.close()
    if chosen.no_serve:
        return 0
    print("按 Ctrl-C 停止")
    return start(address, chosen.database)


def _demo_data(database: Path, fresh: bool) -> Store:
    try:
        keep = demo_store(database, _today(), fresh=fresh)
    except NotADemo as error:
        raise Failure(f"{database} 里不是演示数据，不会删除。请用 --database 另选一个文件。") from error
    if is_outdated(keep, _today()):
        print("提示：演示数据已超过 7 天，近期视图会显得空。加 --fresh 可重新生成。")
    return keep


def _base_url(address: Address) -> str:
    """What the settings say, else where this server will listen."""
    return server_environment(address, settings().database)["XINSHENG_BASE_URL"]


def _claim(address: Address) -> None:
    try:
        assert_free(address)
    except PortTaken as error:
        other = address.port + 1
        raise Failure(
            f"端口 {address.port} 已被占用。请另选一个：--port {other}（用 make 时：make run PORT={other}）。"
        ) from error
    except (OSError, OverflowError) as error:
        where = f"{address.host}:{address.port}"
        raise Failure(f"不能在 {where} 上监听（{error}）。请检查 --host 和 --port（1 到 65535）。") from error


def _take_forms(keep: Store) -> None:
    """Raises Failure where another process has them; the server that is started takes them anew."""
    if (other := keep.take_forms()) is not None:
        raise Failure(
            f"{keep.path} 的问卷已由另一个进程（{other}）提供服务。同一个 SQLite 文件只能由一个问卷进程服务："
            "它的写锁不排队，两个进程收答卷反而更慢，限流也会各算各的。请先停止那个进程，或另用一个数据库。"
        )


COMMANDS = {
    "sample": Command("加入示例单位（部门、触点、90 天的答卷）", _sample, _sample_arguments),
    "serve": Command("启动服务", _serve, _serve_arguments),
    "setup-code": Command("取得建立第一个管理员账号用的设置码；以前给出的随即失效", _setup_code),
    "demo": Command("用示例单位启动演示", _demo, _demo_arguments),
}
