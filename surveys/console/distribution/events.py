"""Events by hand: a table that is uploaded and looked at first, the folder that is looked into, limits of stages."""

from __future__ import annotations

import io
from pathlib import Path

import streamlit as st

from surveys.console.kit import actions, downloads, look, session
from surveys.console.kit.file_preview import TABLE_TYPES, digest, looked_into
from surveys.console.kit.words import _, join_names, reason, said
from surveys.exchange.event_files import UnfitEventTable, event_guide
from surveys.exchange.rejections import REPORT_ENCODING, report
from surveys.fieldwork.order_stages import OrderStage, OrderStages
from surveys.localisation.clock import utc_now
from surveys.operations.event_folder import FOLDER, VARIABLE, events_folder
from surveys.operations.event_tables import EventSummary, event_facts, take_events
from surveys.operations.order_times import STAGES, stages_of
from surveys.permissions import Action
from surveys.settings import Settings, secret_key
from surveys.tables import UnfitFile, opened_bytes

_SHOWN = 50


def draw() -> None:
    """Upload for whoever runs campaigns; folder and limits for whoever changes settings."""
    st.header(_("从表格带入"), anchor=False)
    look.soft(
        _("每行一件事。需要“事件类型”“发生时间”，以及户号、电话或邮箱之一；工单、班组等随答信息按名称认列。重复上传不重复计。")
    )
    file = st.file_uploader(_("业务事件表"), type=TABLE_TYPES, key="events file")
    if file is not None:
        _taken(file.getvalue(), file.name)
    if session.signed_in().may(Action.CHANGE_SETTINGS):
        _folder()
        _limits()


def _taken(content: bytes, name: str) -> None:
    store, guide = session.store(), event_guide(event_facts(session.store()))
    secret = secret_key(Settings.from_environment().secret_file)
    try:
        found = looked_into(content, guide, {}, "events")
        kind = st.text_input(
            _("没有“事件类型”这一列时，每行都是"), key="events kind", placeholder="work_order.closed"
        )

        def bring_in(*, only_check: bool) -> EventSummary:
            with opened_bytes(content, found.reading, guide) as table:
                return take_events(store, secret, table, utc_now(), kind=kind.strip(), only_check=only_check)

        checked = bring_in(only_check=True)
        if checked.unknown:
            look.soft(_("没有带入的列：{names}").format(names=join_names(checked.unknown)))
        place = f"events {digest(content)} {kind}"
        button = st.empty()

        def kept() -> EventSummary:
            came = bring_in(only_check=False)
            counts = f"{came.taken} taken, {came.invited} invited, {len(came.rejected)} left out"
            store.accounts.record(session.signed_in().name, "events file taken", name, counts)
            return came

        if actions.button(_("带入 {count} 件").format(count=checked.taken), place, button.button, type="primary"):
            actions.perform(place, kept)
        done = actions.outcome(place)
        _report(done.value if done is not None else checked, found.table.header, done=done is not None)
    except UnfitFile as error:
        st.error(_("这个文件{reason}。").format(reason=reason(error)))
    except UnfitEventTable as error:
        st.error(said(error.args[0]))


def _report(came: EventSummary, header: tuple[str, ...], *, done: bool) -> None:
    if done:
        st.success(said(came.told()))
    for kind, times in came.unheard.items():
        if times:
            look.soft(_("没有活动在等“{kind}”，{times} 件只记时点。").format(kind=kind, times=times))
    for held_back in came.told_of_held_back():
        look.soft(said(held_back))
    if not came.rejected:
        return
    st.warning(_("有 {count} 行收不下：").format(count=len(came.rejected)))
    look.table(
        [_("行"), _("原因")],
        [(each.row.number, _("；").join(said(why) for why in each.reasons)) for each in came.rejected[:_SHOWN]],
        taken=False,
    )
    out = io.StringIO()
    report(out, header, came.rejected)
    downloads.offer_file(
        _("下载收不下的行"), out.getvalue().encode(REPORT_ENCODING), "events-left-out.csv", "text/csv"
    )


def _folder() -> None:
    st.header(_("定时查看的文件夹"), anchor=False)
    store, now = session.store(), events_folder(session.store())
    look.soft(
        _("别的程序把表格放进服务器上的这个文件夹，30 秒没有变化就自动带入，再移到 done 或 failed，旁边附一份报告。")
    )
    kept = store.organisation.setting(FOLDER) or ""
    if now is not None and str(now) != kept:
        look.soft(_("由环境变量 {name} 设定：{folder}").format(name=VARIABLE, folder=now))
        return
    with st.form("events folder"):
        text = st.text_input(_("文件夹"), value=kept, placeholder="/srv/xinsheng/events")
        if st.form_submit_button(_("保存")):
            store.organisation.set(FOLDER, text.strip(), seen=store.organisation.setting(FOLDER))
            store.accounts.record(session.signed_in().name, "set events folder", text.strip() or "-", "")
            there = not text.strip() or Path(text.strip()).is_dir()
            st.success(_("已保存。") if there else _("已保存，但服务器上还没有这个文件夹。"))


def _limits() -> None:
    st.header(_("各环节的时限"), anchor=False)
    store = session.store()
    stages, seen = stages_of(store), store.organisation.setting(STAGES)
    with st.form("order stages"):
        typed = [
            st.text_input(
                said(stage.label), value=_as_text(stage), key=f"limits {stage.fact}", placeholder="24 fault=2 bill=72",
                help=_("小时数；不同业务写成 代码=小时，用空格隔开，没有写到的业务用不带代码的数"),
            )
            for stage in stages.root
        ]  # fmt: skip
        if st.form_submit_button(_("保存")):
            try:
                changed = [_with_limits(stage, text) for stage, text in zip(stages.root, typed, strict=True)]
            except ValueError as error:
                st.error(_("看不懂“{text}”，请写成 24 fault=2 这样").format(text=error))
                return
            store.organisation.set(STAGES, OrderStages(tuple(changed)).model_dump_json(), seen=seen)
            store.accounts.record(session.signed_in().name, "set order limits", "organisation", "")
            st.success(_("已保存。"))


def _as_text(stage: OrderStage) -> str:
    return " ".join(f"{business}={hours:g}" if business else f"{hours:g}" for business, hours in stage.limits.items())


def _with_limits(stage: OrderStage, text: str) -> OrderStage:
    """The stage with these limits; raises ValueError of the part that is none."""
    limits = {}
    for part in text.split():
        business, equals, hours = part.rpartition("=")
        try:
            limits[business if equals else ""] = float(hours)
        except ValueError:
            raise ValueError(part) from None
        if not 0 < limits[business if equals else ""] <= 10_000:
            raise ValueError(part)
    return stage.model_copy(update={"limits": limits})
