"""What the sample organisation is made of: three departments with two crews, four districts, and accounts."""

from __future__ import annotations

from dataclasses import dataclass

from surveys.organisation.departments import Department, Touchpoint
from surveys.permissions import Role

ORGANISATION = "云湾供电公司（示例）"

SERVING = (  # those that customers meet
    Department("service", "营销服务部"),
    Department("repair", "配网抢修部"),
    Department("connection", "业扩报装部"),
)
DEPARTMENTS = (
    *SERVING,
    Department("crew-east", "城东抢修班", "repair"),
    Department("crew-south", "城南抢修班", "repair"),
)

DISTRICTS = {"east": "城东", "south": "城南", "west": "城西", "north": "城北"}

_KINDS = (  # code, department, name, stage of the customer's way, business type
    ("hall", "service", "营业厅", "柜台办理", "营业服务"),
    ("repair", "repair", "抢修队", "故障处理", "故障抢修"),
    ("connect", "connection", "办电窗口", "申请接电", "新装增容"),
)

TOUCHPOINTS = tuple(
    Touchpoint(f"{kind}-{code}", district + name, department, district, stage, business_type)
    for kind, department, name, stage, business_type in _KINDS
    for code, district in DISTRICTS.items()
)

OWNED = {  # dimensions and topics of comments
    "service": ("attitude", "information", "billing", "hall", "online", "complaints", "price", "integrity"),
    "repair": ("reliability", "repair", "safety"),
    "connection": ("connection", "competence"),
}


@dataclass(frozen=True)
class SampleAccount:
    """Someone who can sign in to the sample organisation."""

    name: str
    display_name: str
    role: Role
    departments: tuple[str, ...] = ()


ACCOUNTS = (
    SampleAccount("admin", "赵主任", Role.ADMIN),
    SampleAccount("designer", "王设计", Role.DESIGNER),
    SampleAccount("manager", "李经理", Role.MANAGER, ("repair",)),
    SampleAccount("manager-service", "周经理", Role.MANAGER, ("service",)),
    SampleAccount("agent", "孙话务", Role.AGENT, ("service",)),
    SampleAccount("staff-service", "吴晓", Role.STAFF, ("service",)),
    SampleAccount("staff-repair", "郑强", Role.STAFF, ("repair",)),
    SampleAccount("staff-repair2", "冯亮", Role.STAFF, ("repair",)),
    SampleAccount("staff-connection", "陈静", Role.STAFF, ("connection",)),
)

_COLLEAGUES = {
    "service": ("何敏", "罗佳", "梁雪", "蒋丽", "谢宁"),
    "repair": ("宋涛", "韩磊", "唐勇"), "connection": ("许洁", "邓超", "沈宁", "潘悦", "袁峰"),
    "crew-east": ("曾辉", "彭飞", "吕刚"), "crew-south": ("萧军", "程浩", "曹斌"),
}  # fmt: skip


def _colleagues() -> tuple[SampleAccount, ...]:
    """Further staff, so that departments are rated by enough people; numbered behind those above."""
    taken = {"service": 2, "repair": 3, "connection": 2}
    return tuple(
        SampleAccount(f"staff-{home}{number if number > 1 else ''}", name, Role.STAFF, (home,))
        for home, names in _COLLEAGUES.items()
        for number, name in enumerate(names, taken.get(home, 1))
    )


COLLEAGUES = _colleagues()
