"""An OpenID provider: discovery, an automatic login, signed tokens."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, CLIENT_SECRET = "telemetry-dashboard", "oidc-s3cr3t"


class Provider(ThreadingHTTPServer):
    """Logs every client in as `user`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.user: dict[str, Any] = {}
        self.key = RSAKey.generate_key(2048, {"kid": "1", "alg": "RS256", "use": "sig"})
        self.asked: dict[str, str] = {}

    def token(self) -> str:
        """Return a signed token of the user."""
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "sub": "1"}
        claims |= {"nonce": self.asked["nonce"], **self.user}
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)


class Answers(BaseHTTPRequestHandler):
    """The provider's endpoints."""

    server: Provider

    def do_GET(self) -> None:
        """Answer discovery, keys and the login page."""
        url, provider = urlsplit(self.path), self.server
        if url.path == "/.well-known/openid-configuration":
            self._send({
                "issuer": provider.url,
                "authorization_endpoint": f"{provider.url}/authorize",
                "token_endpoint": f"{provider.url}/token",
                "jwks_uri": f"{provider.url}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "code_challenge_methods_supported": ["S256"],
            })  # fmt: skip
        elif url.path == "/keys":
            self._send({"keys": [provider.key.as_dict(private=False)]})
        elif url.path == "/authorize":
            provider.asked = {name: values[0] for name, values in parse_qs(url.query).items()}
            back = {"code": "once", "state": provider.asked["state"]}
            self.send_response(302)
            self.send_header("Location", f"{provider.asked['redirect_uri']}?{urlencode(back)}")
            self.end_headers()
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        """Exchange the code for tokens, for the client that asked for it."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        basic = base64.b64encode(f"{CLIENT}:{CLIENT_SECRET}".encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        known = self.headers["Authorization"] == f"Basic {basic}"
        if known and form["code"] == "once" and challenge == self.server.asked["code_challenge"]:
            token = self.server.token()
            self._send({"access_token": "x", "token_type": "Bearer", "id_token": token})
        else:
            self.send_error(401)

    def log_message(self, *_: object) -> None:
        """Log nothing."""

    def _send(self, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def running_provider() -> Iterator[Provider]:
    """Run a provider."""
    with Provider() as provider:
        threading.Thread(target=provider.serve_forever, daemon=True).start()
        yield provider
        provider.shutdown()
