"""`/preview/{survey}`: the form of a draft as respondents will see it, for those who design it."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from html import escape
from typing import NamedTuple

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.definition.context.fields import ContextSource
from surveys.definition.survey import Survey
from surveys.definition.versions.conditions import condition_words
from surveys.editing import Draft, NotReady, delete_question, delete_section, finish_draft
from surveys.intake.open_form import OpenForm
from surveys.localisation.clock import Clock, utc_now
from surveys.localisation.language import gettext, in_words
from surveys.localisation.wording import DEFAULT_LANGUAGE, Message, Said
from surveys.permissions import Action
from surveys.storage.records.protocols import Respondents
from surveys.storage.records.surveys import UnknownSurvey
from surveys.web.forms.entrances import Preview
from surveys.web.forms.form_context import Asking
from surveys.web.forms.form_page import Filled, form_page
from surveys.web.protection.sessions import account_of
from surveys.web.protection.signing import FormToken
from surveys.web.rendering.page import Refusal, SignInNeeded, plain

_MOST_LEFT_OUT = 50
# Not by a fragment of the address: that would scroll the builder as well, and take the focus from its fields.
_SHOWING = """
const name = new URLSearchParams(location.search).get("at") || "";
const at = document.querySelector('[data-q="' + CSS.escape(name) + '"]');
addEventListener("pageshow", () => { document.querySelector("button.go").disabled = true; });
addEventListener("load", () => {
    if (!at) return;
    scrollTo(0, at.getBoundingClientRect().top + scrollY - 70);
    if (at.animate) at.animate([{backgroundColor: "#DCEBE9"}, {backgroundColor: "transparent"}], 1200);
});
"""
_SHOWING_HASH = f"'sha256-{b64encode(hashlib.sha256(_SHOWING.encode()).digest()).decode()}'"
_SUBMIT, _NO_SUBMIT = b'<button class="go"', b'<button class="go" disabled'


class Shown(NamedTuple):
    """What of a draft can be shown; None when nothing can."""

    survey: Survey | None
    left_out: int = 0


class PreviewPages:
    """The forms' own page over a draft; nothing can be sent from it."""

    def __init__(self, store: Respondents, secret: bytes, *, clock: Clock = utc_now) -> None:
        self._store = store
        self._secret = secret
        self._clock = clock

    def routes(self) -> list[Route]:
        return [Route("/preview/{survey}", plain(self.preview, self._store.organisation.profile), methods=["GET"])]

    async def preview(self, request: Request) -> Response:
        """The newest draft, else the newest version; questions that are not fit yet are left out."""
        account = await anyio.to_thread.run_sync(account_of, request.cookies, self._store, self._clock())
        if account is None:
            raise SignInNeeded
        if not account.may(Action.DESIGN_SURVEYS):
            raise Refusal(403)
        draft = await anyio.to_thread.run_sync(self._draft, request.path_params["survey"])
        shown = shown_of(draft)
        if shown.survey is None:
            raise Refusal(404, "还没有可以预览的题目", "请先按左侧的提示补全题目，预览会随之出现。")
        language = request.query_params.get("lang") or DEFAULT_LANGUAGE
        code = request.path_params["survey"]
        asking = Asking(OpenForm(shown.survey, 0, None), Preview(f"/s/{code}", code), shown.survey, language=language)
        notice = f"有 {shown.left_out} 道题还没有填写完整，预览中暂时略去。" if shown.left_out else ""
        filled = Filled(FormToken.new(0, self._clock()), notice=notice)
        form = form_page(_uncompressed(request), self._secret, asking, filled)
        return _without_sending(form, _thanks(shown.survey, language) + _context(shown.survey, language))

    def _draft(self, code: str) -> Draft:
        saved = self._store.drafts.get(code)
        if saved is not None:
            return Draft(saved.data)
        try:
            return Draft.of(self._store.surveys.get(code).survey)
        except UnknownSurvey as error:
            raise Refusal(404, "没有找到这份问卷") from error


def shown_of(draft: Draft) -> Shown:
    """The survey of a draft without the questions and sections that are not fit yet."""
    draft = _without_unfit_endings(draft)
    for left_out in range(_MOST_LEFT_OUT):
        try:
            return Shown(finish_draft(draft), left_out)
        except NotReady as refusal:
            fitter = _without_first(draft, refusal)
        if fitter is None:
            break
        draft = fitter
    return Shown(None)


def _without_unfit_endings(draft: Draft) -> Draft:
    """The draft without quotas or thanks that are not fit yet: no question waits for them."""
    try:
        finish_draft(draft)
    except NotReady as refusal:
        unfit = {str(each.place[0]) for each in refusal.problems if each.place} & {"quotas", "thanks_by_answer"}
        if unfit:
            return Draft({name: value for name, value in draft.data.items() if name not in unfit})
    return draft


def _without_first(draft: Draft, refusal: NotReady) -> Draft | None:
    """The draft without the last question that has a problem, or without an empty section; None when neither helps."""
    places = sorted({each.question for each in refusal.problems if each.question}, reverse=True)
    if places:
        section, place = places[0]
        return delete_question(draft, draft.data["sections"][section]["questions"][place]["code"])
    empty = [s for s, section in enumerate(draft.sections()) if not section.get("questions")]
    if empty and len(draft.sections()) > 1:
        return delete_section(draft, empty[-1])
    return None


def _uncompressed(request: Request) -> Request:
    """The same request from a browser that takes no compression, so that the page can be touched up."""
    headers = [(name, value) for name, value in request.scope["headers"] if name != b"accept-encoding"]
    return Request({**request.scope, "headers": headers})


def _thanks(survey: Survey, language: str) -> str:
    """What is read at the end, and by whose answers: nobody comes that far in a preview."""
    said: list[tuple[str, Said]] = [("", survey.thanks)] if survey.thanks else []
    said += [(in_words(condition_words(each.when, survey), language), each.text) for each in survey.thanks_by_answer]
    if any(each.contact for each in survey.thanks_by_answer):
        said.append((gettext("其中有的会问：", language), Message("要我们联系您吗？")))
    if not survey.thanks_by_answer:
        return ""
    lines = "".join(
        f"<p>{escape(when)}{'<br>' if when else ''}<b>{escape(in_words(text, language))}</b></p>" for when, text in said
    )
    return f'<div class="note">{escape(gettext("提交之后看到的：", language))}{lines}</div>'


def _context(survey: Survey, language: str) -> str:
    """Which values of a link are kept with the answer; nothing is said of a survey that declares none."""
    taken = [fact for fact in survey.context if fact.comes_by(ContextSource.LINK)]
    if not survey.context:
        return ""
    told = gettext("链接带来的只保留：{names}；其他参数不保存。", language)
    names = "、".join(f"{fact.code}（{in_words(fact.label, language)}）" for fact in taken) or "—"
    return f'<div class="note">{escape(told.format(names=names))}</div>'


def _without_sending(form: Response, thanks: str) -> Response:
    """The page without its way to be sent, with what is read at its end, and the script that shows a question."""
    policy = form.headers["Content-Security-Policy"].replace("form-action 'self'", "form-action 'none'")
    policy = policy.replace("script-src ", f"script-src {_SHOWING_HASH} ")
    script = f"<script>{_SHOWING}</script></body>".encode()
    body = bytes(form.body).replace(_SUBMIT, _NO_SUBMIT).replace(b"</body>", script)
    body = body.replace(b"</form>", b"</form>" + thanks.encode(), 1)
    return Response(body, 200, {"Content-Security-Policy": policy, "Cache-Control": "no-store"}, "text/html")
