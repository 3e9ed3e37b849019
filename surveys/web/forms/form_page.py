"""The page of a form as one person is to see it: with what was entered, what is to be mended, what was brought up."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from surveys.definition.questions import Entered
from surveys.definition.routing import Course, program
from surveys.fieldwork.calls import REPORTED
from surveys.web.forms.form_context import AGAIN, Asking
from surveys.web.forms.form_data import one
from surveys.web.forms.rendered_questions import Problems, fragment, render_sections, visible
from surveys.web.forms.uploads import most_files
from surveys.web.protection.cookies import cookie_of
from surveys.web.protection.proof_of_work import Puzzle
from surveys.web.protection.sessions import SESSION_COOKIE, csrf_field
from surveys.web.protection.signing import FormToken
from surveys.web.rendering.inline_assets import brought_by
from surveys.web.rendering.page import Words, large_type, page


@dataclass(frozen=True)
class Filled:
    """The state of a form on the page."""

    token: FormToken
    entered: Entered = field(default_factory=dict)
    problems: Problems = field(default_factory=dict)
    notice: Words = ""
    status: int = 200
    new: frozenset[str] = frozenset()  # questions that what was entered has brought up
    sent: bool = False  # the page comes back from having been sent
    unsolved: bool = False  # the puzzle was not solved
    sign_in: bool = False  # it is to be sent again after signing in


def interview_of(secret: bytes, asking: Asking, filled: Filled) -> Course:
    """The interview as far as it has come on this form."""
    return asking.course(filled.entered, seed_of(secret, filled.token))


def seed_of(secret: bytes, token: FormToken) -> str:
    """What decides the random orders of a form. It can be kept: it leads back to no form."""
    return hmac.digest(secret, b"order:" + token.nonce.encode(), "sha256")[:4].hex()


def form_page(
    request: Request, secret: bytes, asking: Asking, filled: Filled, headers: Mapping[str, str] | None = None
) -> Response:  # fmt: skip
    """The form, on the page of the way by which one has come to it."""
    survey, interview, entrance = asking.survey, interview_of(secret, asking, filled), asking.entrance
    thanks = entrance.thanks_on_page and bool(survey.thanks_by_answer)
    guided, kept = asking.form.guided or thanks, asking.keep or asking.draft
    sheets, scripts = brought_by(dict.fromkeys(fragment(each) for each in survey.questions()))
    own = ["enter.js", *(["logic.js", "guide.js"] if guided else []), *(["draft.js"] if kept else [])]
    own += ["puzzle.js"] if asking.puzzled else []  # it must hear of a submission before the form's own script
    more = {"reported": REPORTED} if asking.by_phone else {}
    return page(
        request, entrance.template, status=filled.status, headers=headers, survey=survey, filled=filled, asking=asking,
        sheets=["style.css", *sheets, *entrance.sheets], scripts=[*scripts, *own, *entrance.scripts],
        allowing=entrance.allowing, minutes=asking.form.minutes,
        sections=render_sections(interview, filled.entered, filled.problems, filled.new),
        guide=_guide(asking, thanks=thanks) if guided else None,
        language=asking.language, switch=_switches(request, asking), resized=_resized(request), sign_in=filled.sign_in,
        with_files=most_files(survey) > 0,
        puzzle=Puzzle.of(secret, survey.code, filled.token) if asking.puzzled else None,
        hidden=_carried(request, secret, asking, filled, " ".join(visible(interview)) if guided else ""), **more,
    )  # fmt: skip


def _guide(asking: Asking, *, thanks: bool) -> dict[str, Any]:
    """What the scripts decide over."""
    guide = {"program": program(asking.survey), "link": dict(asking.link)}
    guide |= {"heard": dict(asking.heard)} if asking.heard else {}
    return guide | ({"thanks": [each.when.as_data() for each in asking.survey.thanks_by_answer]} if thanks else {})


def _carried(request: Request, secret: bytes, asking: Asking, filled: Filled, shown: str) -> dict[str, str]:
    """What the form carries along unseen."""
    cookie = (cookie_of(request.cookies, SESSION_COOKIE) or "") if asking.account or asking.agent else ""
    return {name: one(filled.entered, name) for name in asking.entrance.carried_on} | {
        "_token": filled.token.text(secret, asking.survey.code),
        "_lang": asking.language if len(asking.languages) > 1 else "",
        "_csrf": csrf_field(secret, cookie) if cookie else "",
        "_asked": shown,
        **asking.entrance.carried,
    }


def _resized(request: Request) -> str:
    """The query that leads to the same form in letters of the other size."""
    return urlencode({**_said(request), "large": "0" if large_type(request) else "1"})


def _switches(request: Request, asking: Asking) -> dict[str, str]:
    """The query that leads to the same form in each of its other languages."""
    said = _said(request, "lang")
    return {tag: urlencode({**said, "lang": tag}) for tag in asking.languages if tag != asking.language}


def _said(request: Request, *but: str) -> dict[str, str]:
    return {name: value for name, value in request.query_params.items() if name not in (AGAIN, *but)}
