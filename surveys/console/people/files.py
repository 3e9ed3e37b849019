"""The list of files, one of them opened, and all of them as a table to take along."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from surveys.channels import CHANNELS
from surveys.console.kit import address, concurrent_edits, downloads, look, session
from surveys.console.kit.choosers import department_names
from surveys.console.kit.words import _, distinct, reason, said
from surveys.console.people.opened import day_of, kinds, level_until, level_words, opened
from surveys.exchange.people.contact_columns import read_cell
from surveys.exchange.people.contact_fields import FIELDS
from surveys.exchange.rejections import REPORT_ENCODING
from surveys.localisation.language import marked
from surveys.operations.contact_register import NotYours, Register
from surveys.people.contact import Contact, ContactKind, Secrecy, UnfitValue, plain_number
from surveys.people.contact_search import ContactSearch
from surveys.storage import StorageError
from surveys.storage.changes import ChangedMeanwhile
from surveys.storage.sqlite.contacts import content
from surveys.tables.cells import spreadsheet_value

_ON_A_PAGE = 50
_OPEN = "contact open"
_NOT_YOURS = marked("这份档案不归您管理，或已不存在；内容没有改动。")


def draw(register: Register) -> None:
    """What is looked for, a page of what is found, and the file that is open."""
    if not session.store().contacts.amount():
        look.empty(_("还没有档案"), _("请到“导入”上传客户或员工名单（CSV 或 Excel）。"))
        return
    wanted = _wanted(register)
    amount = register.amount(wanted)
    pages = max(1, -(-amount // _ON_A_PAGE))
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    left.markdown(_("找到 {count} 份").format(count=f"{amount:,}"))
    label = _("第几页（共 {pages} 页）").format(pages=pages)
    number = address.whole("page", lambda: right.number_input(label, 1, pages, key="page"), 1, 1, pages)
    found = register.page(wanted, limit=_ON_A_PAGE, offset=(number - 1) * _ON_A_PAGE)
    if found:
        _list(found, register)
        _opener(found, register)
    with st.container(horizontal=True):
        downloads.offer_file(
            _("导出为 CSV"), partial(_exported, wanted), "contacts.csv", "text/csv", on_click="ignore",
            icon=":material/download:", key="export contacts",
        )  # fmt: skip


def _wanted(register: Register) -> ContactSearch:
    text, kind, tier, department = st.columns(4)
    names = department_names()
    own = [each for each in names if register.sight.departments is None or each in register.sight.departments]
    tiers = register.tiers()
    words = text.text_input(_("姓名、客户编号或电话"), max_chars=60, key="people text")
    of_kind = _picked(kind, "kind", _("类别"), {each.value: kinds()[each] for each in ContactKind})
    of_tier = _picked(tier, "tier", _("客户等级"), {each: each for each in tiers})
    of_department = _picked(department, "department", _("部门"), {each: names[each] for each in own})
    return ContactSearch(
        departments=[of_department] if of_department else None, text=words, tier=of_tier,
        kind=ContactKind(of_kind) if of_kind else None,
    )  # fmt: skip


def _picked(place: DeltaGenerator, name: str, label: str, names: dict[str, str]) -> str | None:
    """The one chosen, None for all."""
    words = {"": _("全部")} | names

    def draw() -> str | None:
        return place.selectbox(label, list(words), format_func=words.__getitem__, key=name)

    return address.choice(name, words, draw, "") or None


def _list(found: list[Contact], register: Register) -> None:
    names = department_names()
    look.table(
        [_("姓名或名称"), _("客户编号"), _("电话"), _("部门"), _("客户等级"), _("密级"), _("更新于")],
        [
            (each.name, each.customer_number or "—", each.phone or "—", names.get(each.department or "", "—"),
             each.tier or "—", level_until(each, register.today), day_of(each.updated_at))
            for each in found
        ], taken=False,
    )  # fmt: skip


def _opener(found: list[Contact], register: Register) -> None:
    """Choosing is not looking: a file opens, and its look is recorded, by the button alone."""
    told = {
        each.id: _("{name} · {number}").format(name=each.name, number=each.customer_number or each.phone or each.email)
        for each in found
    }
    labels = distinct(told, by_code=False)
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    chosen = left.selectbox(_("要查看的档案"), list(labels), format_func=labels.__getitem__, key="contact chosen")
    if right.button(_("查看档案"), width="stretch"):
        try:
            st.session_state[_OPEN] = register.open(chosen)
        except NotYours:
            st.error(_(_NOT_YOURS))
    contact = st.session_state.get(_OPEN)
    if contact is not None and contact.id == chosen:
        _file(contact, register)


def _file(contact: Contact, register: Register) -> None:
    names, since = department_names(), register.left_alone_since(contact.id)
    rows = [
        (_("姓名或名称"), contact.name), (_("类别"), kinds()[contact.kind]), (_("客户编号"), contact.customer_number),
        (_("电话"), contact.phone), (_("邮箱"), contact.email), (_("聊天账号"), contact.chat),
        (_("用户名"), _login(contact)), (_("部门"), names.get(contact.department or "", "")),
        (_("客户等级"), contact.tier),
        (_("密级"), level_until(contact, register.today)), (_("更新于"), day_of(contact.updated_at)),
        (_("不再打扰"), _("自 {day} 起").format(day=day_of(since)) if since else ""),
        (_("只通过"), _ways().get(contact.only_channel, contact.only_channel)),
        *_attributes(contact),
    ]  # fmt: skip
    with st.container(border=True):
        look.table([_("项目"), _("内容")], [(name, text or "—") for name, text in rows], taken=False)
        if register.sight.plain:
            _change(contact, register)
        back = since is not None
        if st.button(_("可以再联系") if back else _("不再打扰此人"), key=f"opt {contact.id}"):
            _do(partial(opened().opt_out, contact.id, back=back), _("已记下。"))
        _one_channel(contact)


def _login(contact: Contact) -> str:
    """The name with which somebody of the staff signs in; it comes with an import."""
    return next((each.name for each in session.store().accounts.all() if each.id == contact.account), "")


def _ways() -> dict[str, str]:
    """The ways to ask somebody: by the channels of messages, or by a call."""
    return {"": ""} | {name: _(channel.label) for name, channel in CHANNELS.items()} | {"call": _("电话访问")}


def _one_channel(contact: Contact) -> None:
    """The wish to be asked by one way only; it holds for all files and addresses of the person."""
    with st.popover(_("只通过一种渠道联系…")):
        ways = _ways() | {"": _("各种渠道都可以")}
        names = list(ways)
        at = names.index(contact.only_channel) if contact.only_channel in names else 0
        way = st.selectbox(_("只通过"), names, at, format_func=ways.__getitem__, key=f"only {contact.id}")
        look.soft(_("对这个人的所有档案和地址有效：别的渠道不再邀请、提醒，也不打电话。"))
        if st.button(_("记下"), key=f"keep only {contact.id}"):
            _do(partial(opened().ask_only_by, contact.id, way), _("已记下。"))


def _attributes(contact: Contact) -> Iterator[tuple[str, str]]:
    for kind in (contact.who, contact.does):
        yield from kind.items()
    for name, amount in contact.worth.items():
        yield name, plain_number(amount)


def _change(contact: Contact, register: Register) -> None:
    names, button = {"": "—"} | department_names(), f"save contact {contact.id}"
    present = content(register.shown(contact.id))
    sheet = concurrent_edits.sheet(button, present, _told, contact.id)
    contact = sheet.first
    with st.expander(_("修改")), st.form(f"contact {contact.id}"):
        left, right = st.columns(2)
        name = left.text_input(_("姓名或名称"), contact.name, max_chars=200)
        number = right.text_input(_("客户编号"), contact.customer_number, max_chars=40)
        phone = left.text_input(_("电话"), contact.phone, max_chars=40)
        email = right.text_input(_("邮箱"), contact.email, max_chars=120)
        own = [each for each in names if register.sight.departments is None or each in register.sight.departments]
        department = left.selectbox(
            _("部门"), own, index=own.index(contact.department or "") if (contact.department or "") in own else 0,
            format_func=names.__getitem__,
        )  # fmt: skip
        tier = right.text_input(_("客户等级"), contact.tier, max_chars=20)
        levels = register.sight.levels
        level = left.selectbox(
            _("密级"), levels, index=levels.index(contact.level(register.today)), format_func=level_words
        )
        until = right.date_input(_("保密期限（不填则按密级的期限）"), contact.secrecy_until, format="YYYY-MM-DD")
        if st.form_submit_button(_("保存"), type="primary", key=button):
            given = {"name": name, "customer_number": number, "phone": phone, "email": email, "tier": tier}
            changed = replace(present, department=department or None, secrecy=level, secrecy_until=until or None)
            _save(changed, given, sheet.seen)


def _told(contact: Contact) -> dict[str, str]:
    plain = ("name", "customer_number", "phone", "email", "chat", "department", "tier")
    told = {_(FIELDS[name].label): str(getattr(contact, name) or "") for name in plain}
    until = contact.secrecy_until.isoformat() if contact.secrecy_until else ""
    return told | {_("密级"): level_words(contact.secrecy), _("保密期限"): until} | dict(_attributes(contact))


def _save(contact: Contact, given: dict[str, str], seen: Contact) -> None:
    problems, read = list[str](), dict[str, str]()
    for name, text in given.items():
        try:
            read[name] = read_cell(name, text, ()) if text.strip() else ""
        except UnfitValue as error:
            problems.append(_("{name}：{reason}。").format(name=_(FIELDS[name].label), reason=reason(error)))
    if not given["name"].strip():
        problems.append(_("请填写姓名或名称。"))
    if problems:
        st.error("\n\n".join(look.as_written(each) for each in problems))
        return
    if contact.secrecy is Secrecy.NONE:
        contact = replace(contact, secrecy_until=None)
    _do(partial(opened().change, replace(contact, **read), seen=seen), _("已保存。"))  # type: ignore[arg-type]


def _do(act: partial[None], done: str) -> None:
    try:
        act()
    except NotYours:
        st.error(_(_NOT_YOURS))
    except ChangedMeanwhile:
        concurrent_edits.mark_refused()
    except StorageError:
        st.error(_("没有保存：这个客户编号已经属于另一份档案。"))
    else:
        st.session_state.pop(_OPEN, None)
        look.done(done)


def _exported(wanted: ContactSearch) -> bytes:
    """Everything found, as this account may see it; the columns are those that an import reads."""
    register, attributes = opened(), sorted(session.store().contacts.attributes())
    plain = ["customer_number", "name", "phone", "email", "chat", "department", "tier"]
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    logins = {each.id: each.name for each in session.store().accounts.all()}
    heads = [*plain, "login"]
    writer.writerow([*(said(FIELDS[name].label) for name in heads), _("密级"), _("保密期限"), *attributes])
    for contact in register.export(wanted):
        fields = contact.fields()
        row: list[str] = [getattr(contact, name) or "" for name in plain]
        row.append(logins.get(contact.account or 0, ""))
        level = contact.level(register.today)
        row += [level.value, contact.secrecy_until.isoformat() if level and contact.secrecy_until else ""]
        row += ["".join(fields.get(name, "")) for name in attributes]
        writer.writerow([spreadsheet_value(cell) for cell in row])
    return file.getvalue().encode(REPORT_ENCODING, "replace")
