"""Files that come with a form: taken in before the answer is, given back to those who may see them."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

import anyio
import anyio.to_thread
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.accounts import Account
from surveys.definition.questions import Entered, File, NotAcceptable
from surveys.definition.routing import Course
from surveys.definition.survey import Survey
from surveys.intake.attachments import Evidence, accept_file, media_type
from surveys.localisation.clock import Clock, local_day
from surveys.localisation.wording import Message
from surveys.storage.records.protocols import Respondents
from surveys.storage.records.uploads import Upload
from surveys.web.forms.form_data import LARGEST_BODY
from surveys.web.protection.sessions import account_of
from surveys.web.rendering.page import Refusal, SignInNeeded, plain

_TOO_MANY = 20
_DRAWERS = 2  # a large picture takes 200 MB while it is drawn again


@dataclass(frozen=True)
class Taken:
    """What became of the files of a form: the entries with their keys, the problems by question."""

    entered: Entered
    problems: Mapping[str, Message] = field(default_factory=dict)


def largest_body(survey: Survey) -> int:
    """How much a form of this survey may send."""
    files = (each for each in survey.questions() if isinstance(each, File))
    return LARGEST_BODY + sum(int(each.at_most * each.megabytes * 1_000_000) for each in files)


def most_files(survey: Survey) -> int:
    """How many files a form of this survey may send; a browser sends an empty one for each field left alone.

    Some more than are asked for, so that who chose too many is told so on the form, with all that was typed.
    """
    return sum(each.at_most + 1 + _TOO_MANY for each in survey.questions() if isinstance(each, File))


class Enclosures:
    """Keeps the files of forms, and gives them out."""

    def __init__(self, store: Respondents, secret: bytes, clock: Clock) -> None:
        self._store = store
        self._secret = secret
        self._clock = clock
        self._drawing = anyio.CapacityLimiter(_DRAWERS)

    def routes(self) -> list[Route]:
        return [Route("/evidence/{key}", plain(self.fetch, self._store.organisation.profile), methods=["GET"])]

    async def take(
        self, survey: Survey, course: Course, nonce: str, entered: Entered, files: Mapping[str, Sequence[UploadFile]],
        *, kept_for: str | None,
    ) -> Taken:  # fmt: skip
        """Keep the files of the questions that are shown. Keys that this form did not bring are dropped.

        *kept_for* is the survey's code; None where the survey is that of an opinion box, made for its page alone.
        """
        questions = [each for each in course.questions() if isinstance(each, File)]
        if not questions:
            return Taken(entered)
        form = hmac.digest(self._secret, b"files:" + nonce.encode(), "sha256")[:16].hex()
        known = await anyio.to_thread.run_sync(self._store.uploads.of_form, form)
        result, problems = dict(entered), dict[str, Message]()
        for question in questions:
            keys = [key for key in entered.get(question.code, ()) if key in known]
            try:
                sent = await _contents(question, files.get(question.code, ()), len(keys))
                for name, content in sent:
                    evidence = await anyio.to_thread.run_sync(
                        accept_file, question, name, content, limiter=self._drawing
                    )
                    keys.append(await anyio.to_thread.run_sync(self._keep, survey, form, evidence, kept_for))
            except NotAcceptable as problem:
                problems[question.code] = problem.message
            result[question.code] = keys
        return Taken(result, problems)

    def _keep(self, survey: Survey, form: str, evidence: Evidence, kept_for: str | None) -> str:
        now = self._clock()
        if survey.anonymous:  # a name given by its author may say who that is
            evidence = Evidence(f"file.{evidence.kind}", evidence.kind, evidence.content)
        at = None if survey.anonymous else now
        return self._store.uploads.keep(evidence, kept_for, form, at, local_day(now).isoformat())

    def remove_orphans(self, before: datetime) -> int:
        return self._store.uploads.remove_orphans(before)

    async def fetch(self, request: Request) -> Response:
        """A file as an attachment, for those who see the answer it belongs to."""
        account = await anyio.to_thread.run_sync(account_of, request.cookies, self._store, self._clock())
        if account is None:
            raise SignInNeeded
        upload = await anyio.to_thread.run_sync(self._store.uploads.get, request.path_params["key"])
        if upload is None or upload.owner is None:
            raise Refusal(404)
        if not may_fetch(account, upload):
            raise Refusal(403)
        try:
            content = await anyio.to_thread.run_sync(self._store.uploads.content, upload.key)
        except OSError:
            raise Refusal(404) from None
        told = (account.name, "see evidence", upload.key[:8], upload.kind)
        await anyio.to_thread.run_sync(self._store.accounts.record, *told)
        return Response(content, 200, _headers(upload), media_type(upload.kind))


def may_fetch(account: Account, upload: Upload) -> bool:
    """Whoever reads the results that the file belongs to."""
    return account.sees(upload.department)


def _headers(upload: Upload) -> dict[str, str]:
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(upload.name, safe='')}",
        "Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }  # fmt: skip


async def _contents(question: File, files: Sequence[UploadFile], kept: int) -> list[tuple[str, bytes]]:
    """Name and content of each file that was chosen; raises NotAcceptable when there are too many."""
    sent = [each for each in files if each.filename and each.size]
    if len(sent) + kept > question.at_most:
        raise NotAcceptable("最多上传 {most} 个文件", most=question.at_most)
    return [(each.filename or "", await each.read()) for each in sent]
