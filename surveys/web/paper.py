"""Surveys on paper: the sheet to print, and the page on which what came back is typed in, quickly and checked alike."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.accounts import Account, Role
from surveys.clock import Clock, local_day, utc_now
from surveys.course import Course, Ending, course
from surveys.definition import Audience, Survey
from surveys.intake import Event, OpenForm, Outcome, QuotaPlace, Submission
from surveys.organisation import Touchpoint
from surveys.paper import fields_of, paper_fields, read_typed, sheet
from surveys.questions import Answer, NotAcceptable, Question
from surveys.storage import Store
from surveys.storage.surveys import UnknownSurvey
from surveys.web.asking import offering
from surveys.web.entries import checked
from surveys.web.page import Refusal, SignInNeeded, log_failure, page, plain
from surveys.web.sessions import SESSION_COOKIE, account_of, csrf_field, csrf_fits
from surveys.web.submitted import entered
from surveys.wording import Message

MAY_PRINT = frozenset({Role.ADMIN, Role.DESIGNER, Role.MANAGER})
MAY_TYPE = MAY_PRINT | {Role.AGENT}
_KEY = "k."
_SHEET, _DAY = "_sheet", "_day"  # where problems with these are shown
_AGAIN = Message("两遍不同：第一遍是“{first}”")


@dataclass(frozen=True)
class Batch:
    """Where a sheet comes from: a stack of paper, the number written on it, when and where it was filled in."""

    name: str = ""
    sheet: str = "1"
    day: str = ""
    touchpoint: str = ""
    double: bool = False

    def next(self) -> Batch:
        return replace(self, sheet=str(int(self.sheet) + 1))


@dataclass(frozen=True)
class Typed:
    """What stands on the page that is typed into."""

    batch: Batch
    keys: Mapping[str, str] = field(default_factory=dict)  # by form field
    problems: Mapping[str, Message] = field(default_factory=dict)
    first: str | None = None  # what was typed the first time, where it is typed twice
    may_leave: bool = False
    done: Message | None = None


class PaperPages:
    """Routes `/paper/{survey}` and `/typing/{survey}`."""

    def __init__(self, store: Store, secret: bytes, *, clock: Clock = utc_now) -> None:
        self._store, self._secret, self._clock = store, secret, clock

    def routes(self) -> list[Route]:
        name = self._store.organisation.name
        return [
            Route("/paper/{survey}", plain(self.sheet, name), methods=["GET"]),
            Route("/typing/{survey}", plain(self.show, name), methods=["GET"]),
            Route("/typing/{survey}", plain(self.take, name), methods=["POST"]),
        ]

    async def sheet(self, request: Request) -> Response:
        """The survey to print and fill in with a pen."""
        await anyio.to_thread.run_sync(self._account, request, MAY_PRINT)
        survey, version = await anyio.to_thread.run_sync(self._newest, request)
        return page(
            request, "paper.html", sheets=["paper.css"], scripts=["poster.js"], survey=survey, version=version,
            sections=sheet(survey), title=Message("纸质问卷 · {title}", {"title": survey.title}),
        )  # fmt: skip

    async def show(self, request: Request) -> Response:
        """An empty sheet to type into."""
        await anyio.to_thread.run_sync(self._account, request, MAY_TYPE)
        form = await anyio.to_thread.run_sync(self._form, request, None)
        batch = Batch(day=local_day(self._clock()).isoformat())
        return await self._page(request, form, Typed(batch))

    async def take(self, request: Request) -> Response:
        """A typed sheet: kept, or shown again with what is to be looked at."""
        await anyio.to_thread.run_sync(self._account, request, MAY_TYPE)
        given = {name: values[0] for name, values in (await entered(request)).items()}
        if not csrf_fits(self._secret, request.cookies.get(SESSION_COOKIE), given.get("_csrf", "")):
            raise Refusal(403, "这一页打开得太久", "请返回上一页，刷新后再保存。")
        version = given.get("_version", "")
        form = await anyio.to_thread.run_sync(
            self._form, request, int(version) if version.isdecimal() and len(version) < 10 else None
        )
        keys = {name.removeprefix(_KEY): value for name, value in given.items() if name.startswith(_KEY)}
        batch = Batch(
            " ".join(given.get("_batch", "").split())[:60], given.get(_SHEET, "").strip(), given.get(_DAY, ""),
            given.get("_tp", ""), "_double" in given,
        )  # fmt: skip
        typed = Typed(batch, keys, first=given.get("_first"))
        return await self._judged(request, form, typed, leave="_left" in given)

    async def _judged(self, request: Request, form: OpenForm, typed: Typed, *, leave: bool) -> Response:
        entries, unreadable = read_typed(fields_of(form.survey), typed.keys)
        interview = course(form.survey, entries, {}, "")
        answers, faults, missing = judged(interview, form.survey)
        missing = {name: problem for name, problem in missing.items() if name not in unreadable}
        problems = self._batch_problems(typed.batch) | ({} if leave else missing) | faults | unreadable
        if not problems and typed.first is not None and (problems := differences(typed)):
            typed = replace(typed, first=remembered(typed))
        if problems:
            again = replace(typed, problems=problems, may_leave=leave or bool(missing))
            return await self._page(request, form, again, 422)
        if typed.batch.double and typed.first is None:
            return await self._page(request, form, Typed(typed.batch, first=remembered(typed), may_leave=leave))
        if interview.ending is Ending.SCREENED_OUT:
            done = Message("第 {sheet} 份不属于要调查的人，没有计入。", {"sheet": typed.batch.sheet})
            return await self._page(request, form, Typed(typed.batch.next(), done=done))
        return await self._keep(request, form, typed, answers, interview)

    async def _keep(
        self, request: Request, form: OpenForm, typed: Typed, answers: Mapping[str, Answer], interview: Course
    ) -> Response:  # fmt: skip
        try:
            outcome = await anyio.to_thread.run_sync(self._append, form, typed.batch, answers, interview)
        except Exception as error:
            log_failure(request, error)
            problem = {_SHEET: Message("暂时没能保存，键入的内容都在这一页上，请稍后再按一次保存。")}
            return await self._page(request, form, replace(typed, problems=problem), 503)
        said = {
            Outcome.ACCEPTED: "已保存“{batch}”第 {sheet} 份。",
            Outcome.DUPLICATE: "“{batch}”第 {sheet} 份之前已经录过，没有重复计入。",
            Outcome.QUOTA_FULL: "这类答卷的份数已满，“{batch}”第 {sheet} 份没有计入。",
        }
        done = Message(said[outcome], {"batch": typed.batch.name, "sheet": typed.batch.sheet})
        return await self._page(request, form, Typed(typed.batch.next(), done=done))

    def _append(
        self, form: OpenForm, batch: Batch, answers: Mapping[str, Answer], interview: Course
    ) -> Outcome:  # fmt: skip
        outcome = self._store.responses.append([self._submission(form, batch, answers, interview)])[0]
        day = date.fromisoformat(batch.day)
        self._store.responses.count(form.survey.code, day, batch.touchpoint, Event.OPENED, 1)
        return outcome

    def _submission(
        self, form: OpenForm, batch: Batch, answers: Mapping[str, Answer], interview: Course
    ) -> Submission:  # fmt: skip
        survey, now, day = form.survey, self._clock(), date.fromisoformat(batch.day)
        place = None if survey.anonymous else self._touchpoint(batch.touchpoint)
        subject = str(answers[survey.subject]) if survey.subject and survey.subject in answers else ""
        named = f"paper:{survey.code}:{batch.name}:{batch.sheet}"
        return Submission(
            # The same sheet of the same batch is the same answer, however often it is typed in.
            id=hmac.digest(self._secret, named.encode(), "sha256")[:16].hex(),
            survey=survey.code, version=form.version, answers=answers, received_on=day,
            received_at=now if day == local_day(now) and not survey.anonymous else None,
            touchpoint=place.code if place else None,
            department=subject or (place.department if place else None) or form.department,
            district=place.district if place else None, business_type=place.business_type if place else None,
            channel="paper",
            quotas=[
                QuotaPlace(f"survey:{survey.code}", each.code, each.limit)
                for each in survey.quotas if each.counts(interview.entered)
            ],
        )  # fmt: skip

    def _batch_problems(self, batch: Batch) -> dict[str, Message]:
        problems: dict[str, Message] = {}
        if not batch.name or not (batch.sheet.isascii() and batch.sheet.isdigit()) or len(batch.sheet) > 6:
            problems[_SHEET] = Message("请写明批次和份号（数字），同一份纸面只计一次。")
        try:
            future = date.fromisoformat(batch.day) > local_day(self._clock())
        except ValueError:
            future = True
        if future:
            problems[_DAY] = Message("收到日期应为今天或更早，例如 2026-01-31。")
        if batch.touchpoint and self._touchpoint(batch.touchpoint) is None:
            problems["_tp"] = Message("没有这个触点，请重新选择。")
        return problems

    async def _page(self, request: Request, form: OpenForm, typed: Typed, status: int = 200) -> Response:
        places = await anyio.to_thread.run_sync(self._store.organisation.touchpoints)
        cookie = request.cookies.get(SESSION_COOKIE, "")
        return page(
            request, "typing.html", status=status, sheets=["style.css", "typing.css"], scripts=["typing.js"],
            survey=form.survey, version=form.version, sections=sheet(form.survey), batch=typed.batch, typed=typed.keys,
            problems=typed.problems, first=typed.first or "", again=typed.first is not None, done=typed.done,
            may_leave=typed.may_leave, csrf=csrf_field(self._secret, cookie), touchpoints=places,
            today=local_day(self._clock()).isoformat(),
            title=Message("录入纸质问卷 · {title}", {"title": form.survey.title}),
        )  # fmt: skip

    def _account(self, request: Request, roles: frozenset[Role]) -> Account:
        account = account_of(request.cookies, self._store, self._clock())
        if account is None:
            raise SignInNeeded
        if account.role not in roles:
            raise Refusal(403)
        return account

    def _newest(self, request: Request) -> tuple[Survey, int]:
        try:
            record = self._store.surveys.get(request.path_params["survey"])
        except UnknownSurvey:
            raise Refusal(404, "没有找到这份问卷") from None
        return offering(record.survey, self._store.organisation.places()), record.version

    def _form(self, request: Request, version: int | None) -> OpenForm:
        form = self._store.responses.open_form(request.path_params["survey"], version)
        if form is None:
            raise Refusal(404, "这份问卷没有在收集", "请先发布问卷，或确认它没有关闭。")
        if form.survey.audience is Audience.STAFF:
            raise Refusal(403, "员工问卷不能代为录入", "为了保证一人一份，员工问卷由本人登录后填写。")
        return replace(form, survey=offering(form.survey, self._store.organisation.places()))

    def _touchpoint(self, code: str) -> Touchpoint | None:
        return self._store.organisation.touchpoint(code) if code else None


def judged(interview: Course, survey: Survey) -> tuple[dict[str, Answer], dict[str, Message], dict[str, Message]]:
    """The answers, what is wrong with others, and what is missing, which paper may leave so; by form field."""
    answers, problems = checked(interview)
    missing: dict[str, Message] = {}
    for question in interview.questions():
        if question.code in problems and _left_empty(question, interview):
            missing[question.code] = problems.pop(question.code)
    places = {each.code: next(iter(paper_fields(each)), None) for each in survey.questions()}
    numbers = {q.question.code: q.number for section in sheet(survey) for q in section.questions}

    def placed(found: Mapping[str, Message]) -> dict[str, Message]:
        return {
            (place.name if (place := places.get(code)) else code): _numbered(numbers.get(code), problem)
            for code, problem in found.items()
        }

    return answers, placed(problems), placed(missing)


def _left_empty(question: Question, interview: Course) -> bool:
    try:
        return question.read(interview.entered) is None
    except NotAcceptable:
        return False


def _numbered(number: int | None, problem: Message) -> Message:
    return Message("第 {number} 题：{problem}", {"number": number, "problem": problem}) if number else problem


def differences(typed: Typed) -> dict[str, Message]:
    """Where this typing is like none before it."""
    before = _before(typed)
    now = {name: text.strip() for name, text in typed.keys.items()}
    return {
        name: replace(_AGAIN, values={"first": before.get(name, [""])[0] or "—"})
        for name, text in now.items() if text not in before.get(name, [""])
    }  # fmt: skip


def remembered(typed: Typed) -> str:
    """What was typed before and now, for the next typing to agree with either."""
    before = _before(typed)
    now = {name: text.strip() for name, text in typed.keys.items()}
    return json.dumps({name: list(dict.fromkeys([*before.get(name, []), text])) for name, text in now.items()})


def _before(typed: Typed) -> dict[str, list[str]]:
    try:
        before = json.loads(typed.first or "{}")
    except (ValueError, RecursionError):  # no page of ours sent this
        return {}
    items = before.items() if isinstance(before, dict) else ()
    return {name: [str(each) for each in texts] for name, texts in items if isinstance(texts, list)}
