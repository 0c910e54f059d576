"""A small OpenID Connect provider on the loopback: discovery, keys, authorization code with PKCE, tokens, userinfo.

It logs `person` in at once, whoever asks; tests change what it says about them (`claims`), how it signs (`sign`) and
what of the protocol it forgets (`config`, `is_down`).
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, CLIENT_SECRET = "plumb", "a secret between the two"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class IdentityProvider:
    def __init__(self):
        self.key = KEY
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Conversation)
        self.server.identity_provider = self
        self.issuer = f"http://127.0.0.1:{self.server.server_port}/staff"
        # What it says of who is logged in there; None takes a claim out.
        self.claims = {"sub": "248289761001", "email": "olena@plumb.example", "email_verified": True}
        self.userinfo = {"sub": self.claims["sub"]}
        self.config = {}
        self.header = {"kid": "first"}
        self.sign = lambda claims: jwt.encode(claims, self.key, "RS256", headers=self.header)
        self.is_down = False
        self.error = ""
        self.asked, self.given, self.requests = {}, {}, []

    def set_up(self, settings):
        """Let Plumb know this provider."""
        settings.SIGN_ON_ISSUER, settings.SIGN_ON_DOMAINS = self.issuer, ["plumb.example"]
        settings.SIGN_ON_CLIENT_ID, settings.SIGN_ON_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
        settings.PLAIN_HTTP = True

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.server.server_close()

    def discovery(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            **self.config,
        }

    def keys(self):
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "first", "use": "sig", "alg": "RS256"}]}

    def authorize(self, asked):
        """Return where to send the browser back to, as section 3.1.2.5 of the specification says."""
        self.asked = asked
        wanted = {"response_type": "code", "client_id": CLIENT_ID, "code_challenge_method": "S256"}
        assert {name: asked.get(name) for name in wanted} == wanted
        assert "openid" in asked["scope"].split()
        if self.error:
            return f"{asked['redirect_uri']}?{urlencode({'error': self.error, 'state': asked['state']})}"
        code = secrets.token_urlsafe(16)
        self.given[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form):
        """Return a token answer for a code that was given to this client; an error for anything else."""
        asked = self.given.pop(form.get("code"), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET)
            or form.get("redirect_uri") != asked["redirect_uri"]
            or challenge.decode().rstrip("=") != asked["code_challenge"]
        ):
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "for userinfo", "token_type": "Bearer", "id_token": self.id_token(asked)}

    def id_token(self, asked):
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked.get("nonce")}
        if "max_age" in asked:
            claims["auth_time"] = now
        told = {**claims, **self.claims}
        return self.sign({name: value for name, value in told.items() if value is not None})


class Conversation(BaseHTTPRequestHandler):
    """One request to the provider."""

    def do_GET(self):
        provider = self.server.identity_provider
        address = urlsplit(self.path)
        page = address.path.removeprefix("/staff")
        provider.requests.append(page)
        if provider.is_down:
            self.answer(503, {"error": "temporarily_unavailable"})
        elif page == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(address.query).items()}
            self.send_response(302)
            self.send_header("Location", provider.authorize(asked))
            self.end_headers()
        else:
            pages = {
                "/.well-known/openid-configuration": provider.discovery,
                "/keys": provider.keys,
                "/userinfo": lambda: provider.userinfo,
            }
            self.answer(200, pages[page]())

    def do_POST(self):
        provider = self.server.identity_provider
        provider.requests.append(urlsplit(self.path).path.removeprefix("/staff"))
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.answer(*provider.token({name: values[0] for name, values in parse_qs(sent).items()}))

    def answer(self, status, said):
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_line):
        """Say nothing: pytest's output is for failures."""


def begin(client, **form):
    """Press the button on the login page; return where the browser is led, "" where nowhere."""
    return client.post("/accounts/sign-on/", form).headers.get("Refresh", "").removeprefix("0; url=")


def visit(address):
    """Be at the provider; return the path and query by which it sends the browser back."""
    back = urlsplit(requests.get(address, allow_redirects=False, timeout=5).headers["Location"])
    return f"{back.path}?{back.query}"


def sign_on(client, **form):
    """Make the whole round and return the answer to the browser that comes back."""
    return client.get(visit(begin(client, **form)))
