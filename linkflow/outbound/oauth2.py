"""The OAuth dance, once: authorize address, code for tokens, refresh, revoke (RFC 6749, 7636, 7009).

Authlib writes the requests; our transport carries them and `token_answer` judges what comes back. Authlib's client is
made anew for each call and never handed a token, because it would refresh by itself.
"""

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.client import OAuth2Client as AuthorizeUrlWriter

from linkflow.domain.software import OWN_PARAMS, ClientAuth, OAuth, Pkce, Software
from linkflow.outbound.errors import BadAnswer, OutboundError, StatusError, TooBusy
from linkflow.outbound.http import HEADERS, TOKEN_BODY_BYTES, HttpClient
from linkflow.outbound.quiet import quietly
from linkflow.outbound.retry_after import retry_after
from linkflow.outbound.token_answer import SPENT, TokenError, Tokens, check, tokens_of
from linkflow.settings import Credentials

__all__ = [
    "SPENT",
    "TokenError",
    "Tokens",
    "authorize_at",
    "authorize_url",
    "exchange",
    "new_verifier",
    "redeem",
    "refresh",
    "revoke",
]

_AUTH = {ClientAuth.BASIC: "client_secret_basic", ClientAuth.POST: "client_secret_post"}


def new_verifier(random_bytes: Callable[[int], bytes]) -> str:
    """A PKCE verifier of 256 random bits: 43 characters, as RFC 7636 §4.1 recommends."""
    return base64.urlsafe_b64encode(random_bytes(32)).decode("ascii").rstrip("=")


def authorize_url(
    software: Software,
    credentials: Credentials,
    *,
    redirect_uri: str,
    state: str,
    verifier: str,
    scopes: tuple[str, ...],
) -> str:
    """Where the customer is sent. The catalogue's extra parameters cannot replace one of ours."""
    oauth = _oauth(software)
    return authorize_at(oauth, credentials, redirect_uri=redirect_uri, state=state, verifier=verifier, scopes=scopes)


def authorize_at(
    oauth: OAuth,
    credentials: Credentials,
    *,
    redirect_uri: str,
    state: str,
    verifier: str,
    scopes: tuple[str, ...],
) -> str:
    """The same for a server that is no software of the catalogue."""
    ours: dict[str, str] = {"redirect_uri": redirect_uri, "scope": oauth.scope_separator.join(scopes)}
    extra = {key: value for key, value in oauth.extra_authorize_params.items() if key not in OWN_PARAMS}
    writer = AuthorizeUrlWriter(
        None, credentials.client_id, code_challenge_method="S256" if oauth.pkce is Pkce.S256 else None
    )
    url, _ = writer.create_authorization_url(oauth.authorize_url, state=state, code_verifier=verifier, **extra, **ours)
    return str(url)


def exchange(
    software: Software,
    credentials: Credentials,
    *,
    http: HttpClient,
    code: str,
    redirect_uri: str,
    verifier: str,
    scopes: tuple[str, ...],
) -> Tokens:
    """A code for tokens: one call, never repeated, for a code works once.

    Raises `TokenError`; or `TooBusy`, when nothing was sent and the code is still good.
    """
    now = http.clock()
    oauth = _oauth(software)
    repeated = {"scope": oauth.scope_separator.join(scopes)} if oauth.scope_on_token else {}
    fields = redeem(
        oauth, credentials, http=http, code=code, redirect_uri=redirect_uri, verifier=verifier, repeated=repeated
    )
    return tokens_of(fields, software, asked=scopes, kept=None, now=now)


def redeem(
    oauth: OAuth,
    credentials: Credentials,
    *,
    http: HttpClient,
    code: str,
    redirect_uri: str,
    verifier: str,
    repeated: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The fields of the answer to a code, checked; raises what `exchange` does."""
    proof = {**(repeated or {}), **({"code_verifier": verifier} if oauth.pkce is Pkce.S256 else {})}
    judge = _Judge(http.clock())
    with _client(oauth, credentials, http=http) as client, _plain_errors(let_through=TooBusy):
        client.register_compliance_hook("access_token_response", judge)
        client.fetch_token(
            oauth.token_url, grant_type="authorization_code", code=code, redirect_uri=redirect_uri, **proof
        )
    return judge.fields


def refresh(
    software: Software,
    credentials: Credentials,
    *,
    http: HttpClient,
    refresh_token: str,
    scopes: tuple[str, ...],
    redirect_uri: str = "",
) -> Tokens:
    """New tokens for a refresh token; the old one comes back when the server did not rotate. Raises `TokenError`.

    Store what comes back before using it. One caller at a time for a grant: that is the service's part.
    """
    oauth, now = _oauth(software), http.clock()
    judge = _Judge(now, spent_errors=software.tokens.spent_errors)
    repeated = {"redirect_uri": redirect_uri} if oauth.redirect_on_refresh else {}
    with _client(oauth, credentials, http=http) as client, _plain_errors():
        client.register_compliance_hook("refresh_token_response", judge)
        client.refresh_token(oauth.token_url, refresh_token=refresh_token, **repeated)
    return tokens_of(judge.fields, software, asked=scopes, kept=refresh_token, now=now)


def revoke(
    software: Software,
    credentials: Credentials,
    *,
    http: HttpClient,
    token: str,
    hint: str = "refresh_token",
) -> bool:
    """End a grant at the server (RFC 7009): 200 is success, for an unknown token, too; else raises `TokenError`.

    False: this software offers no revocation, so there is nothing to call.
    """
    oauth = _oauth(software)
    if oauth.revoke_url is None:
        return False
    with _client(oauth, credentials, http=http) as client, _plain_errors():
        if oauth.revoke_json:
            own = (credentials.client_id, credentials.client_secret)
            response = client.request("POST", oauth.revoke_url, withhold_token=True, json={"token": token}, auth=own)
        else:
            response = client.revoke_token(oauth.revoke_url, token=token, token_type_hint=hint)  # type: ignore[no-untyped-call]  # stub
    if response.status_code != 200:
        wait = retry_after(response.headers, now=http.clock())
        raise TokenError.of(StatusError("", status=response.status_code, retry_after=wait))
    return True


def _oauth(software: Software) -> OAuth:
    if software.oauth is None:
        raise ValueError(f"{software.id} is not connected by signing in")
    return software.oauth


def _client(oauth: OAuth, credentials: Credentials, *, http: HttpClient) -> OAuth2Client:
    method = _AUTH[oauth.client_auth]
    return OAuth2Client(
        credentials.client_id,
        credentials.client_secret,
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
        transport=http.transport(body_bytes=TOKEN_BODY_BYTES),
        headers={**HEADERS, **oauth.token_headers},
        trust_env=False,
    )


class _Judge:
    """Authlib's hook on an answer: refuses a bad one before Authlib reads it, and keeps a good one's exact values.

    Authlib is handed the least it takes: it reckons with times of its own, and what it stumbled over would cost tokens.
    """

    def __init__(self, now: datetime, *, spent_errors: tuple[str, ...] = ()) -> None:
        self._now = now
        self._spent_errors = spent_errors
        self.fields: dict[str, Any] = {}

    def __call__(self, response: httpx2.Response) -> httpx2.Response:
        self.fields = check(response, now=self._now, spent_errors=self._spent_errors)
        return httpx2.Response(200, json={"access_token": self.fields["access_token"], "token_type": "Bearer"})


@contextmanager
def _plain_errors(*, let_through: type[OutboundError] | None = None) -> Iterator[None]:
    """Every failure as a `TokenError`, without the chain of exceptions (or the log) that may quote the request."""
    try:
        with quietly():
            yield
    except OutboundError as error:
        if let_through is not None and isinstance(error, let_through):
            raise
        raise TokenError.of(error) from None
    except (AuthlibBaseError, httpx2.HTTPError, httpx2.InvalidURL, ValueError):
        raise TokenError(BadAnswer.code, transient=True) from None
