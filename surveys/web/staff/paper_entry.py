"""Surveys on paper: the sheet to print, and the page on which what came back is typed in, quickly and checked alike."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.accounts import Account
from surveys.definition.conditions import LINK
from surveys.definition.context.declared import facts_of_link, facts_to_keep
from surveys.definition.questions import Answer
from surveys.definition.routing import Course, Ending, course, link_names, link_parameters
from surveys.definition.survey import Audience, Survey, offering
from surveys.fieldwork.availability import LATE_DELIVERY, Opening
from surveys.fieldwork.paper import fields_of, read_typed, sheet
from surveys.fieldwork.paper_instructions import known_beforehand, on_paper
from surveys.fieldwork.privacy_notices import EVERYWHERE
from surveys.fieldwork.rounds import LONG_AGO
from surveys.fieldwork.tasks.doors import BY_TASK, by_task_alone
from surveys.intake.open_form import OpenForm
from surveys.intake.submission import Event, Outcome, QuotaPlace, Submission
from surveys.localisation import normalisation
from surveys.localisation.clock import Clock, local_day, utc_now
from surveys.localisation.wording import Message
from surveys.organisation.departments import Touchpoint
from surveys.permissions import Action
from surveys.storage.records.protocols import Respondents
from surveys.storage.records.surveys import UnknownSurvey
from surveys.web.forms.closed import shut
from surveys.web.forms.form_context import LONGEST_LINK_VALUE
from surveys.web.forms.form_data import read_form
from surveys.web.protection.cookies import cookie_of
from surveys.web.protection.sessions import SESSION_COOKIE, account_of, csrf_field, csrf_fits
from surveys.web.rendering.page import Refusal, SignInNeeded, log_failure, page, plain
from surveys.web.staff.typed_sheet import SheetBatch, Typed, differences, judge_sheet, read_back, seal_typed, to_ask

_KEY = "k."
_SHEET, _DAY = "_sheet", "_day"  # where problems with these are shown


class PaperPages:
    """Routes `/paper/{survey}` and `/typing/{survey}`."""

    def __init__(self, store: Respondents, secret: bytes, *, clock: Clock = utc_now) -> None:
        self._store, self._secret, self._clock = store, secret, clock

    def routes(self) -> list[Route]:
        name = self._store.organisation.profile
        return [
            Route("/paper/{survey}", plain(self.sheet, name), methods=["GET"]),
            Route("/typing/{survey}", plain(self.show, name), methods=["GET"]),
            Route("/typing/{survey}", plain(self.take, name), methods=["POST"]),
        ]

    async def sheet(self, request: Request) -> Response:
        """The survey to print and fill in with a pen."""
        survey, version = await anyio.to_thread.run_sync(self._newest, request)
        link = _link(request, survey)
        survey = on_paper(survey, link)
        notice = await anyio.to_thread.run_sync(self._store.privacy_notices.given, survey.code, self._clock())
        sections = sheet(survey, link)
        return page(
            request, "paper.html", sheets=["paper.css"], scripts=["poster.js"], survey=survey, version=version,
            sections=sections, title=Message("纸质问卷 · {title}", {"title": survey.title}), link=link, notice=notice,
            guided=any(each.when or each.jumps or any(q.when for q in each.questions) for each in sections),
            languages={tag: urlencode({**link, "lang": tag}) for tag in survey.title.root},
        )  # fmt: skip

    async def show(self, request: Request) -> Response:
        """An empty sheet to type into."""
        clerk = await anyio.to_thread.run_sync(self._account, request, Action.TYPE_IN_PAPER)
        form = await anyio.to_thread.run_sync(self._form, request, None)
        if not (clerk.may(Action.TYPE_IN_PAPER, form.department) or await self._places(clerk)):
            raise Refusal(403)
        of_now = await anyio.to_thread.run_sync(self._store.privacy_notices.given, form.survey.code, self._clock())
        batch = SheetBatch(day=local_day(self._clock()).isoformat(), notice=of_now.name if of_now else "")
        return await self._page(request, form, clerk, Typed(batch))

    async def take(self, request: Request) -> Response:
        """A typed sheet: kept, or shown again with what is to be looked at."""
        clerk = await anyio.to_thread.run_sync(self._account, request, Action.TYPE_IN_PAPER)
        given = {name: values[0] for name, values in (await read_form(request)).items()}
        if not csrf_fits(self._secret, cookie_of(request.cookies, SESSION_COOKIE), given.get("_csrf", "")):
            raise Refusal(403, "这一页打开得太久", "请返回上一页，刷新后再保存。")
        version = given.get("_version", "")
        form = await anyio.to_thread.run_sync(
            self._form, request, int(version) if version.isdecimal() and len(version) < 10 else None
        )
        keys = {name.removeprefix(_KEY): value for name, value in given.items() if name.startswith(_KEY)}
        batch = SheetBatch(
            " ".join(given.get("_batch", "").split())[:60], normalisation.plain(given.get(_SHEET, "")),
            _day(given.get(_DAY, "")), given.get("_tp", ""), "_double" in given, given.get("_notice", ""),
        )  # fmt: skip
        left = given.get("_before_left", "").split() + (given.get("_asked", "").split() if "_left" in given else [])
        return await self._judged(request, form, clerk, Typed(batch, keys, first=given.get("_first"), left=left))

    async def _judged(self, request: Request, form: OpenForm, clerk: Account, typed: Typed) -> Response:
        entries, unreadable = read_typed(fields_of(form.survey), typed.keys)
        link = _link(request, form.survey)
        interview = course(form.survey, {**entries, **_answered_by(form.survey, link)}, link, "")
        answers, faults, doubtful = judge_sheet(interview, form.survey, entries)
        doubtful = to_ask(doubtful, typed, unreadable)
        unfit = await anyio.to_thread.run_sync(self._batch_problems, typed.batch, form.opening, form.survey)
        unfit |= await anyio.to_thread.run_sync(self._foreign, form, clerk, typed.batch, answers)
        problems = doubtful | unfit | faults | unreadable
        if not problems and typed.first is not None and (problems := differences(typed)):
            typed = replace(typed, first=seal_typed(typed))
        if problems:
            return await self._page(request, form, clerk, replace(typed, problems=problems, asked=list(doubtful)), 422)
        if typed.batch.double and typed.first is None:
            second = Typed(typed.batch, first=seal_typed(typed), left=typed.left)
            return await self._page(request, form, clerk, second)
        if interview.ending is Ending.SCREENED_OUT:
            done = Message("第 {sheet} 份不属于要调查的人，没有计入。", {"sheet": typed.batch.sheet})
            return await self._page(request, form, clerk, Typed(typed.batch.next(), done=done))
        return await self._keep(request, form, clerk, typed, answers, interview)

    async def _keep(
        self, request: Request, form: OpenForm, clerk: Account, typed: Typed, answers: Mapping[str, Answer],
        interview: Course,
    ) -> Response:  # fmt: skip
        try:
            link = _link(request, form.survey)
            outcome, waits = await anyio.to_thread.run_sync(
                self._append, form, clerk, typed.batch, answers, interview, link
            )
        except Exception as error:
            log_failure(request, error)
            problem = {_SHEET: Message("暂时没能保存，键入的内容都在这一页上，请稍后再按一次保存。")}
            return await self._page(request, form, clerk, replace(typed, problems=problem), 503)
        said = {
            Outcome.ACCEPTED: "已保存“{batch}”第 {sheet} 份：{codes}",
            Outcome.DUPLICATE: "“{batch}”第 {sheet} 份之前已经录过，没有重复计入。",
            Outcome.QUOTA_FULL: "这类答卷的份数已满，“{batch}”第 {sheet} 份没有计入。",
        }
        batch = typed.batch
        if waits:
            said[Outcome.ACCEPTED] = "已保存“{batch}”第 {sheet} 份，等另一人放行后计入：{codes}"
        done = Message(said[outcome], {"batch": batch.name, "sheet": batch.sheet, "codes": read_back(typed)})
        kept = outcome is Outcome.ACCEPTED
        return await self._page(request, form, clerk, Typed(typed.batch.next(), done=done, kept=kept))

    def _append(
        self, form: OpenForm, clerk: Account, batch: SheetBatch, answers: Mapping[str, Answer], interview: Course,
        link: Mapping[str, str],
    ) -> tuple[Outcome, bool]:  # fmt: skip
        """What became of the sheet, and whether it waits for a second person."""
        # Before it is kept, so that nothing typed is there of which the audit trail doesn't say who typed it.
        self._store.accounts.record(clerk.name, "type in sheet", form.survey.code, f"batch {batch.name}, {batch.sheet}")
        submission = self._submission(form, batch, answers, interview, link)
        if self._store.typed_sheets.rule(form.survey.code).waits:
            return self._store.typed_sheets.keep(submission, batch.name, by=clerk.name), True
        outcome = self._store.responses.append([submission])[0]
        day = date.fromisoformat(batch.day)
        self._store.responses.count(form.survey.code, day, batch.touchpoint, Event.OPENED, 1)
        return outcome, False

    def _submission(
        self, form: OpenForm, batch: SheetBatch, answers: Mapping[str, Answer], interview: Course,
        link: Mapping[str, str],
    ) -> Submission:  # fmt: skip
        survey, now, day = form.survey, self._clock(), date.fromisoformat(batch.day)
        place, asked_in = self._place(form, batch), form.opening.rounds.on_day(day)
        named = f"paper:{survey.code}:{batch.name}:{batch.sheet}"
        return Submission(
            # The same sheet of the same batch is the same answer, however often it is typed in.
            id=hmac.digest(self._secret, named.encode(), "sha256")[:16].hex(),
            survey=survey.code, version=form.version, answers=answers,
            # Among anonymous answers of a day that is over, in figures already, one more would stand out.
            received_on=local_day(now) if survey.anonymous else day,
            received_at=now if day == local_day(now) and not survey.anonymous else None,
            touchpoint=place.code if place else None,
            department=self._department(form, batch, answers),
            district=place.district if place else None, business_type=place.business_type if place else None,
            channel="paper",
            context=facts_to_keep(survey, facts_of_link(survey, link, self._store.subjects.names).kept),
            quotas=[
                QuotaPlace(f"survey:{survey.code}", each.code, each.limit)
                for each in survey.quotas if each.counts(interview.entered)
            ],
            round=asked_in.code if asked_in else None,
            notice=None if survey.anonymous else batch.notice or None,
        )  # fmt: skip

    def _place(self, form: OpenForm, batch: SheetBatch) -> Touchpoint | None:
        return None if form.survey.anonymous else self._touchpoint(batch.touchpoint)

    def _department(self, form: OpenForm, batch: SheetBatch, answers: Mapping[str, Answer]) -> str | None:
        """Whose service the sheet is about: of the department it rates, of its touchpoint, else of the survey."""
        survey, place = form.survey, self._place(form, batch)
        subject = str(answers[survey.subject]) if survey.subject and survey.subject in answers else ""
        return subject or (place.department if place else None) or form.department

    def _foreign(
        self, form: OpenForm, clerk: Account, batch: SheetBatch, answers: Mapping[str, Answer]
    ) -> dict[str, Message]:  # fmt: skip
        """What is wrong with a sheet that is none of the clerk's business; empty of one that is."""
        if clerk.may(Action.TYPE_IN_PAPER, self._department(form, batch, answers)):
            return {}
        return {"_tp": Message("这份答卷会记到别的部门或全单位，您只能录入自己部门的。请选择您部门的触点。")}

    def _notices(self, survey: Survey) -> list[str]:
        """The versions that a sheet can have been printed with, newest first; none of an anonymous survey."""
        told = () if survey.anonymous else (survey.code, EVERYWHERE)
        versions = [each for of in told for each in self._store.privacy_notices.versions(of)]
        return [each.name for each in versions if each.text is not None]

    def _batch_problems(self, batch: SheetBatch, opening: Opening, survey: Survey) -> dict[str, Message]:
        problems: dict[str, Message] = {}
        times, rounds = opening.times, opening.rounds
        if not batch.name or not (batch.sheet.isascii() and batch.sheet.isdigit()) or len(batch.sheet) > 6:
            problems[_SHEET] = Message("请写明批次和份号（数字），同一份纸面只计一次。")
        try:
            future = date.fromisoformat(batch.day) > local_day(self._clock())
        except ValueError:
            future = True
        if future:
            problems[_DAY] = Message("收到日期应为今天或更早，例如 2026-01-31。")
        elif times.closes_at is not None and date.fromisoformat(batch.day) > local_day(times.closes_at):
            problems[_DAY] = Message("问卷在 {day} 截止，之后收到的纸面不能计入。", {"day": local_day(times.closes_at)})
        elif not rounds.always_open and rounds.on_day(date.fromisoformat(batch.day)) is None:
            problems[_DAY] = Message("{day} 没有开放的轮次，那天收到的纸面不能计入。", {"day": batch.day})
        if batch.notice and batch.notice not in self._notices(survey):
            problems["_notice"] = Message("没有这一版隐私说明，请照着纸面页脚重新选择。")
        if batch.touchpoint and self._touchpoint(batch.touchpoint) is None:
            problems["_tp"] = Message("没有这个触点，请重新选择。")
        return problems

    async def _places(self, clerk: Account) -> list[Touchpoint]:
        """The touchpoints whose sheets are the clerk's business."""
        places = await anyio.to_thread.run_sync(self._store.organisation.touchpoints)
        return [each for each in places if clerk.may(Action.TYPE_IN_PAPER, each.department)]

    async def _page(
        self, request: Request, form: OpenForm, clerk: Account, typed: Typed, status: int = 200
    ) -> Response:  # fmt: skip
        places = await self._places(clerk)
        cookie = cookie_of(request.cookies, SESSION_COOKIE) or ""
        return page(
            request, "typing.html", status=status, sheets=["style.css", "typing.css"], scripts=["typing.js"],
            survey=form.survey, version=form.version, sections=sheet(form.survey), batch=typed.batch, typed=typed.keys,
            problems=typed.problems, first=typed.first or "", again=typed.first is not None, done=typed.done,
            kept=typed.kept, link=request.url.query, asked=" ".join(typed.asked), left=" ".join(typed.left),
            csrf=csrf_field(self._secret, cookie), touchpoints=places,
            notices=await anyio.to_thread.run_sync(self._notices, form.survey),
            today=local_day(self._clock()).isoformat(),
            title=Message("录入纸质问卷 · {title}", {"title": form.survey.title}),
        )  # fmt: skip

    def _account(self, request: Request, action: Action) -> Account:
        account = account_of(request.cookies, self._store, self._clock())
        if account is None:
            raise SignInNeeded
        if not account.may(action):
            raise Refusal(403)
        return account

    def _newest(self, request: Request) -> tuple[Survey, int]:
        account = self._account(request, Action.DISTRIBUTE)
        try:
            record = self._store.surveys.get(request.path_params["survey"])
        except UnknownSurvey:
            raise Refusal(404, "没有找到这份问卷") from None
        if by_task_alone(record.survey):
            raise Refusal(403, *BY_TASK)
        if not account.may_for(Action.DISTRIBUTE, record.department):
            raise Refusal(403)
        self._store.accounts.record(account.name, "take print material", record.code)
        return offering(record.survey, self._store.organisation.places()), record.version

    def _form(self, request: Request, version: int | None) -> OpenForm:
        code, now = request.path_params["survey"], self._clock()
        # Paper filled in before the end is often typed after it; the day on the sheet decides.
        form = self._store.responses.open_form(code, version, now=now, given=LONG_AGO, grace=LATE_DELIVERY)
        if form is None:
            raise shut(self._store, code, now)
        if by_task_alone(form.survey):
            raise Refusal(403, *BY_TASK)
        if form.survey.audience is Audience.STAFF:
            raise Refusal(403, "员工问卷不能代为录入", "为了保证一人一份，员工问卷由本人登录后填写。")
        survey = offering(form.survey, self._store.organisation.places())
        return replace(form, survey=on_paper(survey, _link(request, survey)))

    def _touchpoint(self, code: str) -> Touchpoint | None:
        return self._store.organisation.touchpoint(code) if code else None


def _link(request: Request, survey: Survey) -> dict[str, str]:
    """The values of the link for which a sheet is printed, and typed in alike: they stand in the address of both."""
    names = link_names(survey) | set(link_parameters(survey).values()) | {each.code for each in survey.context}
    return {name: value[:LONGEST_LINK_VALUE] for name in sorted(names) if (value := request.query_params.get(name))}


def _answered_by(survey: Survey, link: Mapping[str, str]) -> dict[str, Sequence[str]]:
    """What the link enters into hidden questions."""
    return {name: values for name, values in known_beforehand(survey, link).items() if not name.startswith(LINK)}


def _day(typed: str) -> str:
    """The day as 2026-01-31, where a browser without a calendar leaves it to be typed; else as it was typed."""
    try:
        return normalisation.day(typed)
    except normalisation.Unreadable:
        return typed
