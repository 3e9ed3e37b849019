"""Sign-in through the organisation's identity provider: whom it vouches for gets in, and nobody in its name."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import OctKey, RSAKey

from surveys.accounts.identity_provider import IdentityProvider, ProviderSettings, UnfitProvider
from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.staff.provider_sign_in import RETURN, provider_of
from tests.support.fake_provider import CLIENT, CLIENT_SECRET, ISSUER, FakeProvider
from tests.support.front_door import BEHIND, PASSWORD, Clock, TestClient, add_account, sign_in, visiting

SETTINGS = ProviderSettings(ISSUER, CLIENT, CLIENT_SECRET, name="单位统一登录")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fake(clock: Clock) -> FakeProvider:
    return FakeProvider(lambda: clock().timestamp())


@pytest.fixture
def browser(store: Store, clock: Clock, fake: FakeProvider) -> Iterator[TestClient]:
    add_account(store, "boss", Role.ADMIN)
    add_account(store, "wu", Role.STAFF)
    provider = IdentityProvider(SETTINGS, "https://ask.example/login/oidc/return", fake.transport())
    with visiting(store, clock, provider=provider) as browser:
        yield browser


def begin(browser: TestClient, fake: FakeProvider, name: str = "boss", to: str = "") -> dict[str, str]:
    """What the browser carries to the provider, which is ready to vouch for somebody of this name."""
    answer = browser.get("/login/oidc", params={"next": to})
    where = urlsplit(answer.headers["refresh"].removeprefix("0; url="))
    assert escape(where.geturl()) in answer.text, "a link, where the browser does not go by itself"
    asked = {each: values[0] for each, values in parse_qs(where.query).items()}
    assert f"{where.scheme}://{where.netloc}{where.path}" == f"{ISSUER}/authorize"
    fake.challenge = asked["code_challenge"]
    fake.claims |= {"nonce": asked["nonce"], "preferred_username": name}
    return asked


def come_back(browser: TestClient, asked: dict[str, str], **more: str) -> tuple[int, str]:
    answer = browser.get(RETURN, params={"code": "a code", "state": asked["state"], **more})
    return answer.status_code, answer.headers.get("location", "")


def is_in(browser: TestClient) -> bool:
    return browser.get("/").text == BEHIND


def test_whom_it_vouches_for_comes_to_the_page_wanted(browser: TestClient, fake: FakeProvider, store: Store) -> None:
    """By the code flow with PKCE; whoever has an account here, and nobody is given one."""
    assert 'href="/login/oidc?next=/results"' in browser.get("/login?next=/results").text
    asked = begin(browser, fake, to="/results?x=1")
    assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "https://ask.example/login/oidc/return" and "openid" in asked["scope"].split()
    assert come_back(browser, asked) == (303, "/results?x=1") and is_in(browser)
    assert ("boss", "sign in") in {(line.account, line.action) for line in store.accounts.audit()}
    assert CLIENT_SECRET not in str(fake.asked[0].url) and len(store.accounts.all()) == 2


def test_staff_come_to_their_forms(browser: TestClient, fake: FakeProvider) -> None:
    assert come_back(browser, begin(browser, fake, "wu")) == (303, "/my")
    assert browser.get("/my").status_code == 200


@pytest.mark.parametrize("name", ["nobody", "Boss", "boss ", "left"])
def test_nobody_is_given_an_account(browser: TestClient, fake: FakeProvider, store: Store, name: str) -> None:
    """An unknown name, another spelling, one who has left."""
    add_account(store, "left", Role.ADMIN)
    store.accounts.change("left", active=False)
    before = len(store.accounts.all())
    assert come_back(browser, begin(browser, fake, name))[0] == 403
    assert not is_in(browser) and len(store.accounts.all()) == before
    assert "failed sign-in" in {line.action for line in store.accounts.audit()}


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"}, {"nonce": None}, {"iss": "https://id.example.com"}, {"iss": None}, {"aud": "another"},
        {"aud": None}, {"aud": [CLIENT, "another"]}, {"aud": [CLIENT, "another"], "azp": "another"},
        {"azp": "another"}, {"exp": 1}, {"exp": None}, {"iat": None}, {"iat": 99_999_999_999},
        {"exp": "tomorrow"}, {"preferred_username": None}, {"preferred_username": ["boss"]},
        {"preferred_username": ""},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_that_is_not_for_this_sign_in_lets_nobody_in(
    browser: TestClient, fake: FakeProvider, claims: dict[str, object]
) -> None:
    asked = begin(browser, fake)
    fake.claims |= claims
    assert come_back(browser, asked)[0] == 401 and not is_in(browser)


def unsigned(fake: FakeProvider) -> str:
    _, claims, _ = fake.signed().split(".")
    head = urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    return f"{head}.{claims}."


def by_public_key(fake: FakeProvider) -> str:
    """HMAC with what everybody knows, in the hope that the algorithm is believed."""
    head = urlsafe_b64encode(b'{"alg":"HS256","kid":"one"}').decode().rstrip("=")
    said = f"{head}.{fake.signed().split('.')[1]}"
    mark = hmac.digest(fake.key.as_pem(private=False), said.encode(), "sha256")
    return f"{said}.{urlsafe_b64encode(mark).decode().rstrip('=')}"


def altered(fake: FakeProvider) -> str:
    head, claims, signature = fake.signed().split(".")
    fake.claims["preferred_username"] = "wu"
    return f"{head}.{fake.signed().split('.')[1]}.{signature}" if claims else ""


FORGED: dict[str, Callable[[FakeProvider], str]] = {
    "no signature": unsigned,
    "somebody's own key": lambda fake: fake.signed(RSAKey.generate_key(2048)),
    "a key of another name": lambda fake: fake.signed(kid="two"),
    "the client's secret as key": lambda fake: fake.signed(OctKey.import_key(CLIENT_SECRET), "HS256"),
    "the public key as secret": by_public_key,
    "claims altered": altered,
    "nonsense": lambda _: "x.y.z",
    "nothing": lambda _: " ",
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_a_forged_token_lets_nobody_in(
    browser: TestClient, fake: FakeProvider, forged: Callable[[FakeProvider], str]
) -> None:
    asked = begin(browser, fake)
    fake.token = forged(fake)
    assert come_back(browser, asked)[0] == 401 and not is_in(browser)


def test_an_answer_to_what_this_browser_did_not_begin_is_refused(
    browser: TestClient, fake: FakeProvider, clock: Clock
) -> None:
    """Another's state, none, another provider's word, an error, one that is late, and one without the cookie."""
    asked = begin(browser, fake)
    assert come_back(browser, {"state": "another"})[0] == come_back(browser, {"state": ""})[0] == 401
    assert come_back(browser, asked, iss="https://id.example.com")[0] == 401
    assert come_back(browser, asked, error="access_denied")[0] == come_back(browser, asked, code="")[0] == 401
    held = dict(browser.cookies)
    browser.cookies.clear()
    assert come_back(browser, asked)[0] == 401
    browser.cookies.update(held)
    clock.passes(minutes=11)
    assert come_back(browser, asked)[0] == 401
    assert "a code" in fake.codes, "none of these went as far as the provider"


def test_a_code_is_used_once_and_with_its_verifier(browser: TestClient, fake: FakeProvider) -> None:
    """Whoever has looked at the address in a log comes too late; a code of another sign-in is refused."""
    asked = begin(browser, fake)
    assert come_back(browser, asked)[0] == 303
    assert come_back(browser, asked)[0] == 401
    fake.codes.add("a code")
    asked = begin(browser, fake)
    fake.challenge = "of another sign-in"
    assert come_back(browser, asked)[0] == 401


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_it_leads_to_no_other_site(browser: TestClient, fake: FakeProvider, to: str) -> None:
    assert come_back(browser, begin(browser, fake, to=to)) == (303, "/")


def test_a_second_factor_of_ours_is_still_asked_for(browser: TestClient, fake: FakeProvider, store: Store) -> None:
    """And set up first, where it is required."""
    store.second_factors.require(True, by="boss")
    assert come_back(browser, begin(browser, fake)) == (303, "/two-step") and not is_in(browser)
    [boss] = [each for each in store.accounts.all() if each.name == "boss"]
    browser.cookies.clear()
    store.second_factors.set(boss, "sealed", 0, [], boss_day := Clock()().date())
    assert boss_day and come_back(browser, begin_again(browser, fake))[0] == 200 and not is_in(browser)


def begin_again(browser: TestClient, fake: FakeProvider) -> dict[str, str]:
    fake.codes.add("a code")
    return begin(browser, fake)


def test_passwords_go_on_while_it_is_down(browser: TestClient, fake: FakeProvider) -> None:
    """It says so, on the way there and on the way back."""
    asked = begin(browser, fake)
    fake.down = True
    answer = browser.get(RETURN, params={"code": "a code", "state": asked["state"]})
    assert answer.status_code == 503 and "用户名和密码" in answer.text and 'href="/login"' in answer.text
    assert sign_in(browser, "boss", PASSWORD) == 303 and is_in(browser)


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://id.example.com"}, {"token_endpoint": "http://id.example.cn/token"}, {"jwks_uri": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
    ids=str,
)  # fmt: skip
def test_a_description_that_does_not_hold_is_not_followed(
    browser: TestClient, fake: FakeProvider, described: dict[str, str]
) -> None:
    """The password leads to where somebody wanted to go, too."""
    fake.described |= described
    told = browser.get("/login/oidc", params={"next": "/results?tab=items"})
    assert told.status_code == 503 and 'href="/login?next=%2Fresults%3Ftab%3Ditems"' in told.text


def test_settings_come_from_the_environment(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The secret from a file, which no list of processes shows; what can't serve leaves passwords alone."""
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    usual = {"OIDC_ISSUER": ISSUER, "OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET_FILE": str(secret)}
    found = ProviderSettings.from_environment(usual)
    assert found is not None and found.client_secret == "s3cret" and "s3cret" not in repr(found)
    assert ProviderSettings.from_environment({}) is None and provider_of("https://ask.example", {}) is None
    for unfit in ({"OIDC_ISSUER": "http://id.example.cn"}, {"OIDC_CLIENT_ID": ""}, {"OIDC_CLIENT_SECRET_FILE": "/no"}):
        with pytest.raises(UnfitProvider):
            ProviderSettings.from_environment(usual | unfit)
    assert provider_of("https://ask.example", usual | {"OIDC_CLIENT_ID": ""}) is None
    assert "OIDC_CLIENT_ID" in caplog.text


def test_without_a_provider_there_is_no_such_way_in(store: Store) -> None:
    add_account(store, "boss", Role.ADMIN)
    with visiting(store) as browser:
        assert "/login/oidc" not in browser.get("/login").text
        assert browser.get("/login/oidc").status_code == browser.get(RETURN).status_code == 404


def test_an_address_counts_only_when_it_was_verified(store: Store, clock: Clock, fake: FakeProvider) -> None:
    add_account(store, "boss@example.cn", Role.ADMIN)
    by_address = ProviderSettings(ISSUER, CLIENT, CLIENT_SECRET, claim="email")
    provider = IdentityProvider(by_address, "https://ask.example/login/oidc/return", fake.transport())
    with visiting(store, clock, provider=provider) as browser:
        fake.claims |= {"email": "boss@example.cn", "email_verified": False}
        assert come_back(browser, begin(browser, fake))[0] == 401
        fake.claims["email_verified"] = True
        assert come_back(browser, begin_again(browser, fake))[0] == 303
