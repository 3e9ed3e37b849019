"""The door: one application that serves the console and the forms, and the list of the console's pages."""

from __future__ import annotations

import gc
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
import streamlit as st
from starlette.middleware import Middleware

from analysis.background import CommentWorker
from analysis.own_analyser import analyser_of
from analysis.pages import comments, deeper, improvement, results, teaching
from analysis.summary import summary
from surveys.accounts import Role
from surveys.campaigns.scheduler import Scheduler, links_of
from surveys.channels import channels_set_up
from surveys.channels.sender import Sender
from surveys.clock import local_day, utc_now
from surveys.console import ConsolePage
from surveys.language import marked
from surveys.pages import (
    accounts,
    audit,
    boxes,
    calling,
    campaigns,
    collecting,
    designing,
    distributing,
    interfaces,
    navigation,
    organisation,
    overview,
    people,
    reconciling,
    sending,
)
from surveys.sample_organisation import load_sample_organisation
from surveys.settings import Settings, secret_key
from surveys.storage import open_store
from surveys.web.api import api
from surveys.web.boxes import BoxPages
from surveys.web.calling import CallPages
from surveys.web.embed import EmbedPages
from surveys.web.forms import FormPages
from surveys.web.handing_out import HandingOutPages
from surveys.web.kiosk import KioskPages
from surveys.web.page import exception_handlers
from surveys.web.paper import PaperPages
from surveys.web.personal import PersonalPages
from surveys.web.preview import PreviewPages
from surveys.web.proxies import behind
from surveys.web.sign_in import ConsoleGuard, SignInPages

EVERYONE = frozenset(Role)
ADMIN = frozenset({Role.ADMIN})
DESIGNERS = frozenset({Role.ADMIN, Role.DESIGNER})
CALLERS = frozenset({Role.ADMIN, Role.DESIGNER, Role.AGENT})
READERS = frozenset({Role.ADMIN, Role.DESIGNER, Role.MANAGER})

PAGES = (
    ConsolePage("", marked("概览"), ":material/home:", EVERYONE, overview.draw),
    ConsolePage("results", marked("满意度"), ":material/monitoring:", READERS, results.draw, marked("了解")),
    ConsolePage("improvement", marked("改进"), ":material/target:", READERS, improvement.draw, marked("了解")),
    ConsolePage("comments", marked("意见"), ":material/chat:", READERS, comments.draw, marked("了解")),
    ConsolePage("analysis", marked("分析"), ":material/query_stats:", READERS, deeper.draw, marked("了解")),
    ConsolePage("teaching", marked("文本模型"), ":material/school:", DESIGNERS, teaching.draw, marked("了解")),
    ConsolePage("surveys", marked("问卷"), ":material/assignment:", DESIGNERS, designing.draw, marked("调查")),
    ConsolePage("distribution", marked("发放"), ":material/qr_code_2:", READERS, distributing.draw, marked("调查")),
    ConsolePage("collection", marked("收集"), ":material/inbox:", READERS, collecting.draw, marked("调查")),
    ConsolePage("campaigns", marked("邀请"), ":material/outgoing_mail:", READERS, campaigns.draw, marked("调查")),
    ConsolePage("calls", marked("电话访问"), ":material/call:", CALLERS, calling.draw, marked("调查")),
    ConsolePage("people", marked("客户与员工"), ":material/contacts:", READERS, people.draw, marked("调查")),
    ConsolePage("sending", marked("发送"), ":material/send:", DESIGNERS, sending.draw, marked("调查")),
    ConsolePage("boxes", marked("意见箱"), ":material/mail:", READERS, boxes.draw, marked("调查")),
    ConsolePage("reconciliation", marked("对账"), ":material/fact_check:", READERS, reconciling.draw, marked("调查")),
    ConsolePage("organisation", marked("组织"), ":material/account_tree:", ADMIN, organisation.draw, marked("管理")),
    ConsolePage("accounts", marked("账号"), ":material/group:", ADMIN, accounts.draw, marked("管理")),
    ConsolePage("interfaces", marked("接口"), ":material/api:", ADMIN, interfaces.draw, marked("管理")),
    ConsolePage("audit", marked("审计"), ":material/history:", ADMIN, audit.draw, marked("管理")),
)

if st.runtime.exists():
    navigation.run(PAGES)
else:
    settings = Settings.from_environment()
    store, secret = open_store(settings.database), secret_key(settings.secret_file)
    forms = FormPages(store, secret, secure=settings.secure)
    sign_in = SignInPages(
        store,
        secret,
        secure=settings.secure,
        load_sample=lambda: load_sample_organisation(store, local_day(utc_now())),
    )
    routes = [
        *forms.routes(),
        *PersonalPages(store, forms).routes(),
        *CallPages(store, forms, secret).routes(),
        *KioskPages(store, forms, secret).routes(),
        *BoxPages(store, secret).routes(),
        *PreviewPages(store, secret).routes(),
        *HandingOutPages(store, settings.base_url).routes(),
        *PaperPages(store, secret).routes(),
        *EmbedPages(store, forms, settings.embed_origins).routes(),
        *sign_in.routes(),
        api(store, secret, summary),
    ]

    @asynccontextmanager
    async def running(_: st.App) -> AsyncIterator[dict[str, Any]]:
        """While the server runs, submissions are taken, invitations and messages sent, comments analysed."""
        sender = Sender(
            store.outbox, channels_set_up(os.environ, secret).channels, links_of(store, secret, settings.base_url)
        )
        workers: tuple[CommentWorker | Scheduler | Sender, ...] = (
            CommentWorker(store, lambda: analyser_of(store.organisation)), Scheduler(store), sender,
        )  # fmt: skip
        # What is loaded by now stays: looking through it for garbage would stop every form for a tenth of a second.
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        async with forms.running():
            for worker in workers:
                worker.start()
            try:
                yield {}
            finally:
                for worker in reversed(workers):
                    await anyio.to_thread.run_sync(worker.stop)

    app = st.App(
        __file__,
        middleware=[
            *behind(settings.proxies),
            Middleware(ConsoleGuard, store=store, pages=PAGES, routes=routes),
        ],
        lifespan=running,
        exception_handlers=exception_handlers,
    )

    if __name__ == "__main__":
        app.run(config={"server.port": int(os.environ["PORT"])} if os.environ.get("PORT") else None)
