"""Takes the sample organisation out again, once it has served."""

from __future__ import annotations

from functools import partial

import streamlit as st

from surveys.console.kit import actions, look, session
from surveys.console.kit.words import _, join_names
from surveys.localisation.language import marked
from surveys.permissions import Action
from surveys.sample_organisation import sample_parts
from surveys.storage.records.sample import Removed

_KINDS = {
    "responses": marked("答卷"),
    "campaigns": marked("邀请活动"),
    "contacts": marked("客户档案"),
    "letters": marked("来信"),
    "plans": marked("改进计划"),
    "indicators": marked("指标与承诺"),
    "lessons": marked("案例库"),
    "boxes": marked("意见箱"),
    "tasks": marked("任务"),
    "surveys": marked("问卷"),
    "subjects": marked("对象"),
    "touchpoints": marked("触点"),
    "accounts": marked("账号"),
    "departments": marked("部门"),
}
_SEEN = "sample seen"  # session key: what the rehearsal has shown


def draw() -> None:
    """What would go, what would stay, and the step itself."""
    look.soft(_("示例组织用来熟悉功能。正式使用前可以一步清除；您自己加进来的部门、问卷、答卷和账号都会留下。"))
    if st.button(_("看看会清除什么"), key="rehearse removal"):
        admin = session.acting(Action.CHANGE_SETTINGS)
        with st.spinner(_("正在查看…")):
            st.session_state[_SEEN] = session.store().sample.rehearse(sample_parts(), admin.name)
    seen: Removed | None = st.session_state.get(_SEEN)
    if seen is None:
        return
    if not seen:
        look.empty(_("没有示例数据"), _("这里没有示例组织的内容，不需要清除。"))
        return
    look.table([_("会清除"), _("数量")], [(_(_KINDS[kind]), count) for kind, count in seen.counts.items() if count])
    if seen.stayed:
        look.soft(_("会留下，因为已有您自己的内容："))
        rows = [(_(_KINDS[kind]), join_names(names)) for kind, names in seen.stayed.items()]
        look.table([_("类别"), _("代号")], rows)
    look.soft(_("单位名称如果还是示例的，会一并清空；审计记录保留。清除后不能撤回，可以先做备份。"))
    sure = st.checkbox(_("我已看过，清除示例数据"), key="sure of removal")
    if st.button(_("清除示例数据"), type="primary", disabled=not sure, key="remove sample"):
        admin = session.acting(Action.CHANGE_SETTINGS)
        with st.spinner(_("正在清除…")):
            actions.whole(partial(_remove, admin.name))
        st.rerun()


def _remove(by: str) -> None:
    removed = session.store().sample.remove(sample_parts(), by)
    st.session_state.pop(_SEEN, None)
    look.say(_("已清除示例数据，其中答卷 {count} 份。").format(count=removed.counts.get("responses", 0)))
