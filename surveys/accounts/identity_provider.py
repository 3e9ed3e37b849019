"""Single sign-on through the organisation's own identity provider: OpenID Connect, code flow with PKCE.

httpx asks the provider, joserfc reads its keys and tokens. A token counts only when it was signed by a key of the
provider, for us, for the sign-in that was begun here, and is not over (OpenID Connect Core 1.0, 3.1.3.7).
"""

from __future__ import annotations

import hashlib
import hmac
import ssl
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import quote, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

_ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")  # none that would take a shared secret for a key
_SCOPES: Final = "openid profile email"
_TIMEOUT: Final = 10.0  # seconds
_KNOWN_FOR: Final = timedelta(hours=1)
_LEEWAY: Final = 60  # seconds that clocks may differ
_ON_THIS_MACHINE: Final = ("localhost", "127.0.0.1", "::1")


class UnfitProvider(ValueError):
    """Settings of an identity provider that can't serve."""


class ProviderDown(Exception):
    """It can't be reached, or answers nonsense."""


class NotBelieved(Exception):
    """What it, or somebody in its name, says of a person does not hold; the text is for the log."""


@dataclass(frozen=True)
class ProviderSettings:
    """How the provider is reached, and which of its claims is the name of an account here."""

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    claim: str = "preferred_username"
    name: str = ""  # what the button calls it
    certificates: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self | None:
        """None without OIDC_ISSUER. Raises UnfitProvider."""
        issuer = environment.get("OIDC_ISSUER", "").strip()
        if not issuer:
            return None
        if not environment.get("OIDC_CLIENT_ID"):
            raise UnfitProvider("OIDC_CLIENT_ID: missing; the provider gives one when you register this server")
        assert_safe(issuer, "OIDC_ISSUER")
        return cls(
            issuer, environment["OIDC_CLIENT_ID"], _secret(environment.get("OIDC_CLIENT_SECRET_FILE", "")),
            environment.get("OIDC_CLAIM") or "preferred_username", environment.get("OIDC_NAME", ""),
            environment.get("OIDC_CA_FILE") or None,
        )  # fmt: skip


def assert_safe(address: str, what: str) -> None:
    """Raises UnfitProvider unless an address is encrypted, or on this machine."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _ON_THIS_MACHINE):
        raise UnfitProvider(f"{what}: {address!r} has to begin with https://")


def _secret(file: str) -> str:
    if not file:
        return ""
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UnfitProvider(f"OIDC_CLIENT_SECRET_FILE: {file} can't be read ({error})") from None


@dataclass(frozen=True)
class Begun:
    """A sign-in that was begun here: random texts, which only the browser that began it knows."""

    state: str
    nonce: str
    verifier: str


class IdentityProvider:
    """One provider. *transport* stands in for the network in tests."""

    def __init__(
        self, settings: ProviderSettings, return_address: str, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.settings = settings
        self._return_address = return_address
        self._transport = transport
        self._described: tuple[datetime, dict[str, Any]] | None = None

    async def address(self, begun: Begun, now: datetime) -> str:
        """Where the browser is sent to; raises ProviderDown."""
        description = await self._description(now)
        kept, challenge = self.settings, hashlib.sha256(begun.verifier.encode()).digest()
        asked = {
            "response_type": "code", "client_id": kept.client_id, "redirect_uri": self._return_address,
            "scope": _SCOPES, "state": begun.state, "nonce": begun.nonce, "code_challenge_method": "S256",
            "code_challenge": urlsafe_b64encode(challenge).decode().rstrip("="),
        }  # fmt: skip
        return str(httpx.URL(description["authorization_endpoint"]).copy_merge_params(asked))

    async def name_of(self, code: str, begun: Begun, now: datetime) -> str:
        """The name of the account that the provider vouches for. Raises ProviderDown, NotBelieved."""
        description = await self._description(now)
        token = await self._exchanged(description, code, begun)
        try:
            keys = KeySet.import_key_set(await self._document(description["jwks_uri"]))
        except (httpx.HTTPError, JoseError, ValueError, TypeError, KeyError) as error:
            raise ProviderDown(str(error)) from error
        claims = self._claims(token, keys)
        self._assert_for_us(claims, begun, now)
        return self._name(claims)

    async def _exchanged(self, description: Mapping[str, Any], code: str, begun: Begun) -> str:
        """The ID token for a code (RFC 6749, 4.1.3; RFC 7636, 4.5)."""
        kept = self.settings
        given = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self._return_address,
            "code_verifier": begun.verifier, "client_id": kept.client_id,
        }  # fmt: skip
        proof = None
        ways = description.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if kept.client_secret and "client_secret_basic" in ways:
            proof = httpx.BasicAuth(quote(kept.client_id, safe=""), quote(kept.client_secret, safe=""))
        elif kept.client_secret:
            given["client_secret"] = kept.client_secret
        try:
            async with httpx.AsyncClient(auth=proof, **self._network()) as client:
                answer = await client.post(description["token_endpoint"], data=given)
            if answer.status_code in (400, 401):
                raise NotBelieved(f"the code was refused: {answer.status_code}")
            answer.raise_for_status()
            return str(answer.json()["id_token"])
        except (httpx.HTTPError, ValueError, TypeError, KeyError) as error:
            raise ProviderDown(str(error)) from error

    def _claims(self, token: str, keys: KeySet) -> dict[str, Any]:
        try:
            return dict(jwt.decode(token, keys, algorithms=_ALGORITHMS).claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise NotBelieved(f"the token does not hold: {error}") from None

    def _assert_for_us(self, claims: Mapping[str, Any], begun: Begun, now: datetime) -> None:
        mine, seconds = self.settings.client_id, now.timestamp()
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        if claims.get("iss") != self.settings.issuer:
            raise NotBelieved("the token is of another issuer")
        if mine not in audiences or (len(audiences) > 1 and claims.get("azp") != mine):
            raise NotBelieved("the token is for another client")
        if "azp" in claims and claims["azp"] != mine:
            raise NotBelieved("the token is for another client")
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), begun.nonce.encode()):
            raise NotBelieved("the token is of another sign-in")
        ends, begins = claims.get("exp"), claims.get("iat")
        if not isinstance(ends, int | float) or not isinstance(begins, int | float):
            raise NotBelieved("the token does not say when it ends")
        if ends < seconds - _LEEWAY or begins > seconds + _LEEWAY:
            raise NotBelieved("the token is over, or not yet begun")

    def _name(self, claims: Mapping[str, Any]) -> str:
        name = claims.get(self.settings.claim)
        if not isinstance(name, str) or not name:
            raise NotBelieved(f"the token has no claim {self.settings.claim}")
        if self.settings.claim == "email" and claims.get("email_verified") is not True:
            raise NotBelieved("nobody has verified the address")
        return name

    async def _description(self, now: datetime) -> dict[str, Any]:
        if self._described is None or not timedelta() <= now - self._described[0] < _KNOWN_FOR:
            self._described = (now, await self._asked())
        return self._described[1]

    async def _asked(self) -> dict[str, Any]:
        """What the provider says of itself (OpenID Connect Discovery 1.0)."""
        place = self.settings.issuer.rstrip("/") + "/.well-known/openid-configuration"
        try:
            found = await self._document(place)
            if found["issuer"] != self.settings.issuer:
                raise ProviderDown(f"{place} is of another issuer")
            for each in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                assert_safe(found[each], each)
        except (httpx.HTTPError, ValueError, TypeError, KeyError) as error:
            raise ProviderDown(f"{place}: {error}") from error
        return found

    async def _document(self, place: str) -> Any:
        async with httpx.AsyncClient(**self._network()) as client:
            answer = await client.get(place)
        answer.raise_for_status()
        found = answer.json()
        if not isinstance(found, dict):
            raise TypeError("no object of JSON")
        return found

    def _network(self) -> dict[str, Any]:
        """No redirects are followed: where the provider is says its own document alone."""
        trust = ssl.create_default_context(cafile=self.settings.certificates)
        return {"timeout": _TIMEOUT, "verify": trust, "transport": self._transport, "follow_redirects": False}
