"""The door: one application that serves the console and the forms, and the list of the console's pages."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import anyio.to_thread
import streamlit as st
from starlette.middleware import Middleware

from analysis.assistants.installed import PATH as ASSISTANTS
from analysis.assistants.installed import served_assistants
from analysis.columns.exporter import Exporter
from analysis.comments.adaptation import Adapting
from analysis.comments.comment_worker import CommentBacklog
from analysis.comments.listening import CommentListener
from analysis.comments.organisation_analyser import survey_analyser
from analysis.improvement.promise_watch import PromiseWatch
from analysis.pages import (
    analysis,
    answers,
    call_centre,
    customers,
    improvement,
    indicators,
    lessons,
    overview,
    plans,
    reports,
    results,
)
from analysis.pages.comments import comments, text_model
from analysis.released.gate import copies_of, gate_of
from analysis.released.summary import results_of
from surveys.channels import channels_set_up
from surveys.channels.systems.addresses import allowed_networks
from surveys.console import appraisal, people
from surveys.console.administration import accounts, api_keys, audit, organisation
from surveys.console.administration import settings as settings_page
from surveys.console.cases import case_desk, opinion_boxes
from surveys.console.collection import collection, reconciliation
from surveys.console.design import survey_list
from surveys.console.distribution import campaigns, distribution, order_times, outbox, phone_interviews, tasks
from surveys.console.kit import closed_sessions, failures, handbook, navigation
from surveys.localisation.clock import local_day, utc_now
from surveys.localisation.language import marked
from surveys.operations.clock_watch import ClockWatch
from surveys.operations.event_folder import FolderWatch
from surveys.operations.installation import keep_what_is_loaded, open_installation
from surveys.operations.log import gather_loggers
from surveys.operations.messages.to_systems import WebhookSender
from surveys.operations.retention import Retention
from surveys.operations.scheduler import Scheduler, links_of
from surveys.operations.sender import Sender
from surveys.operations.setup_code import first_setup_code, setup_guide
from surveys.permissions import Action
from surveys.sample_organisation import load_sample_organisation
from surveys.web.api import api
from surveys.web.api.keyed import caller, keyed_route
from surveys.web.forms.preview import PreviewPages
from surveys.web.front.console_process import end_with_the_front, has_front
from surveys.web.front.respondent_pages import RespondentPages
from surveys.web.protection.proxies import behind, behind_the_front
from surveys.web.rendering.own_routes import OwnRoutes
from surveys.web.rendering.page import exception_handlers
from surveys.web.staff.console_page import ConsolePage
from surveys.web.staff.console_shell import ConsoleShell
from surveys.web.staff.own_sessions import SessionPages
from surveys.web.staff.paper_entry import PaperPages
from surveys.web.staff.print_material import HandingOutPages
from surveys.web.staff.provider_sign_in import provider_of
from surveys.web.staff.sign_in import ConsoleGuard, SignInPages

# The groups of the navigation.
UNDERSTAND, ASK, ADMINISTER = marked("了解"), marked("调查"), marked("管理")

PAGES = (
    ConsolePage("", marked("概览"), ":material/home:", Action.USE_CONSOLE, overview.draw),
    ConsolePage("results", marked("满意度"), ":material/monitoring:", Action.VIEW_RESULTS, results.draw, UNDERSTAND),
    ConsolePage("improvement", marked("改进"), ":material/target:", Action.VIEW_RESULTS, improvement.draw, UNDERSTAND),
    ConsolePage("plans", marked("改进计划"), ":material/flag:", Action.PLAN_IMPROVEMENT, plans.draw, UNDERSTAND),
    ConsolePage(
        "indicators", marked("指标与承诺"), ":material/speed:", Action.PLAN_IMPROVEMENT, indicators.draw, UNDERSTAND
    ),
    ConsolePage(
        "lessons", marked("案例库"), ":material/menu_book:", Action.PLAN_IMPROVEMENT, lessons.draw, UNDERSTAND
    ),
    ConsolePage("reports", marked("报告"), ":material/description:", Action.VIEW_RESULTS, reports.draw, UNDERSTAND),
    ConsolePage("comments", marked("意见"), ":material/chat:", Action.VIEW_RESULTS, comments.draw, UNDERSTAND),
    ConsolePage("answers", marked("答卷"), ":material/list_alt:", Action.VIEW_RESULTS, answers.draw, UNDERSTAND),
    ConsolePage("analysis", marked("分析"), ":material/query_stats:", Action.VIEW_RESULTS, analysis.draw, UNDERSTAND),
    ConsolePage(
        "call-centre", marked("话务统计"), ":material/support_agent:", Action.VIEW_RESULTS, call_centre.draw, UNDERSTAND
    ),
    ConsolePage(
        "customers", marked("客户分析"), ":material/groups:", Action.MANAGE_CONTACTS, customers.draw, UNDERSTAND
    ),
    ConsolePage(
        "teaching", marked("文本模型"), ":material/school:", Action.TEACH_TEXT_MODEL, text_model.draw, UNDERSTAND
    ),
    ConsolePage("surveys", marked("问卷"), ":material/assignment:", Action.DESIGN_SURVEYS, survey_list.draw, ASK),
    ConsolePage("distribution", marked("发放"), ":material/qr_code_2:", Action.DISTRIBUTE, distribution.draw, ASK),
    ConsolePage("collection", marked("收集"), ":material/inbox:", Action.WATCH_COLLECTION, collection.draw, ASK),
    ConsolePage("campaigns", marked("邀请"), ":material/outgoing_mail:", Action.VIEW_CAMPAIGNS, campaigns.draw, ASK),
    ConsolePage("tasks", marked("任务"), ":material/checklist:", Action.VIEW_CAMPAIGNS, tasks.draw, ASK),
    ConsolePage(
        "appraisals", marked("360° 评价"), ":material/diversity_3:", Action.VIEW_APPRAISALS, appraisal.draw, ASK
    ),
    ConsolePage("events", marked("业务事件"), ":material/event:", Action.VIEW_CAMPAIGNS, order_times.draw, ASK),
    ConsolePage("calls", marked("电话访问"), ":material/call:", Action.WATCH_CALLS, phone_interviews.draw, ASK),
    ConsolePage("people", marked("客户与员工"), ":material/contacts:", Action.MANAGE_CONTACTS, people.draw, ASK),
    ConsolePage("sending", marked("发送"), ":material/send:", Action.RUN_OUTBOX, outbox.draw, ASK),
    ConsolePage("cases", marked("工单"), ":material/assignment_late:", Action.ANSWER_CASES, case_desk.draw, ASK),
    ConsolePage("boxes", marked("意见箱"), ":material/mail:", Action.ANSWER_CASES, opinion_boxes.draw, ASK),
    ConsolePage(
        "reconciliation", marked("对账"), ":material/fact_check:", Action.WATCH_COLLECTION, reconciliation.draw, ASK
    ),
    ConsolePage(
        "organisation",
        marked("组织"),
        ":material/account_tree:",
        Action.ADMINISTER_ORGANISATION,
        organisation.draw,
        ADMINISTER,
    ),
    ConsolePage("accounts", marked("账号"), ":material/group:", Action.ADMINISTER_ACCOUNTS, accounts.draw, ADMINISTER),
    ConsolePage("interfaces", marked("接口"), ":material/api:", Action.MANAGE_API_KEYS, api_keys.draw, ADMINISTER),
    ConsolePage(
        "settings", marked("设置"), ":material/settings:", Action.CHANGE_SETTINGS, settings_page.draw, ADMINISTER
    ),
    ConsolePage("audit", marked("审计"), ":material/history:", Action.READ_AUDIT, audit.draw, ADMINISTER),
    ConsolePage(handbook.PATH, marked("使用手册"), ":material/help:", Action.USE_CONSOLE, handbook.draw, ADMINISTER),
)

if st.runtime.exists():
    navigation.run(PAGES)
else:
    installation = open_installation("console" if has_front() else "server")
    settings, store, secret = installation.settings, installation.store, installation.secret
    if code := first_setup_code(store):  # `serve` has given one already; there are other ways to start
        print(setup_guide(settings.base_url, code), flush=True)
    respondents = RespondentPages(installation, listener=CommentListener(store))
    sign_in = SignInPages(
        store,
        secret,
        secure=settings.secure,
        load_sample=lambda: load_sample_organisation(store, local_day(utc_now())),
        provider=provider_of(settings.base_url),
    )
    assistants = served_assistants(store, caller)
    routes = [
        *respondents.routes(),
        *PreviewPages(store, secret).routes(),
        *HandingOutPages(store, settings.base_url).routes(),
        *PaperPages(store, secret).routes(),
        *sign_in.routes(),
        *SessionPages(store, secret, secure=settings.secure).routes(),
        api(store, secret, results_of(gate_of(store))),
        *([keyed_route(ASSISTANTS, assistants.application, store, utc_now)] if assistants.application else []),
    ]

    @asynccontextmanager
    async def running(_: st.App) -> AsyncIterator[dict[str, Any]]:
        """While the server runs, submissions are taken, invitations and messages sent, comments analysed."""
        sender = Sender(
            store.outbox,
            channels_set_up(os.environ, secret).channels,
            links_of(store, secret, settings.base_url),
            profile=store.organisation.profile,
        )
        backlog = CommentBacklog(store, partial(survey_analyser, store), adapt=Adapting(store).adapt_when_due)
        watch = ClockWatch(store)
        patient = watch.patient(store.leases)
        workers = [
            backlog.worker(store.leases), Exporter(copies_of(store), settings.figures_age).worker(store.leases),
            Scheduler(store, base_url=settings.base_url, secret=secret).worker(patient),
            FolderWatch(store, secret).worker(patient), Retention(store).worker(patient),
            PromiseWatch(store, gate_of(store)).worker(patient),
            WebhookSender(store, secret, allowed_networks(os.environ)).worker(patient),
            *sender.workers(patient), watch.worker(),
        ]  # fmt: skip
        gather_loggers()  # streamlit brings handlers of its own when it starts
        keep_what_is_loaded()
        end_with_the_front()
        async with respondents.running(), assistants.running():
            for worker in workers:
                worker.start()
            forgetting = asyncio.create_task(closed_sessions.keep_forgetting())
            try:
                yield {}
            finally:
                forgetting.cancel()
                for worker in reversed(workers):
                    await anyio.to_thread.run_sync(worker.stop)

    app = st.App(
        __file__,
        middleware=[
            *(behind_the_front() if has_front() else behind(settings.proxies)),
            Middleware(
                OwnRoutes,
                organisation=store.organisation,
                routes=routes,
                secure=settings.secure,
                observe=respondents.metrics.observe,
            ),
            Middleware(ConsoleGuard, store=store, pages=PAGES, base_url=settings.base_url),
            Middleware(ConsoleShell, paths=[page.path for page in PAGES], name=store.organisation.name),
        ],
        lifespan=running,
        on_script_error=failures.show_failure,
        exception_handlers=exception_handlers,
    )

    if __name__ == "__main__":
        app.run(config={"server.port": int(os.environ["PORT"])} if os.environ.get("PORT") else None)
