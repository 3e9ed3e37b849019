"""Personal links: one answer each, resumable, and an explanation for every link that opens no form."""

from __future__ import annotations

import hashlib
import re
import time
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet

from surveys.accounts import token_hash
from surveys.fieldwork.campaigns.campaign import Campaign, CampaignState, Plan
from surveys.fieldwork.campaigns.invitations import Invitation, link_token, new_invitation_id, personal_link
from surveys.fieldwork.campaigns.unfinished import MOST_DRAFTS, seal, unseal, with_draft
from surveys.storage import Store
from surveys.web.forms import personal_links
from surveys.web.protection.guesses import Throttle
from tests.support.front_door import NOW, SECRET, Clock, TestClient, heading, hidden, receipt, visiting

PHONE = {"User-Agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0"}
ANSWERS = {"csat": "4", "nps": "9", "comment": "师傅来得很快"}


def campaign(store: Store, survey: str = "power-visit") -> Campaign:
    """A running campaign for the survey's version 1."""
    anonymous = store.surveys.get(survey).survey.anonymous
    plan = Plan(name="十一月回访", channel="mail")
    made = store.campaigns.add(plan, survey, 1, anonymous=anonymous, department=None, by="test", now=NOW)
    store.campaigns.bring(made.id, CampaignState.RUNNING, by="test", now=NOW)
    return store.campaigns.get(made.id)


def invite(store: Store, to: Campaign, *contacts: str, days: int = 30) -> list[str]:
    """The tokens of new invitations."""
    made = [
        Invitation(
            new_invitation_id(), to.id, to.survey, to.version, to.anonymous, contact, NOW, "repair",
            expires_at=NOW + timedelta(days=days),
        )
        for contact in contacts
    ]  # fmt: skip
    tokens = {each.id: link_token(SECRET, each.id) for each in made}
    store.invitations.add(made, tokens)
    return list(tokens.values())


def send(browser: TestClient, token: str, answers: dict[str, str] = ANSWERS) -> str:
    """Fill in the form behind a link as a browser does; returns the page that comes back."""
    page = browser.get(f"/i/{token}", headers=PHONE).text
    return str(browser.post(f"/i/{token}", data={**hidden(page), **answers}).text)


BEHIND = ["。", "%E3%80%82", "】", "》、", "）", "谢谢您的支持", "%20", "%E2%80%8B", "!", "”。", "\u3000"]


@pytest.mark.parametrize("behind", BEHIND)
def test_a_link_is_found_with_what_a_message_goes_on_with(published: Store, behind: str) -> None:
    """Programs for messages take signs and words behind a link for a part of it."""
    [token] = invite(published, campaign(published), "c-1")
    with visiting(published) as browser:
        assert receipt(send(browser, token + behind))


def test_a_link_takes_one_answer_and_keeps_who_gave_it(published: Store) -> None:
    """Named: the response carries the contact and their department; the link then says that it was used."""
    [token] = invite(published, campaign(published), "c-1")
    with visiting(published) as browser:
        first = send(browser, token)
        again = browser.get(f"/i/{token}", headers=PHONE)
    assert receipt(first) and (again.status_code, heading(again.text)) == (410, "您的答卷已经收到")
    [kept] = [each for chunk in published.responses.responses("power-visit") for each in chunk]
    assert (kept.contact, kept.department, kept.channel) == ("c-1", "repair", "invitation")


def test_the_same_form_sent_twice_gets_its_receipt_again_and_a_second_form_is_refused(published: Store) -> None:
    """A network that repeats is told from a second opinion, on the server."""
    [token] = invite(published, campaign(published), "c-1")
    with visiting(published) as browser:
        pages = [browser.get(f"/i/{token}").text for _ in range(2)]
        pages.insert(0, pages[0])
        first, repeated, second = (browser.post(f"/i/{token}", data={**hidden(page), **ANSWERS}).text for page in pages)
    assert receipt(first) == receipt(repeated) != ""
    assert heading(second) == "您之前已经评价过" and not receipt(second)
    assert published.responses.amount("power-visit") == 1


def test_begun_on_one_device_it_is_finished_on_another(published: Store) -> None:
    """What was saved stands in the form wherever the link is opened, and is gone once the answer is given."""
    [token] = invite(published, campaign(published), "c-1")
    with visiting(published) as phone:
        draft = {"csat": "2", "comment": "停电 <b>两次</b>", "_token": "x", "who": "无此题"}
        saved = phone.post(f"/i/{token}/draft", data=draft)
        assert (saved.status_code, saved.content) == (204, b"")
    with visiting(published) as computer:
        page = computer.get(f"/i/{token}").text
        assert re.search(r'name="csat" value="2"[^>]* checked', page) and "停电 &lt;b&gt;两次&lt;/b&gt;" in page
        send(computer, token)
        assert computer.post(f"/i/{token}/draft", data=draft).status_code == 410
    invitation = published.invitations.of_campaign(published.campaigns.all()[0].id)[0]
    assert invitation.begun and invitation.finished and published.invitations.unfinished(invitation.id) is None


def test_what_is_unfinished_is_read_only_with_the_link() -> None:
    """The database alone does not tell what someone invited was about to say."""
    sealed = seal("the token", {"": {"comment": ["师傅态度差"]}})
    assert unseal("the token", sealed) == {"": {"comment": ["师傅态度差"]}}
    assert unseal("another", sealed) == unseal("the token", sealed[:-2]) == {}
    assert "态度".encode() not in sealed


def test_drafts_of_one_link_stand_beside_one_another() -> None:
    """Each under its values; the one saved longest ago makes room for a ninth, and saving again makes it the last."""
    sealed = None
    for number in range(MOST_DRAFTS):
        sealed = with_draft("t", sealed, f"order {number}", {"said": [str(number)]})
    sealed = with_draft("t", sealed, "order 0", {"said": ["again"]})
    sealed = with_draft("t", sealed, "order 8", {"said": ["8"]})
    kept = unseal("t", sealed)
    assert len(kept) == MOST_DRAFTS and "order 1" not in kept and kept["order 0"] == {"said": ["again"]}


def test_a_draft_sealed_as_the_only_one_is_still_read() -> None:
    """As it was before a link had several; the next one is put beside it."""
    old = Fernet(urlsafe_b64encode(hashlib.sha256(b"unfinished:t").digest())).encrypt(
        b'{"said": ["A"], "_link": ["a"]}'
    )
    assert unseal("t", old) == {"a": {"said": ["A"]}}
    both = {"a": {"said": ["A"]}, "b": {"said": ["B"]}}
    assert unseal("t", with_draft("t", old, "b", {"said": ["B"]})) == both


def test_every_other_link_explains_itself(published: Store) -> None:
    """Expired, revoked, ended, unknown: never an empty page, and nothing is kept."""
    running = campaign(published)
    revoked, expired, fine = invite(published, running, "a", "b", "c")
    published.invitations.revoke([next(each.id for each in _all(published, running) if each.contact == "a")])
    clock = Clock()
    with visiting(published, clock) as browser:
        assert _said(browser, revoked) == (410, "这个链接已经停用")
        assert _said(browser, "nonsense") == _said(browser, fine[:-1]) == (404, "没有找到这个链接")
        clock.passes(days=31)
        assert _said(browser, expired) == (410, "这个链接已经过期")
        published.campaigns.bring(running.id, CampaignState.ENDED, by="test", now=NOW)
        assert _said(browser, fine) == (410, "这次调查已经结束")
        for token in (revoked, expired, fine, "nonsense"):
            assert browser.post(f"/i/{token}", data=ANSWERS).status_code in (404, 410)
    assert published.responses.amount("power-visit") == 0


def test_who_was_filling_in_while_the_link_ran_out_is_still_heard(published: Store) -> None:
    """For a day; the link opens no new form meanwhile."""
    [token] = invite(published, campaign(published), "c-1", days=1)
    clock = Clock()
    with visiting(published, clock) as browser:
        page = browser.get(f"/i/{token}").text
        clock.passes(hours=30)
        assert _said(browser, token) == (410, "这个链接已经过期")
        assert receipt(browser.post(f"/i/{token}", data={**hidden(page), **ANSWERS}).text)


@pytest.mark.parametrize("agent", ["Slackbot 1.0", "DingTalkBot-LinkService/1.0", "facebookexternalhit/1.1"])
def test_previews_of_a_link_use_nothing_up_and_open_nothing(published: Store, agent: str) -> None:
    """A chat that looks at the link for its preview is no reader."""
    [token] = invite(published, running := campaign(published), "c-1")
    with visiting(published) as browser:
        assert browser.get(f"/i/{token}", headers={"User-Agent": agent}).status_code == 200
        assert browser.head(f"/i/{token}", headers=PHONE).status_code == 200
        assert not _all(published, running)[0].opened
        browser.get(f"/i/{token}", headers=PHONE)
        assert _all(published, running)[0].opened
        assert receipt(send(browser, token))


def test_guessing_is_slowed_and_costs_the_hall_nothing(published: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """After thirty misses a network waits for an answer to further ones; right links never count, and always pass."""
    monkeypatch.setattr(personal_links, "ANSWER_AFTER", 0.05)
    tokens = invite(published, campaign(published), *(f"c-{number}" for number in range(40)))
    with visiting(published) as browser:
        assert {browser.get(f"/i/{token}").status_code for token in tokens} == {200}
        missed = [browser.get(f"/i/{number:022d}").status_code for number in range(31)]
        assert missed == [404] * 30 + [429]
        assert browser.get(f"/i/{tokens[0]}").status_code == 200


def test_the_time_of_an_answer_tells_no_wrong_link_from_another(
    published: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the look-up of a nearly right link slower, nobody would see; without the wait everybody would."""
    [token] = invite(published, running := campaign(published), "c-1", "c-2")[:1]
    published.invitations.revoke([each.id for each in _all(published, running)])
    near, far = token[:-2] + ("AA" if token[-2:] != "AA" else "BB"), "x" * 22
    look_up, slower = published.invitations.claim, 0.02

    def leaking(hashed: str) -> Invitation | None:
        time.sleep(slower * (hashed == token_hash(near)))
        return look_up(hashed)

    monkeypatch.setattr(published.invitations, "claim", leaking)
    monkeypatch.setattr(Throttle, "wait", lambda *_: 0)
    with visiting(published) as browser:
        monkeypatch.setattr(personal_links, "ANSWER_AFTER", 0.0)
        seen = _quickest(browser, near, far)
        monkeypatch.setattr(personal_links, "ANSWER_AFTER", 0.05)
        hidden_in_the_wait = _quickest(browser, near, far, token)
    assert seen[near] - seen[far] > slower / 2
    assert max(hidden_in_the_wait.values()) - min(hidden_in_the_wait.values()) < slower / 2


def _quickest(browser: TestClient, *tokens: str) -> dict[str, float]:
    """Seconds until each of these links is answered, asked for in turns: of many answers the quickest.

    What else a machine does only ever adds to a time, so that the least of them hardly moves with its load.
    """
    times: dict[str, list[float]] = {token: [] for token in tokens}
    for _ in range(20):
        for token, taken in times.items():
            begun = time.perf_counter()
            assert browser.get(f"/i/{token}").status_code in (404, 410)
            taken.append(time.perf_counter() - begun)
    return {token: min(taken) for token, taken in times.items()}


def test_when_the_store_fails_no_form_is_shown(published: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """It fails closed, with a page, and the link is not written to the log."""
    [token] = invite(published, campaign(published), "c-1")

    def broken(token_hash: str) -> None:
        raise OSError("disk I/O error")

    monkeypatch.setattr(published.invitations, "claim", broken)
    with visiting(published) as browser:
        answer = browser.get(f"/i/{token}")
    assert answer.status_code == 500 and "<form" not in answer.text and heading(answer.text)


def test_a_link_is_written_again_from_the_secret_and_the_database_holds_only_its_hash(published: Store) -> None:
    """128 bits, the same each time, another under another secret; the file does not hold it."""
    [token] = invite(published, running := campaign(published), "c-1")
    [invitation] = _all(published, running)
    assert link_token(SECRET, invitation.id) == token != link_token(b"other" * 8, invitation.id)
    assert len(token) == 22 and personal_link("https://ask.example/", token) == f"https://ask.example/i/{token}"
    assert not any(token.encode() in path.read_bytes() for path in published.path.parent.glob("xinsheng.db*"))


def _all(store: Store, of: Campaign) -> list[Invitation]:
    return store.invitations.of_campaign(of.id)


def _said(browser: TestClient, token: str) -> tuple[int, str]:
    answer = browser.get(f"/i/{token}", headers=PHONE)
    return answer.status_code, heading(answer.text)


def test_a_standing_is_decided_in_the_order_that_helps_most() -> None:
    """Who has answered is thanked, even after the campaign ended or the link ran out."""
    past = datetime(2026, 1, 1, tzinfo=UTC)
    over = Invitation("i", "c", "s", 1, True, "x", NOW, expires_at=past, finished=True, ended=True)
    assert over.standing(NOW) == "used"
