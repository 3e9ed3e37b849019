"""What the settings and their values are called on the builder page: one table for all question types.

A name may be said for one type only (`file.at_most`); that goes before the general one.
"""

from __future__ import annotations

from typing import NamedTuple

from surveys.localisation.wording import DEFAULT_LANGUAGE, Text


class Label(NamedTuple):
    """What a setting is called, and a line on what it does."""

    chinese: str
    english: str
    help: str = ""

    @property
    def text(self) -> Text:
        """Its name in both languages of the console."""
        return Text.model_validate({DEFAULT_LANGUAGE: self.chinese, "en": self.english})


LABELS: dict[str, Label] = {
    # every question
    "code": Label("代码", "Code", "答案以此代码保存；换版本时保持不变，趋势才能延续"),
    "title": Label("题目", "Question", "一题只问一件事；可用 {代码} 放入前面的回答"),
    "hint": Label("提示", "Hint", "题目下方的小字说明"),
    "required": Label("必答", "Required", "必答题过多会使人中途放弃"),
    "dimension": Label("所属维度", "Dimension", "这道题衡量服务的哪一方面"),
    "show_if": Label("显示条件", "Show if", "只在条件成立时提问"),
    # lists
    "options": Label("选项", "Options"),
    "choices": Label("列（各行共用的选项）", "Columns", "每一行都从这些选项中选择"),
    "rows": Label("行", "Rows", "不宜超过 7 行"),
    "options_from": Label("选项来自", "Options from", "只列出在这道题中选过的选项"),
    "shuffle": Label("随机排列", "Random order", "“其他”和“都没有”始终排在最后"),
    "at_least": Label("至少选几项", "At least"),
    "at_most": Label("最多选几项", "At most"),
    "ranking.at_most": Label("只排前几名", "Rank only the first"),
    "best_worst.options": Label("比较的项目", "Items", "4 至 24 项，说法要短，彼此不重叠"),
    "per_set": Label("每组几项", "Items in a set", "不填写时 3 至 5 项，按项目的多少"),
    "sets": Label("几组", "Sets", "不填写时每项至少出现 3 次，次数相同"),
    "versions": Label("几个版本", "Versions", "同一设计的不同排列，随机发给填写人；项目多时用"),
    "best_label": Label("“最看重”一栏的文字", "Words over the best"),
    "worst_label": Label("“最不看重”一栏的文字", "Words over the worst"),
    "asks_text": Label("可填写文字", "Asks for text", "用于“其他”，选中后可以写明"),
    "exclusive": Label("与其他选项互斥", "Excludes others", "用于“都没有”"),
    "call_outcome": Label(
        "电话访问中算作", "By phone it means", "话务员选了它，这通电话就按此记录；改约的，后面要问日期和时间"
    ),
    "right": Label("正确答案", "Right answer", "测试题用；填写人看不到。多选题须选全、不多选才算对"),
    "marks": Label("分值", "Marks", "测试题答对得几分，不填为 1 分"),
    "label": Label("文字", "Label"),
    # scales
    "points": Label("分数点数", "Points"),
    "look": Label("样式", "Look"),
    "low_label": Label("最低分的含义", "Lowest point means"),
    "high_label": Label("最高分的含义", "Highest point means"),
    "labels": Label("各分值的含义", "Meaning of each point", "从低到高，每个分值一个"),
    "not_applicable": Label("“不适用”的文字", "Not applicable", "填写后，没有接触过的人不必打分"),
    "minimum": Label("最小值", "Minimum"),
    "maximum": Label("最大值", "Maximum"),
    "by": Label("步长", "Step"),
    "unit": Label("单位", "Unit"),
    "total": Label("总分", "Total", "各行之和必须等于它"),
    # what is typed
    "decimals": Label("小数位数", "Decimals"),
    "earliest": Label("最早", "Earliest"),
    "latest": Label("最晚", "Latest"),
    "max_length": Label("最多字数", "Longest answer"),
    "pattern": Label("格式", "Format"),
    "places": Label("地区清单", "Places", "不填写时使用单位导入的地区清单"),
    "parameter": Label("链接参数名", "Link parameter", "不填写时与代码相同"),
    # what is kept
    "accept": Label("接受的文件", "Accepted files"),
    "file.at_most": Label("最多几个文件", "At most"),
    "megabytes": Label("每个文件的大小上限（MB）", "Megabytes each"),
    "agreement": Label("同意的文字", "Agreement", "勾选框旁的文字"),
    "consent.required": Label("必须同意", "Must agree", "不同意就不能提交"),
    # sections
    "section.code": Label("代码", "Code", "需要跳转到本节时填写"),
    "section.title": Label("标题", "Title"),
    "section.shuffle": Label("题目随机排列", "Questions in random order"),
    "jumps": Label("跳转", "Jumps", "答完本节后，第一条成立的跳转生效"),
    # the survey
    "survey.code": Label("代码", "Code", "问卷网址的一部分"),
    "survey.title": Label("问卷名称", "Title"),
    "use": Label("适用场合", "When to use"),
    "introduction": Label("开头的话", "Introduction", "说明用途、所需时间和答案如何使用"),
    "thanks": Label("结束语", "Thanks", "只写真会发生的事：后面没有人回访，就不要说会联系"),
    "thanks_by_answer": Label("按回答不同的结束语", "Thanks by answer", "第一条成立的代替上面的结束语"),
    "thanks.text": Label("结束语", "Thanks"),
    "contact": Label(
        "问要不要联系", "Offer to be contacted",
        "结束页问“要我们联系您吗”，留了联系方式的立一张有期限的工单；匿名问卷不能用"
    ),
    "thanks.link": Label("去往的网页", "Page to go on to", "以 https:// 开头，如公开评价页；结束页上是一个按钮"),
    "link_label": Label("按钮文字", "Words on the button"),
    "thanks.when": Label("什么样的回答看到它", "Read by answers where"),
    "screened_out": Label("不符合条件时的结束语", "Words to those screened out"),
    "quota_full": Label("名额已满时的结束语", "Words to those over a quota"),
    "quotas": Label("配额", "Quotas", "某类答卷收满后，再来的人只看到名额已满，其回答不保存"),
    "quota.label": Label("配额名称", "Quota"),
    "quota.limit": Label("收多少份", "Answers wanted"),
    "context": Label("随答信息", "Context", "随答卷带来的事实，如工单、班组、业务类型；没有声明的，任何入口都不接受"),
    "context.type": Label("类型", "Type"),
    "context.label": Label("名称", "Label"),
    "context.code": Label("代码", "Code", "链接参数、接口和文件都用这个名称"),
    "context.options": Label("可取的值", "Values"),
    "context.about": Label("哪类对象", "Kind of subject"),
    "sources": Label("从哪里带来", "Comes by", "不选表示任何入口都可以"),
    "personal": Label("属于个人信息", "Personal", "会说明某个人是谁；匿名问卷不接受"),
    "bands": Label("分段的起点", "Bands begin at", "结果按这些数分段，从小到大"),
    "coarse": Label("只记到", "Keep only", "值本身不保存；匿名问卷的日期和数字只能这样记"),
    "note": Label("说明", "Note"),
    "when": Label("计入条件", "Counts answers where"),
    "audience": Label("填写对象", "Audience"),
    "anonymous": Label("匿名", "Anonymous", "不保存答卷与填写人的任何联系"),
    "overall": Label("总体满意度题", "Overall item"),
    "subject": Label("被评价部门题", "Subject item"),
    "callback": Label(
        "请求联系题", "Callback item", "填写人留下联系方式的题：答了就立一张工单，匿名问卷的联系方式不和答卷放在一起"
    ),
    "survey.about": Label("评价对象", "What it is about", "评价员工、话务员或外部人员的问卷只能按任务填写"),
    "tasks": Label("任务规则", "Task rule"),
    "rounds": Label(
        "轮次", "Rounds", "多久问一次：每人每轮填一次，结果按轮比较；不选时客户问卷按月，员工问卷由人开轮次"
    ),
    "shuffle_sections": Label("各节随机排列", "Sections in random order"),
    "dimensions": Label("维度", "Dimensions"),
    "sections": Label("节", "Sections"),
    "questions": Label("题目", "Questions"),
    "weight": Label("权重", "Weight", "各维度权重之和为 1"),
    "dimension.label": Label("维度名称", "Dimension"),
    "to": Label("跳到", "Go to"),
    "if": Label("跳转条件", "If"),
}

VALUES: dict[str, tuple[str, str]] = {
    "look.numbers": ("数字", "Numbers"),
    "look.stars": ("星星", "Stars"),
    "look.faces": ("表情", "Faces"),
    "pattern.phone": ("电话", "Phone number"),
    "pattern.email": ("邮箱", "E-mail address"),
    "pattern.customer_number": ("户号", "Customer number"),
    "accept.image": ("照片", "Photos"),
    "accept.pdf": ("PDF", "PDF"),
    "accept.office": ("文档和表格", "Documents and sheets"),
    "call_outcome.later": ("改约", "Call back later"),
    "call_outcome.refused": ("拒访", "Refused"),
    "call_outcome.wrong_number": ("空号或打错", "Wrong number"),
    "call_outcome.not_wanted": ("不需访问", "Not to be asked"),
    "coarse.month": ("月份", "The month"),
    "coarse.quarter": ("季度", "The quarter"),
    "coarse.band": ("所在的分段", "The band it lies in"),
    "type.text": ("文字", "Text"),
    "type.choice": ("选项", "Choice"),
    "type.number": ("数字", "Number"),
    "type.date": ("日期", "Date"),
    "type.subject": ("对象", "Subject"),
    "sources.link": ("链接", "Link"),
    "sources.event": ("业务事件", "Event"),
    "sources.contact": ("客户档案", "Contact's file"),
    "sources.agent": ("话务员页面", "Agent's page"),
    "sources.key": ("按键", "Keypad"),
    "sources.message": ("短信", "Text message"),
    "sources.task": ("任务", "Task"),
    "sources.kiosk": ("窗口平板", "Counter tablet"),
    "sources.import": ("导入或接口", "Import or API"),
    "audience.customers": ("客户（有链接的人）", "Customers (anyone with the link)"),
    "audience.staff": ("员工（登录后填写）", "Staff (signed in)"),
    "rounds.week": ("每周", "Every week"),
    "rounds.month": ("每月", "Every month"),
    "rounds.quarter": ("每季度", "Every quarter"),
    "rounds.half": ("每半年", "Every half-year"),
    "rounds.year": ("每年", "Every year"),
    "rounds.hand": ("由人开轮次", "Opened by hand"),
}


def label_of(setting: str, owner: str = "") -> Label:
    """What a setting is called, for the type that owns it; raises KeyError when it has no label yet."""
    return LABELS.get(f"{owner}.{setting}") or LABELS[setting]
