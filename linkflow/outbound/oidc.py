"""One organization at its OpenID provider: where its people are sent, and who came back.

The requests are those of `oauth2.py`: code flow with PKCE, a confidential client, the one transport.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from linkflow.domain.addresses import one_line
from linkflow.domain.software import Api, OAuth
from linkflow.organization_sign_in import SignIn
from linkflow.outbound import callback, oauth2
from linkflow.outbound.callback import Callback
from linkflow.outbound.errors import BadAnswer
from linkflow.outbound.http import TOKEN_BODY_BYTES, HttpClient, Session
from linkflow.outbound.id_tokens import Expected, read_id_token
from linkflow.outbound.issuers import IdentityRefused, Issuers, Metadata
from linkflow.outbound.signing_keys import UnknownKey
from linkflow.settings import Credentials

NAME_LIMIT = 100
_MOST_GROUPS = 2000


@dataclass(frozen=True)
class Identity:
    """Who signed in. `subject` is theirs at the issuer for ever; `email` is None unless the provider vouches for it."""

    issuer: str
    subject: str
    email: str | None
    name: str
    groups: frozenset[str]


@dataclass(frozen=True)
class RelyingParty:
    """An organization as its provider knows it. Every call may raise `IdentityRefused` or an `OutboundError`."""

    sign_in: SignIn
    client_secret: str = field(repr=False)
    http: HttpClient = field(repr=False)
    issuers: Issuers = field(repr=False)

    def authorize_url(self, *, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Where the browser is sent."""
        return oauth2.authorize_at(
            self._oauth(self._metadata(), nonce=nonce),
            self._credentials,
            redirect_uri=redirect_uri,
            state=state,
            verifier=verifier,
            scopes=self.sign_in.scopes,
        )

    def check_callback(self, args: Mapping[str, Sequence[str]]) -> Callback:
        """What the browser brought back; raises `CallbackRefused`."""
        return callback.judge(args, self._oauth(self._metadata()), expected_issuer=self.sign_in.issuer)

    def identify(self, *, code: str, redirect_uri: str, verifier: str, nonce: str) -> Identity:
        """Who a code stands for; it is spent by this. Raises `TokenError`, too."""
        metadata = self._metadata()
        fields = oauth2.redeem(
            self._oauth(metadata),
            self._credentials,
            http=self.http,
            code=code,
            redirect_uri=redirect_uri,
            verifier=verifier,
        )
        claims = self._claims(fields, metadata, nonce)
        return self._identity(claims, self._told_besides(claims, metadata, fields["access_token"]))

    @property
    def _credentials(self) -> Credentials:
        return Credentials(client_id=self.sign_in.client_id, client_secret=self.client_secret)

    def _metadata(self) -> Metadata:
        return self.issuers.metadata(self.http, self.sign_in)

    def _oauth(self, metadata: Metadata, *, nonce: str = "") -> OAuth:
        return OAuth(
            authorize_url=metadata.authorize_url,
            token_url=metadata.token_url,
            issuer=metadata.issuer,
            iss_parameter=metadata.iss_parameter,
            client_auth=metadata.client_auth,
            extra_authorize_params={"nonce": nonce},
        )

    def _claims(self, fields: Mapping[str, Any], metadata: Metadata, nonce: str) -> Mapping[str, Any]:
        token = fields.get("id_token")
        if not isinstance(token, str):
            raise IdentityRefused("token-missing")
        expected = Expected(metadata.issuer, self.sign_in.client_id, nonce, fields["access_token"], self.http.clock())
        for renew in (False, True):
            try:
                return read_id_token(token, self.issuers.keys(self.http, metadata, renew=renew), expected)
            except UnknownKey:
                continue
        raise IdentityRefused("token-key-unknown")

    def _told_besides(self, claims: Mapping[str, Any], metadata: Metadata, access_token: str) -> Mapping[str, Any]:
        """What the token leaves out, as the provider's own page for it says; empty when nothing is missing."""
        wanted = {"email", "name", self.sign_in.groups_claim}
        if metadata.userinfo_url is None or wanted <= claims.keys():
            return {}
        parts = urlsplit(metadata.userinfo_url)
        session = Session(self.http, Api(base_url=f"{parts.scheme}://{parts.netloc}"), access_token)
        answer = session.get(metadata.userinfo_url, body_bytes=TOKEN_BODY_BYTES)
        told = answer.json()
        if not isinstance(told, dict):
            raise BadAnswer(answer.host, reason="not an object")
        if told.get("sub") != claims["sub"]:
            raise IdentityRefused("userinfo-sub")
        return told

    def _identity(self, claims: Mapping[str, Any], besides: Mapping[str, Any]) -> Identity:
        both = {**besides, **claims}
        return Identity(
            issuer=self.sign_in.issuer,
            subject=claims["sub"],
            # An address counts with what is said of it in the same place.
            email=self._vouched(claims if "email" in claims else besides),
            name=_name(both),
            groups=_groups(both.get(self.sign_in.groups_claim)),
        )

    def _vouched(self, claims: Mapping[str, Any]) -> str | None:
        email, verified = claims.get("email"), claims.get("email_verified")
        believed = verified is True or verified == "true" or (verified is None and self.sign_in.emails_verified)
        return email if isinstance(email, str) and believed else None


def _name(claims: Mapping[str, Any]) -> str:
    parts = [claims.get("name")] if claims.get("name") else [claims.get("given_name"), claims.get("family_name")]
    return one_line(" ".join(part for part in parts if isinstance(part, str)))[:NAME_LIMIT].strip()


def _groups(said: object) -> frozenset[str]:
    """A list of names; some providers write a single one without the list."""
    listed = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    return frozenset(group for group in listed[:_MOST_GROUPS] if isinstance(group, str))
