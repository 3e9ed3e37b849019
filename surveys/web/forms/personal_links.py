"""Personal links: the form behind an invitation, resumed on any device, taken once; other links explain themselves."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import anyio
import anyio.to_thread
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.accounts import token_hash
from surveys.definition.questions import Entered, Hidden
from surveys.definition.survey import Survey
from surveys.fieldwork.campaigns.invitations import Invitation, InvitationStanding
from surveys.fieldwork.campaigns.unfinished import unseal, with_draft
from surveys.fieldwork.rounds import LONG_AGO
from surveys.intake.open_form import OpenForm
from surveys.intake.protocols import PersonalLinks, Progress
from surveys.localisation.clock import Clock, local_day, utc_now
from surveys.localisation.language import marked
from surveys.storage.records.protocols import Respondents
from surveys.web.forms.closed import shut
from surveys.web.forms.copied import copied_code
from surveys.web.forms.entrances import Entrance, PersonalLink
from surveys.web.forms.form_context import link_mark, own_query
from surveys.web.forms.form_data import read_form
from surveys.web.forms.forms import FormPages
from surveys.web.forms.own_data import OwnDataPages
from surveys.web.protection.code_guesses import CodeGuesses
from surveys.web.protection.networks import network_of_client
from surveys.web.rendering.page import Refusal, log_failure, page, plain

ANSWER_AFTER = 0.2  # seconds; a link that opens nothing is answered as late, whatever the look-up found
_LARGEST_DRAFT = 256 * 1024
_GRACE = timedelta(days=1)  # what someone was filling in while the link ran out is still taken

_ENDS = {
    InvitationStanding.USED: (
        marked("您的答卷已经收到"),
        marked("这个链接只能提交一次，您已经用它提交过，不必再填。谢谢您。"),
    ),
    InvitationStanding.TURNED_AWAY: (
        marked("这次不需要您再填写"),
        marked("这次想听取的是另一部分客户的意见，或者份数已满。谢谢您的时间。"),
    ),
    InvitationStanding.REVOKED: (
        marked("这个链接已经停用"),
        marked("发出邀请的人收回了它。如有疑问，请联系发给您的人。"),
    ),
    InvitationStanding.EXPIRED: (
        marked("这个链接已经过期"),
        marked("填写的期限已过。如果您仍想告诉我们，请联系发给您的人，换一个新的链接。"),
    ),
    InvitationStanding.ENDED: (
        marked("这次调查已经结束"),
        marked("感谢您愿意告诉我们。如有问题要反映，请直接联系我们的工作人员。"),
    ),
}
_MINE = marked("查看保存的信息，或撤回")
_UNKNOWN = (
    marked("没有找到这个链接"),
    marked("它可能没有复制完整。请回到收到的短信或邮件，重新点开链接，或把整个链接完整复制过来。"),
)
# Programs that fetch a link to show a preview of it, or to look for harm in it; nobody has read the form then.
_PREVIEW = re.compile(
    r"bot|spider|crawl|preview|externalhit|whatsapp|telegram|skype|slack|curl|wget|python|go-http|java/|scan", re.I
)


class PersonalPages:
    """Routes under `/i/{token}`."""

    def __init__(self, store: Respondents, forms: FormPages, *, clock: Clock = utc_now) -> None:
        self._store = store
        self._links: PersonalLinks = store.invitations
        self._intake = store.responses
        self._letterhead = store.organisation.profile
        self._forms = forms
        self._clock = clock
        self._guesses = CodeGuesses(store.accounts, "link", free=30)

    def routes(self) -> list[Route]:
        return [
            Route("/i/{token}", plain(self.show, self._letterhead), methods=["GET"]),
            Route("/i/{token}", plain(self.take, self._letterhead), methods=["POST"]),
            Route("/i/{token}/stop", plain(self.ask_to_stop, self._letterhead), methods=["GET"]),
            Route("/i/{token}/stop", plain(self.stop, self._letterhead), methods=["POST"]),
            Route("/i/{token}/draft", plain(self.save, self._letterhead), methods=["POST"]),
            *OwnDataPages(self._store, self._ever_invited, clock=self._clock).routes(),
        ]

    async def _ever_invited(self, request: Request) -> Invitation:
        """Any link that was ever good shows what is kept behind it."""
        return await self.invited(request, good_for=set(InvitationStanding))

    async def show(self, request: Request) -> Response:
        """The form with what was left unfinished in it. Looking at it uses nothing up."""
        invitation = await self.invited(request, good_for={InvitationStanding.OPEN})
        sealed = await anyio.to_thread.run_sync(self._links.unfinished, invitation.id)
        left = unseal(_token(request), sealed).get(link_mark(own_query(request)), {})
        answer = await self._forms.show_at(request, _entrance(request, invitation), left)
        if _is_read(request) and not invitation.opened:
            answer.background = BackgroundTask(self._note_opened, request, invitation)
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    async def take(self, request: Request) -> Response:
        """What was filled in. A used link is left to the store: it knows a form sent twice from a second answer."""
        invitation = await self.invited(
            request, good_for={InvitationStanding.OPEN, InvitationStanding.USED}, grace=_GRACE
        )
        return await self._forms.take_at(request, _entrance(request, invitation))

    async def save(self, request: Request) -> Response:
        """Keep what was entered so far, for another visit or another device."""
        invitation = await self.invited(request, good_for={InvitationStanding.OPEN}, grace=_GRACE)
        # Who saves it had the form before; whether it may still be sent is looked at when it is.
        form = await anyio.to_thread.run_sync(self._begun, invitation)
        typed = of_questions(await read_form(request, largest=_LARGEST_DRAFT), form.survey)
        today, token, mark = local_day(self._clock()), _token(request), link_mark(own_query(request))

        def beside_others(sealed: bytes | None) -> bytes:
            return with_draft(token, sealed, mark, typed)

        if not await anyio.to_thread.run_sync(self._links.save_unfinished, invitation.id, beside_others, today):
            raise Refusal(410)
        return Response(status_code=204, headers={"Cache-Control": "no-store"})

    def _begun(self, invitation: Invitation) -> OpenForm:
        """The form of an invitation for who has had it before; raises why it is shut."""
        now = self._clock()
        form = self._intake.open_form(invitation.survey, invitation.version, now=now, given=LONG_AGO)
        if form is None:
            raise shut(self._store, invitation.survey, now)
        return form

    async def ask_to_stop(self, request: Request) -> Response:
        """Asks back, because programs look at links too; any link that was ever good may be used to opt out."""
        await self.invited(request, good_for=set(InvitationStanding))
        return self._stop_page(request, done=False)

    async def stop(self, request: Request) -> Response:
        """No more invitations. Mail programs may send this without showing a page (RFC 8058)."""
        invitation = await self.invited(request, good_for=set(InvitationStanding))
        await anyio.to_thread.run_sync(self._opt_out, invitation)
        return self._stop_page(request, done=True)

    def _opt_out(self, invitation: Invitation) -> None:
        self._store.contacts.opt_out(
            invitation.contact, by="personal link", at=self._clock(), invitation=invitation.id
        )  # fmt: skip

    def _stop_page(self, request: Request, *, done: bool) -> Response:
        title = marked("不会再打扰您") if done else marked("不想再收到这类邀请？")
        return page(request, "stop.html", title=title, done=done, address=f"/i/{_token(request)}")

    async def invited(
        self, request: Request, *, good_for: set[InvitationStanding], grace: timedelta = timedelta()
    ) -> Invitation:  # fmt: skip
        """The invitation behind the link; refuses with an explanation when it is good for nothing of this."""
        begun = time.monotonic()
        invitation = await self._known(request)
        standing = invitation.standing(self._clock() - grace) if invitation else None
        if invitation is not None and standing in good_for:
            return invitation
        await anyio.sleep(max(0.0, ANSWER_AFTER - (time.monotonic() - begun)))
        if standing is None:
            raise Refusal(404, *_UNKNOWN)
        raise Refusal(410, *_ENDS[standing], way=(f"/i/{_token(request)}/mine", _MINE))

    async def _known(self, request: Request) -> Invitation | None:
        """Who misses too often is told to wait; who was invited never is."""
        invitation = await anyio.to_thread.run_sync(self._links.claim, token_hash(_token(request)))
        if invitation is None:
            await self._guesses.missed(network_of_client(request))
        return invitation

    def _note_opened(self, request: Request, invitation: Invitation) -> None:
        try:
            self._links.mark(invitation.id, Progress.OPENED)
        except Exception as error:  # the form was shown; that it was is worth no more than a line in the log
            log_failure(request, error)


def _token(request: Request) -> str:
    return copied_code(str(request.path_params["token"]))


def _entrance(request: Request, invitation: Invitation) -> Entrance:
    return PersonalLink(f"/i/{_token(request)}", invitation.survey, invitation)


def _is_read(request: Request) -> bool:
    """Whether a person looks at it, as far as one can tell."""
    ahead = "prefetch" in request.headers.get("sec-purpose", "") + request.headers.get("purpose", "")
    return request.method == "GET" and not ahead and not _PREVIEW.search(request.headers.get("user-agent", ""))


def of_questions(given: Entered, survey: Survey) -> Entered:
    """What of a form is kept as a draft: entries of its questions, nothing that its link or page says."""
    known = {name for question in survey.questions() for name in question.fields() if not isinstance(question, Hidden)}
    return {name: values for name, values in given.items() if name in known}
