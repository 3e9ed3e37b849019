"""An identity provider to test against, without a network: it answers by whatever a test makes it say."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

ISSUER = "https://id.example.cn"
CLIENT, CLIENT_SECRET = "xinsheng", "a secret of the client"


class FakeProvider:
    """Remembers the sign-in it was asked for; a test spoils what it says."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.described: dict[str, Any] = {
            "issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/authorize", "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys", "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }  # fmt: skip
        self.claims: dict[str, Any] = {}
        self.token: str | None = None  # instead of one that is made
        self.challenge = ""
        self.down = False
        self.codes = {"a code"}
        self.asked: list[httpx.Request] = []

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if self.down:
            raise httpx.ConnectError("no route to host", request=request)
        match request.url.path:
            case "/.well-known/openid-configuration":
                return httpx.Response(200, json=self.described)
            case "/keys":
                return httpx.Response(200, json=KeySet([self.key]).as_dict(private=False))
            case "/token":
                return self._give(request)
        return httpx.Response(404)

    def _give(self, request: httpx.Request) -> httpx.Response:
        """A token for a code that was not used yet, to the client, with the verifier of what was begun (RFC 7636)."""
        given = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        proof = "Basic " + base64.b64encode(f"{CLIENT}:{quote(CLIENT_SECRET)}".encode()).decode()
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        fits = base64.urlsafe_b64encode(digest).decode().rstrip("=") == self.challenge
        if given.get("code") not in self.codes or not fits or request.headers.get("authorization") != proof:
            return httpx.Response(400, json={"error": "invalid_grant"})
        self.codes.discard(given["code"])
        token = self.token or self.signed()
        return httpx.Response(200, json={"access_token": "x", "token_type": "Bearer", "id_token": token})

    def signed(self, key: RSAKey | OctKey | None = None, algorithm: str = "RS256", kid: str = "one") -> str:
        now = int(self._seconds())
        usual = {"iss": ISSUER, "aud": CLIENT, "sub": "4711", "iat": now, "exp": now + 300}
        claims = {name: value for name, value in (usual | self.claims).items() if value is not None}
        return jwt.encode({"alg": algorithm, "kid": kid}, claims, key or self.key, algorithms=[algorithm])
