"""`/my/appraisal/{appraisal}`: one's own appraisal report, what was agreed on it, and the way to object."""

from __future__ import annotations

from dataclasses import dataclass

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.accounts import Account
from surveys.appraisal.advice import advice_for
from surveys.appraisal.appraisal import LONGEST_TEXT, Appeal, Appraisal, Appraised
from surveys.appraisal.objections import appeal_until, new_appeal, persons_of
from surveys.appraisal.report import AppraisalReport
from surveys.fieldwork.tasks.relations import RELATIONS
from surveys.localisation.clock import Clock, local_day, utc_now
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, saying
from surveys.organisation.working_days import HOLIDAYS, calendar_from
from surveys.storage.records.protocols import Respondents
from surveys.web.protection.sessions import account_of
from surveys.web.rendering.language_switch import address_in_language
from surveys.web.rendering.page import Refusal, SignInNeeded, language_of, plain, see
from surveys.web.staff.guarded_forms import GuardedForms

_UNKNOWN = (marked("没有找到这份报告"), marked("报告只给本人看。请到“我的任务”查看，或联系发起这次评价的人。"))


@dataclass(frozen=True)
class OwnReport:
    """A report with the appraisal it is of, and the objection to it."""

    appraisal: Appraisal
    one: Appraised
    appeal: Appeal | None

    @property
    def report(self) -> AppraisalReport:
        """The figures; raises ValueError where there are none yet."""
        if self.one.report is None:
            raise ValueError(self.one.person)
        return self.one.report


def own_reports(store: Respondents, account: Account) -> list[OwnReport]:
    """Those that are out, the newest first."""
    persons = persons_of(account, store.subjects.of_kind("person"))
    found = [each for code in persons for each in store.appraisals.of_person(code) if each.report is not None]
    reports = []
    for each in sorted(found, key=lambda one: str(one.released_on), reverse=True):
        appraisal = store.appraisals.get(each.appraisal)
        if appraisal is not None:
            reports.append(OwnReport(appraisal, each, store.appraisals.appeal(appraisal.id, each.person)))
    return reports


class OwnReports:
    """A report of somebody else is not told from one that there is not."""

    def __init__(self, store: Respondents, secret: bytes, *, secure: bool = False, clock: Clock = utc_now) -> None:
        self._store, self._clock = store, clock
        self._forms = GuardedForms(secret, secure=secure)

    def routes(self) -> list[Route]:
        letterhead = self._store.organisation.profile
        return [
            Route("/my/appraisal/{appraisal}", plain(self.show, letterhead), methods=["GET"]),
            Route("/my/appraisal/{appraisal}", plain(self.object_to, letterhead), methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        account, own = await self._asked(request)
        return self._page(request, account, own)

    async def object_to(self, request: Request) -> Response:
        """Keep the objection, or show the page again with what is wrong."""
        account, own = await self._asked(request)
        given = await self._forms.sent_by_us(request)
        words = given.get("words", "")
        problem = await anyio.to_thread.run_sync(self._object_to, account, own, words)
        if problem:
            return self._page(request, account, own, problem=problem, words=words, status=422)
        return see(address_in_language(f"/my/appraisal/{own.appraisal.id}", language_of(request)))

    def _object_to(self, account: Account, own: OwnReport, words: str) -> Message | None:
        calendar = calendar_from(self._store.organisation.setting(HOLIDAYS))
        appeal = new_appeal(own.appraisal, own.one, words, local_day(self._clock()), calendar)
        if isinstance(appeal, Message):
            return appeal
        return None if self._store.appraisals.file_appeal(appeal, by=account.name) else saying("您已经提出过申诉。")

    def _page(
        self, request: Request, account: Account, own: OwnReport, *, problem: Message | None = None, words: str = "",
        status: int = 200,
    ) -> Response:  # fmt: skip
        until = appeal_until(own.appraisal, own.one)
        may = own.appeal is None and until is not None and local_day(self._clock()) <= until
        return self._forms.page(
            request, "my_appraisal.html", own.appraisal.name, status, account=account, own=own, report=own.report,
            relations=RELATIONS, advice=advice_for(own.report.weakest), until=until, may=may, longest=LONGEST_TEXT,
            problem=problem, words=words, sheets=["style.css", "my.css"], language=language_of(request),
        )  # fmt: skip

    async def _asked(self, request: Request) -> tuple[Account, OwnReport]:
        account = await anyio.to_thread.run_sync(account_of, request.cookies, self._store, self._clock())
        if account is None:
            raise SignInNeeded
        reports = await anyio.to_thread.run_sync(own_reports, self._store, account)
        for each in reports:
            if each.appraisal.id == request.path_params["appraisal"]:
                return account, each
        raise Refusal(404, *_UNKNOWN)
