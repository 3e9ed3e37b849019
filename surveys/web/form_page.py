"""The page of a form as one person is to see it: with what was entered, what is to be mended, what was brought up."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from surveys.calls import REPORTED
from surveys.course import Course, program
from surveys.questions import Entered
from surveys.web.asking import LINK_FIELD, Asking
from surveys.web.enclosures import most_files
from surveys.web.entries import Problems, asked, fragment, visible
from surveys.web.inlined import brought_by
from surveys.web.page import TALKING_HOME, Words, page
from surveys.web.puzzle import Puzzle
from surveys.web.sessions import SESSION_COOKIE, csrf_field
from surveys.web.signing import FormToken


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
    """The form; the agent's page of it when someone is called, the tablet's at a counter."""
    survey, interview = asking.survey, interview_of(secret, asking, filled)
    guided, kept = asking.form.guided, asking.keep or asking.draft
    sheets, scripts = brought_by(dict.fromkeys(fragment(each) for each in survey.questions()))
    own = [*(["logic.js", "guide.js"] if guided else []), *(["draft.js"] if kept else [])]
    own += ["puzzle.js"] if asking.puzzled else []  # it must hear of a submission before the form's own script
    own.append("kiosk.js" if asking.entrance.kiosk else "form.js")
    own_sheet = ["kiosk.css"] if asking.entrance.kiosk else ["calling.css"] if asking.by_phone else []
    template, more = ("calling.html", {"reported": REPORTED}) if asking.by_phone else ("form.html", {})
    own += ["calling.js"] if asking.by_phone else []
    return page(
        request, template, status=filled.status, headers=headers, survey=survey, filled=filled, asking=asking,
        sheets=["style.css", *sheets, *own_sheet], scripts=[*scripts, *own],
        allowing=_allowed(asking), minutes=asking.form.minutes,
        sections=asked(interview, filled.entered, filled.problems, filled.new),
        guide={"program": program(survey), "link": dict(asking.link)} if guided else None,
        language=asking.language, switch=_switches(request, asking), sign_in=filled.sign_in,
        with_files=most_files(survey) > 0,
        puzzle=Puzzle.of(secret, survey.code, filled.token) if asking.puzzled else None,
        hidden=_carried(request, secret, asking, filled, " ".join(visible(interview)) if guided else ""), **more,
    )  # fmt: skip


def _carried(request: Request, secret: bytes, asking: Asking, filled: Filled, shown: str) -> dict[str, str]:
    """What the form carries along unseen."""
    cookie = request.cookies.get(SESSION_COOKIE, "") if asking.account or asking.agent else ""
    return {
        "_token": filled.token.text(secret, asking.survey.code),
        "_tp": asking.place,
        "_biz": asking.business_type or "",
        "_lang": asking.language if len(asking.languages) > 1 else "",
        "_csrf": csrf_field(secret, cookie) if cookie else "",
        "_asked": shown,
        "_kiosk": asking.entrance.kiosk,
        **{LINK_FIELD + name: value for name, value in asking.link.items()},
    }


def _allowed(asking: Asking) -> list[str]:
    """What the scripts of a form need beyond what stands in the page."""
    if asking.entrance.kiosk:
        return [TALKING_HOME, "worker-src 'self'"]
    return [TALKING_HOME] if asking.draft else []


def _switches(request: Request, asking: Asking) -> dict[str, str]:
    """The query that leads to the same form in each of its other languages."""
    said = {name: value for name, value in request.query_params.items() if name != "lang"}
    return {tag: urlencode({**said, "lang": tag}) for tag in asking.languages if tag != asking.language}
