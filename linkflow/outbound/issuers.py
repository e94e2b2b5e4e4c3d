"""What an OpenID provider says about itself (OpenID Connect Discovery 1.0) and its signing keys, kept for an hour.

Nothing it says leads to a host that the organization's file does not know, and it cannot speak for another issuer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from linkflow.domain.errors import LinkflowError
from linkflow.domain.software import ClientAuth
from linkflow.organization_sign_in import SignIn
from linkflow.outbound.errors import BadAnswer
from linkflow.outbound.http import TOKEN_BODY_BYTES, HttpClient
from linkflow.outbound.signing_keys import SigningKeys, signing_keys

LIFE = timedelta(hours=1)
RENEWALS = 5
"""How often a minute the keys are fetched ahead of time because a token names one that is not among them."""
_MINUTE = timedelta(minutes=1)
_Kept = TypeVar("_Kept")


class IdentityRefused(LinkflowError):
    """The provider answered, and what it said cannot be believed; `reason` is a word for the log."""

    code = "identity-refused"

    def __init__(self, reason: str) -> None:
        super().__init__(self.code, reason=reason)
        self.reason = reason


@dataclass(frozen=True)
class Metadata:
    """The part of a provider's description that is used. `userinfo_url` of None: it offers none that may be called."""

    issuer: str
    authorize_url: str
    token_url: str
    keys_url: str
    userinfo_url: str | None
    client_auth: ClientAuth
    iss_parameter: bool


class Issuers:
    """What this process knows of the providers it was sent to. One for the process; safe to share between threads."""

    def __init__(self) -> None:
        self._metadata: _Shelf[Metadata] = _Shelf()
        self._keys: _Shelf[SigningKeys] = _Shelf()
        self._renewed: dict[str, list[datetime]] = {}
        self._lock = Lock()

    def metadata(self, http: HttpClient, sign_in: SignIn) -> Metadata:
        """The organization's provider. Raises `IdentityRefused`, or an `OutboundError` when it does not answer."""
        key = f"{sign_in.issuer} {sign_in.hosts}"
        return self._metadata.get(key, http.clock(), lambda: _metadata(_fetch(http, _address(sign_in)), sign_in))

    def keys(self, http: HttpClient, metadata: Metadata, *, renew: bool = False) -> SigningKeys:
        """The provider's keys; with `renew` fetched now, unless that was done too often just now."""
        url, now = metadata.keys_url, http.clock()
        if renew and self._may_renew(url, now):
            self._keys.drop(url)
        return self._keys.get(url, now, lambda: signing_keys(_fetch(http, url)))

    def _may_renew(self, url: str, now: datetime) -> bool:
        with self._lock:
            recent = [at for at in self._renewed.get(url, ()) if timedelta() <= now - at < _MINUTE]
            allowed = len(recent) < RENEWALS
            self._renewed[url] = [*recent, now] if allowed else recent
        return allowed


class _Shelf(Generic[_Kept]):
    """Values by name with the time they were fetched. No lock is held while one is fetched: two may do it at once."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[datetime, _Kept]] = {}

    def get(self, name: str, now: datetime, fetch: Callable[[], _Kept]) -> _Kept:
        """The value kept under `name`, fetched when there is none or it is too old."""
        kept = self._values.get(name)
        if kept is not None and timedelta() <= now - kept[0] < LIFE:
            return kept[1]
        fresh = fetch()
        self._values[name] = now, fresh
        return fresh

    def drop(self, name: str) -> None:
        """Have it fetched the next time."""
        self._values.pop(name, None)


def _address(sign_in: SignIn) -> str:
    return f"{sign_in.issuer.rstrip('/')}/.well-known/openid-configuration"


def _fetch(http: HttpClient, url: str) -> Mapping[str, Any]:
    answer = http.get(url, headers={}, body_bytes=TOKEN_BODY_BYTES)
    value = answer.json()
    if not isinstance(value, dict):
        raise BadAnswer(answer.host, reason="not an object")
    return value


def _metadata(said: Mapping[str, Any], sign_in: SignIn) -> Metadata:
    if said.get("issuer") != sign_in.issuer:
        raise IdentityRefused("discovery-issuer-mismatch")
    userinfo = said.get("userinfo_endpoint")
    return Metadata(
        issuer=sign_in.issuer,
        authorize_url=_endpoint(said, "authorization_endpoint", sign_in),
        token_url=_endpoint(said, "token_endpoint", sign_in),
        keys_url=_endpoint(said, "jwks_uri", sign_in),
        userinfo_url=userinfo if _may_be_called(userinfo, sign_in) else None,
        client_auth=_client_auth(said.get("token_endpoint_auth_methods_supported")),
        iss_parameter=said.get("authorization_response_iss_parameter_supported") is True,
    )


def _endpoint(said: Mapping[str, Any], name: str, sign_in: SignIn) -> str:
    url = said.get(name)
    if not isinstance(url, str) or not _may_be_called(url, sign_in):
        raise IdentityRefused(f"discovery-{name.replace('_', '-')}")
    return url


def _may_be_called(url: object, sign_in: SignIn) -> bool:
    """https (or what the issuer itself has, on this machine), on the issuer's host or one the file names."""
    if not isinstance(url, str) or not url.isprintable() or " " in url:
        return False
    own = urlsplit(sign_in.issuer)
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    known = parts.netloc.lower() in {own.netloc.lower(), *sign_in.hosts}
    return known and parts.scheme in {"https", own.scheme} and not parts.fragment


def _client_auth(methods: object) -> ClientAuth:
    """In the header, as every provider must take it that does not say otherwise; else in the form."""
    if not isinstance(methods, list) or "client_secret_basic" in methods:
        return ClientAuth.BASIC
    if "client_secret_post" in methods:
        return ClientAuth.POST
    raise IdentityRefused("discovery-client-authentication")
