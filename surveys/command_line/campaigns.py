"""Campaigns from the command line: check, start, watch and stop them, and make single links."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path

import yaml
from pydantic import ValidationError

from surveys.anonymity import minimums
from surveys.channels import CHANNELS, Readiness, channels_set_up
from surveys.command_line.command import BY, Command, Failure, settings, store
from surveys.fieldwork.campaigns.campaign import CampaignState, Plan
from surveys.fieldwork.campaigns.progress import shown, total
from surveys.localisation.clock import utc_now
from surveys.localisation.language import said
from surveys.localisation.ordering import natural
from surveys.localisation.wording import DEFAULT_LANGUAGE
from surveys.operations.launch import Unfit, plan_campaign, reach_audience, start
from surveys.settings import secret_key
from surveys.storage.records.campaigns import CampaignNotNow, UnknownCampaign
from surveys.storage.records.surveys import UnknownSurvey


def _arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="操作")
    for name, purpose, act in (
        ("check", "按计划查看会邀请谁，什么也不发", _check),
        ("start", "按计划建立活动并开始邀请", _start),
    ):
        action = actions.add_parser(name, help=purpose)
        action.add_argument("survey", metavar="SURVEY", help="问卷代码")
        action.add_argument("plan", metavar="PLAN.yaml", type=Path, help="计划：name、channel、audience、schedule 等")
        action.add_argument("--department", metavar="CODE", help="只邀请这个部门的人，由它的管理者查看")
        action.set_defaults(act=act)
    actions.add_parser("list", help="列出活动和进展").set_defaults(act=_list)
    for name, state in (
        ("pause", CampaignState.PAUSED),
        ("go-on", CampaignState.RUNNING),
        ("end", CampaignState.ENDED),
    ):
        action = actions.add_parser(name, help=f"使活动{state.label}")
        action.add_argument("campaign", metavar="ID", help="列表中的编号")
        action.set_defaults(act=_brings(state))


def _run(chosen: argparse.Namespace) -> int:
    try:
        chosen.act(chosen)
    except Unfit as error:
        raise Failure(said(error.args[0], DEFAULT_LANGUAGE)) from error
    except UnknownSurvey as error:
        raise Failure(f"没有问卷“{chosen.survey}”。先用 publish 发布。") from error
    except UnknownCampaign as error:
        raise Failure(f"没有编号为 {chosen.campaign} 的活动。用 invite list 查看。") from error
    except CampaignNotNow as error:
        raise Failure(f"活动 {chosen.campaign} 现在的状态不允许这样做。用 invite list 查看。") from error
    return 0


def _plan(path: Path) -> Plan:
    try:
        return Plan.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except UnicodeDecodeError as error:
        raise Failure(f"{path}：不是 UTF-8 编码的文本。") from error
    except yaml.YAMLError as error:
        raise Failure(f"{path}：不是有效的 YAML（{error}）。") from error
    except ValidationError as error:
        problems = (f"{'.'.join(map(str, each['loc'])) or '计划'}：{each['msg']}" for each in error.errors())
        raise Failure("\n".join([f"{path}：", *problems])) from error


def _check(chosen: argparse.Namespace) -> None:
    plan, keep = _plan(chosen.plan), store()
    keep.surveys.get(chosen.survey)
    now = utc_now()
    found = reach_audience(keep, plan, chosen.department, plan.schedule.due(now))
    print(f"符合条件 {found.fitting} 人，将邀请 {len(found.people)} 人")
    for reason, times in found.left_out.items():
        print(f"  未邀请 {times} 人：{reason.label}")
    for segment, times in sorted(found.segments(plan.audience).items(), key=lambda each: natural(each[0])):
        print(f"  {segment or '—'}：{times} 人")
    for segment, missing in found.short.items():
        print(f"  {segment or '全部'}：还差 {missing} 人")


def _start(chosen: argparse.Namespace) -> None:
    keep, now, at = store(), utc_now(), settings()
    campaign = plan_campaign(keep, _plan(chosen.plan), chosen.survey, department=chosen.department, by=BY, now=now)
    invited = start(keep, campaign, secret_key(at.secret_file), by=BY, now=now)
    print(f"{campaign.id}：已开始，{invited} 人在等待，由运行中的服务发出。")
    ready = channels_set_up(os.environ, secret_key(at.secret_file)).readiness(campaign.plan.channel)
    if ready is not Readiness.READY:
        label = CHANNELS[campaign.plan.channel].label
        print(f"注意：这里没有设置可用的{label}渠道。如果服务也没有，一条消息也发不出去，直到设置好并重启。")


def _list(chosen: argparse.Namespace) -> None:
    keep = store()
    for campaign in keep.campaigns.all():
        groups = keep.invitations.reach(campaign.id)
        seen = total(shown(groups, minimums().group) if campaign.anonymous else groups)
        counts = (
            f"发出 {seen.sent}，等待 {seen.waiting}，失败 {seen.failed}，退回 {seen.bounced}，打开 {seen.opened}，"
            f"完成 {seen.finished}"
        )
        heading = f"{campaign.id}  {campaign.plan.name}  {campaign.survey} v{campaign.version}  {campaign.state.label}"
        print(f"{heading}  计划邀请 {total(groups).invited}，{counts}")


def _brings(state: CampaignState) -> Callable[[argparse.Namespace], None]:
    def act(chosen: argparse.Namespace) -> None:
        store().campaigns.bring(chosen.campaign, state, by=BY, now=utc_now())
        print(state.label)

    return act


COMMANDS = {"invite": Command("按计划邀请客户或员工填写问卷", _run, _arguments)}
