"""The audit trail in the reader's language: what was done, to what, and the details written with it."""

from __future__ import annotations

import re

from surveys.cases.case import CaseState
from surveys.channels import CHANNELS
from surveys.console.kit.words import _
from surveys.localisation.language import marked
from surveys.permissions import Role
from surveys.storage.records.retention import PURPOSES, RetentionPurpose

ACTIONS = {
    "add webhook": marked("建立推送"),
    "pause webhook": marked("暂停推送"),
    "resume webhook": marked("恢复推送"),
    "change webhook secret": marked("更换推送密钥"),
    "remove webhook": marked("删除推送"),
    "resend webhook message": marked("重发一条推送"),
    "begin trial": marked("开始试填"),
    "end trial": marked("结束试填，正式开始"),
    "clear trial": marked("清空试填的答卷"),
    "merge contacts": marked("合并档案"),
    "part contacts": marked("撤销合并档案"),
    "do not count answers": marked("答卷不计入"),
    "do not count answer": marked("一份答卷不计入"),
    "count answers again": marked("答卷重新计入"),
    "count answer again": marked("一份答卷重新计入"),
    "ask by one channel": marked("只通过一种渠道联系"),
    "exempt campaign": marked("活动不受间隔限制"),
    "save draft": marked("保存草稿"),
    "edit draft": marked("编辑草稿"),
    "discard draft": marked("放弃草稿"),
    "publish": marked("发布问卷"),
    "close": marked("关闭问卷"),
    "opened by schedule": marked("到时开放问卷"),
    "closed by schedule": marked("到时关闭问卷"),
    "set opening times": marked("设置开放时间"),
    "set round rule": marked("改轮次的规则"),
    "plan round": marked("计划一轮"),
    "open round": marked("开始一轮"),
    "close round": marked("结束一轮"),
    "change round": marked("修改一轮"),
    "remove round": marked("取消一轮"),
    "archive survey": marked("归档问卷"),
    "bring back survey": marked("取回归档的问卷"),
    "delete survey": marked("删除问卷"),
    "protect form": marked("设置表单保护"),
    "set privacy notice": marked("发布隐私说明"),
    "end privacy notice": marked("停用隐私说明"),
    "declare dependence": marked("设置独立作答的单位"),
    "save department": marked("保存部门"),
    "save touchpoint": marked("保存触点"),
    "save regions": marked("保存地区清单"),
    "add improvement plan": marked("建立改进计划"),
    "change improvement plan": marked("修改改进计划"),
    "move improvement plan": marked("改进计划改变状态"),
    "approval of plans": marked("改进计划是否要批准"),
    "add measure": marked("登记措施"),
    "change measure": marked("修改措施"),
    "carry out measure": marked("标记措施完成"),
    "add lesson": marked("写下经验"),
    "change lesson": marked("修改经验"),
    "begin appraisal": marked("开始一次评价"),
    "choose raters": marked("核对评价人"),
    "start appraisal": marked("下发评价任务"),
    "close appraisal": marked("结束一个人的评价"),
    "release appraisal report": marked("发布评价报告"),
    "note appraisal interview": marked("记录评价面谈"),
    "object to appraisal": marked("对评价申诉"),
    "answer appraisal objection": marked("答复评价申诉"),
    "import agent marks": marked("导入话务员成绩"),
    "note coaching": marked("记录辅导"),
    "object to score card": marked("对质检评分申诉"),
    "answer score card objection": marked("答复质检申诉"),
    "set quality weights": marked("修改质检综合分权重"),
    "draw calls": marked("抽取通话"),
    "sign lesson": marked("审签经验"),
    "delete lesson": marked("删除经验"),
    "schedule report": marked("安排定期报告"),
    "end report schedule": marked("停止定期报告"),
    "send report": marked("通知报告已生成"),
    "take report": marked("下载报告"),
    "alert seen": marked("预警：知道了"),
    "alert snoozed": marked("预警：过几天再提醒"),
    "alert muted": marked("预警：不再提醒"),
    "alert again": marked("预警：恢复提醒"),
    "share view": marked("共享视图"),
    "add indicator": marked("新建指标"),
    "change indicator": marked("修改指标"),
    "redefine indicator": marked("修改指标口径"),
    "enter indicator": marked("登记指标数值"),
    "take back indicator value": marked("撤回指标数值"),
    "save subjects": marked("保存对象"),
    "retire subject": marked("停用或恢复对象"),
    "remove subject": marked("删除对象"),
    "make tasks": marked("下发任务"),
    "withdraw tasks": marked("撤销任务"),
    "reassign tasks": marked("改派任务"),
    "put off task": marked("改任务期限"),
    "let fillers change tasks": marked("设定填写人可以怎样改任务"),
    "choose task rule": marked("选择任务规则"),
    "remind tasks": marked("提醒填写任务"),
    "import departments": marked("导入部门"),
    "import touchpoints": marked("导入触点"),
    "set up kiosk": marked("设置窗口平板"),
    "invite tablet": marked("取得平板登记链接"),
    "enrol tablet": marked("登记了窗口平板"),
    "revoke tablet": marked("停用窗口平板"),
    "set": marked("修改设置"),
    "set name": marked("修改单位名称"),
    "raise minimums": marked("调高匿名最小分组"),
    "set colour": marked("修改主题颜色"),
    "set logo": marked("修改徽标"),
    "set language": marked("修改默认语言"),
    "set zone": marked("修改时区"),
    "add account": marked("新增账号"),
    "change account": marked("修改账号"),
    "reset password": marked("重设密码"),
    "sign in": marked("登录"),
    "failed sign-in": marked("登录失败"),
    "sign out elsewhere": marked("退出其他设备"),
    "see evidence": marked("查看随答卷上传的文件"),
    "erase person": marked("删除一个人的全部信息"),
    "export person": marked("导出一个人的全部信息"),
    "erase account": marked("抹去账号的名字"),
    "drill": marked("演练恢复备份"),
    "take print material": marked("取得海报、台卡、纸质问卷或二维码"),
    "read results by api": marked("由接口读取结果"),
    "read by assistant": marked("由智能助手读取"),
    "read answers by api": marked("由接口读取答卷"),
    "read cases by api": marked("由接口读取工单"),
    "download": marked("下载页面上的表或图"),
    "set second factor": marked("开启两步验证"),
    "use recovery code": marked("用掉一个恢复码"),
    "remove second factor": marked("关闭两步验证"),
    "require second factor": marked("改变两步验证的要求"),
    "guessed codes": marked("大量试错码或链接"),
    "sign out": marked("退出登录"),
    "create administrator": marked("建立管理员"),
    "change password": marked("修改密码"),
    "change given password": marked("换掉别人设定的密码"),
    "load sample organisation": marked("载入示例组织"),
    "type in sheet": marked("录入纸质问卷"),
    "let sheets wait": marked("改变录入的纸面是否须放行"),
    "release sheets": marked("放行录入的纸面"),
    "discard sheets": marked("退回录入的纸面"),
    "import answers": marked("导入答卷"),
    "export answers": marked("导出答卷"),
    "read answers": marked("逐份查看答卷"),
    "download answers": marked("下载逐份查看的答卷"),
    "review comment": marked("判断留言"),
    "learn sentiment": marked("让情感判断重新适应问卷"),
    "forget sentiment": marked("让情感判断不再适应问卷"),
    "save contact": marked("保存档案"),
    "add contact": marked("由接口新增档案"),
    "import contacts": marked("导入名单"),
    "take back answers": marked("收回导入的答卷"),
    "take back contacts": marked("收回导入的名单"),
    "set events folder": marked("设置业务事件的文件夹"),
    "set order limits": marked("设定各环节的时限"),
    "events file taken": marked("带入业务事件表"),
    "events file failed": marked("业务事件表未能带入"),
    "set tiers": marked("设定客户等级"),
    "set industries": marked("选择行业"),
    "switch language model": marked("开启或关闭大语言模型"),
    "change topics": marked("修改留言的主题"),
    "set responsibilities": marked("设定分工"),
    "opt out": marked("记为不再打扰"),
    "opt in": marked("恢复联系"),
    "confirm contact": marked("核对档案"),
    "delete contact": marked("删除档案"),
    "open contact": marked("查看档案"),
    "export contacts": marked("导出名单"),
    "export contact": marked("导出有密级的档案"),
    "change people rules": marked("修改密级与权限"),
    "add campaign": marked("新建邀请活动"),
    "change campaign": marked("修改邀请活动"),
    "delete campaign": marked("删除邀请活动草稿"),
    "draft campaign": marked("邀请活动退回草稿"),
    "running campaign": marked("开始邀请活动"),
    "paused campaign": marked("暂停邀请活动"),
    "ended campaign": marked("结束邀请活动"),
    "revoke link": marked("收回专属链接"),
    "retry messages": marked("再次发送消息"),
    "send test message": marked("发送测试消息"),
    "read bounces": marked("读取退信"),
    "open call queue": marked("新建回访名单"),
    "close call queue": marked("关闭回访名单"),
    "show number": marked("查看电话号码"),
    "save opinion box": marked("保存意见箱"),
    "answer case": marked("答复来信"),
    "hand on case": marked("转交来信"),
    "take in case": marked("登记工单"),
    "attach to case": marked("给工单加文件"),
    "put off case": marked("改工单期限"),
    "join cases": marked("并案"),
    "part cases": marked("取消并案"),
    "note on case": marked("给工单加备注"),
    "save holidays": marked("修改节假日"),
    "save case rule": marked("保存立单规则"),
    "remove case rule": marked("删除立单规则"),
    "save case categories": marked("修改工单类别"),
    "see contact": marked("查看写信人的联系方式"),
    "offer prize": marked("设置抽奖或礼券"),
    "remove prize": marked("取消抽奖或礼券"),
    "draw prize": marked("抽奖"),
    "see winners": marked("查看中奖名单"),
    "forget entries": marked("删除抽奖登记"),
    "add coupons": marked("添加券码"),
    "add api key": marked("新建接口密钥"),
    "revoke api key": marked("作废接口密钥"),
    "backup": marked("备份"),
    "download backup": marked("下载备份"),
    "upload backup": marked("上传备份"),
    "remove sample organisation": marked("清除示例数据"),
    "restore": marked("恢复"),
    "set period": marked("设置保存期限"),
    "hold back removal": marked("暂停自动删除"),
    "lift hold": marked("恢复自动删除"),
    "remove what is over": marked("到期删除"),
    "archive audit": marked("归档审计记录"),
    "accept secret": marked("认可新的密钥"),
}

_NOT_PEOPLE = {
    "sample organisation": marked("（示例组织）"),
    "command line": marked("（命令行）"),
    "schedule": marked("（定时）"),
    "event folder": marked("（业务事件的文件夹）"),
    "?": marked("（未知账号）"),
}
_THINGS = {
    "organisation": marked("组织"), "regions": marked("地区"), "contacts": marked("客户与员工"), "case": marked("来信"),
    "set-up code": marked("设置码"), "tablet code": marked("平板登记码"), "api key": marked("接口密钥"),
    "outbox": marked("待发消息"), "database": marked("数据库"), "unknown name": marked("没有这个用户名"),
    "address": marked("号码或邮箱"), "fatigue_days": marked("避免打扰"),
    "responsibilities": marked("分工"), "comment industries": marked("行业与主题"),
    "language model": marked("大语言模型"),
}  # fmt: skip
_DETAILS = (
    (r"^group (\d+), comments (\d+)$", marked(r"得分 \1 份，留言 \2 份")),
    (r"^first of the day$", marked("当天第一次")),
    (r"^version (\d+)$", marked(r"第 \1 版")),
    (r", words unmasked$", marked("，留言没有遮住个人信息")),
    (r"(\d+) responses as (\w+)", marked(r"\1 份，\2 格式")),
    (r"(\d+) responses", marked(r"\1 份答卷")),
    (r"(\d+) campaigns\b", marked(r"\1 个邀请活动")),
    (r"(\d+) contacts\b", marked(r"\1 份档案")),
    (r"(\d+) letters\b", marked(r"\1 封来信")),
    (r"(\d+) plans\b", marked(r"\1 个改进计划")),
    (r"(\d+) boxes\b", marked(r"\1 个意见箱")),
    (r"(\d+) surveys\b", marked(r"\1 份问卷")),
    (r"(\d+) touchpoints\b", marked(r"\1 个触点")),
    (r"(\d+) accounts\b", marked(r"\1 个账号")),
    (r"^(\d+) subjects$", marked(r"\1 个对象")),
    (r"(\d+) departments\b", marked(r"\1 个部门")),
    (r"^(\d+) calls$", marked(r"\1 通")),
    (r"^(\d+) lines$", marked(r"\1 条")),
    (r"^(\d+) files$", marked(r"\1 份档案")),
    (r"^(\d+) regions$", marked(r"\1 个地区")),
    (r"(\d+) kept, (\d+) already there, (\d+) rejected", marked(r"新增 \1，已有 \2，未收 \3")),
    (
        r"^removed (\d+), restored (\d+), in part (\d+), left (\d+)$",
        marked(r"删除 \1，恢复 \2，部分恢复 \3，未动 \4"),
    ),
    (r"^(\d+) messages$", marked(r"\1 条消息")),
    (r"^(\d+) bounced$", marked(r"\1 封退信")),
    (r"(\d+) winners, seed (\d+)", marked(r"\1 人中奖，种子 \2")),
    (r"^draw until (.+)$", marked(r"抽奖，截止 \1")),
    (r"^coupon until (.+)$", marked(r"礼券，截止 \1")),
    (r"puzzle: True", marked("挡住自动填写：开")),
    (r"puzzle: False", marked("挡住自动填写：关")),
    (r"once per device: True", marked("每台设备一份：开")),
    (r"once per device: False", marked("每台设备一份：关")),
    (r"tablets a minute: (\d+)", marked(r"窗口平板每分钟最多 \1 份")),
    (r"^batch (.*), (\d+) sheets$", marked(r"批次“\1”，\2 份")),
    (r"^on$", marked("开")),
    (r"^off$", marked("关")),
    (r"^as the organisation$", marked("随全单位")),
    (r"^many networks$", marked("许多网络合起来")),
    (r"^batch (.*), (\d+)$", marked(r"批次“\1”第 \2 份")),
    (r"plain: ", marked("可看完整个人信息：")),
    (r"\binactive\b", marked("已停用")),
    (r"\bactive\b", marked("可登录")),
    (r"^open$", marked("开放")),
    (r"^closed$", marked("已关闭")),
    (r"^with grace$", marked("正在填写的人还可提交")),
    (r"^from (.+) until (.+)$", marked(r"开放 \1，截止 \2")),
    (r"\bpassword given\b", marked("首次登录时须修改密码")),
    (r"^correction$", marked("更正")),
    (r"^sample$", marked("随机抽样")),
)


_OF_RETENTION = re.compile(rf"({'|'.join(RetentionPurpose)}): (\d+|-) (?:before (\S+)|months)")


def _retained(purpose: str, count: str, before: str | None) -> str:
    label = _(PURPOSES[RetentionPurpose(purpose)].label)
    if before:
        return _("{what}：{count} 条，{day} 以前").format(what=label, count=count, day=before)
    if count == "-":
        return _("{what}：一直保存").format(what=label)
    return _("{what}：保存 {count} 个月").format(what=label, count=count)


def action_in_words(action: str) -> str:
    """What was done."""
    return _(ACTIONS.get(action, action))


def _erased(name: str) -> str:
    """A pseudonym whose person was erased, in words; anything else as it is."""
    return _("（已删除的人）") if re.fullmatch(r"person-[0-9a-f]{16}", name) else name


def who_in_words(account: str) -> str:
    """Who did it: an account, or what is none."""
    account = _erased(account)
    return _(_NOT_PEOPLE.get(account, account))


def thing_in_words(thing: str) -> str:
    """What it was done to; codes and names stay as they are."""
    thing = _erased(thing)
    return _(_THINGS.get(thing, CHANNELS[thing].label if thing in CHANNELS else thing))


def detail_in_words(detail: str) -> str:
    """The details that the product itself writes, as they are read here."""
    if found := _OF_RETENTION.fullmatch(detail):
        return _retained(*found.groups())
    for pattern, words in _DETAILS:
        detail = re.sub(pattern, _(words), detail)
    for code, label in [(each.value, each.label) for each in (*Role, *CaseState)]:
        detail = re.sub(rf"\b{code}\b", _(label), detail)
    return detail or "—"
