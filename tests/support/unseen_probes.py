"""A hundred survey comments written by another hand than the rules', for the test alone.

They were labelled before anything was measured on them. Do not tune on them: a rule that is written because of one
of these makes the figure worthless. Write new ones instead.
"""

from __future__ import annotations

UNSEEN_PROBES: list[tuple[str, str]] = [
    # plain praise
    ("师傅干活利索，走的时候还把垃圾带走了", "positive"), ("打95598一下就接通了", "positive"),
    ("小区停电不到半小时就恢复了", "positive"), ("新来的客户经理很用心", "positive"),
    ("报装全程没跑腿，手机上就办完了", "positive"), ("营业厅有老花镜和饮水机，想得周到", "positive"),
    ("账单一目了然", "positive"), ("电压比较稳，家里电器用得放心", "positive"),
    ("抢修人员冒着大雨赶来，感动", "positive"),
    ("这次服务超出预期", "positive"), ("态度没得说", "positive"), ("五星好评", "positive"),
    # plain blame
    ("工单被踢皮球，踢了三个部门", "negative"), ("一刮风就停电，冰箱里东西全坏了", "negative"),
    ("电话打了一上午全是忙音", "negative"), ("人工客服永远排队中", "negative"), ("抄表的估着抄，数对不上", "negative"),
    ("说好上午来，等到天黑也没见人", "negative"), ("收费标准说不明白，糊里糊涂就交了钱", "negative"),
    ("前台玩手机，喊了两遍才抬头", "negative"), ("电线像蜘蛛网一样挂在楼外，看着心慌", "negative"),
    ("空调一开就跳闸", "negative"), ("报修记录查不到，白报了", "negative"),
    ("同样的问题解释了四遍还是没弄懂", "negative"),
    # negation
    ("从不乱收费", "positive"), ("没有一点架子", "positive"), ("不会推诿", "positive"),
    ("没见过这么不负责的", "negative"),
    ("一点都不专业", "negative"), ("没有不好的地方", "positive"), ("没什么可抱怨的", "positive"),
    ("不是不满意，是非常不满意", "negative"), ("再没有出现过电压低的情况", "positive"),
    ("谁都没有给个准话", "negative"),
    ("不用跑大厅了，省心", "positive"), ("并没有感到被尊重", "negative"),
    # contrast and concession
    ("人是挺客气，事没办成", "negative"), ("停电归停电，提前两天就发了通知，能安排开", "positive"),
    ("装修得漂亮有什么用，窗口就开一个", "negative"), ("等是等了一会儿，办得倒是很仔细", "positive"),
    ("app界面好看，但是三天两头登不上", "negative"), ("虽然最后修好了，可是让我请了两天假", "negative"),
    ("电价涨了点，但服务确实对得起这个价", "positive"), ("年轻的小伙子不熟练，好在态度诚恳，耐心查清楚了", "positive"),
    # comparison
    ("比前几年好了不止一点", "positive"), ("还不如以前柜台办得快", "negative"),
    ("跟水务公司比，你们强太多", "positive"),
    ("今年夏天停电比去年多了一倍", "negative"), ("一年比一年稳定", "positive"),
    ("隔壁市早就能网上办了，我们还要排队", "negative"), ("投诉之后反而更慢了", "negative"),
    ("换了新表以后电费正常多了", "positive"),
    # irony
    ("真有效率，换个保险丝换了一星期", "negative"), ("客服真“热心”，三句话挂了我电话", "negative"),
    ("恭喜你们，成功让我错过了直播", "negative"), ("抢修速度感人，菜都凉透了", "negative"),
    ("好样的，又停了", "negative"),
    ("高科技啊，交个费要刷三次脸还失败", "negative"),
    # neutral statements
    ("我是去年搬来的", "neutral"), ("家里一共三口人", "neutral"), ("用的是峰谷电表", "neutral"),
    ("上个月办过一次更名", "neutral"), ("一般般吧", "neutral"),
    ("说不上好也说不上坏", "neutral"), ("还行吧，就那样", "neutral"),
    ("电费都是老伴在交", "neutral"), ("我住在六楼", "neutral"), ("偶尔去营业厅", "neutral"),
    ("我们厂是十千伏专变用户", "neutral"),
    # suggestions
    ("能多放几把椅子就好了", "neutral"), ("建议把停电信息发到业主群", "neutral"), ("希望早日装上充电桩", "neutral"),
    ("应该给老人留一个人工窗口", "neutral"), ("可以考虑周末也开门", "neutral"), ("期待线上能开增值税发票", "neutral"),
    ("请加强线路巡视", "neutral"), ("最好固定一个联系人", "neutral"),
    # questions
    ("分时电价几点到几点算低谷？", "neutral"), ("请问过户要带什么证件", "neutral"), ("充电桩能单独装表吗", "neutral"),
    ("发票去哪儿下载", "neutral"),
    # null answers
    ("没有啥", "neutral"), ("无意见", "neutral"), ("暂时没", "neutral"), ("不晓得", "neutral"), ("/", "neutral"),
    ("没有。", "neutral"),
    # emoji, script, short
    ("👍👍👍", "positive"), ("服务态度😠", "negative"), ("又停電了，真係好煩", "negative"),
    ("師傅好有耐心", "positive"),
    ("so bad", "negative"), ("赞", "positive"), ("差评", "negative"), ("贵", "negative"),
    ("给力", "positive"), ("服务拉胯", "negative"),
    ("垃圾", "negative"), ("ok的", "positive"), ("🙏谢谢你们", "positive"),
]  # fmt: skip
