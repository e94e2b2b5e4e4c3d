"""The two ways to a token, on Authlib: a code with PKCE S256, and a refresh token that rotates.

A code or refresh token seen twice ends the whole grant, as RFC 9700 asks. With a grace configured, an exchanged
refresh token still works for that long, as some products allow.
"""

from typing import Any, Protocol

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge

from linkflow.sandbox.client import OFFLINE
from linkflow.sandbox.grant_values import Code, Token
from linkflow.sandbox.grants import Grants
from linkflow.sandbox.people import PEOPLE, Person
from linkflow.sandbox.settings import SandboxSettings

_BOTH = ["client_secret_basic", "client_secret_post"]


class Server(Protocol):
    """What the grants need of the authorization server they are registered with."""

    settings: SandboxSettings
    grants: Grants


class S256Required(CodeChallenge):
    """PKCE for everybody: Authlib's `required` covers public clients only, and allows `plain`."""

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        """Refuse an authorization request without an S256 challenge."""
        data = grant.request.payload.data
        if not data.get("code_challenge") or data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("A code_challenge with the method S256 is required")
        super().validate_code_challenge(grant, redirect_uri)


class CodeGrant(AuthorizationCodeGrant):
    """Codes: stored as hashes, short-lived, used once."""

    server: Server
    TOKEN_ENDPOINT_AUTH_METHODS = _BOTH

    def save_authorization_code(self, code: str, request: Any) -> None:
        """Store the approval as a grant, and its code."""
        grants = self.server.grants
        grant_id = grants.start(
            client_id=request.client.client_id,
            person=request.user.email,
            scope=request.scope,
            companies=request.companies,
        )
        grants.add_code(
            grant_id,
            code,
            redirect_uri=request.payload.redirect_uri,
            challenge=request.payload.data["code_challenge"],
            method=request.payload.data["code_challenge_method"],
            life=self.server.settings.code_seconds,
        )

    def query_authorization_code(self, code: str, client: Any) -> Code | None:
        """Find a code that may still be used; a second use ends the grant."""
        found = self.server.grants.find_code(code)
        if found is None or found.grant.client_id != client.client_id or found.grant.revoked:
            return None
        if found.used is not None:
            self.server.grants.end(found.grant.id)
            return None
        return found if found.expires > self.server.grants.now else None

    def authenticate_user(self, authorization_code: Code) -> Person | None:
        """Use the code up, after everything else was checked, and say whose it was."""
        if not self.server.grants.claim_code(authorization_code):
            self.server.grants.end(authorization_code.grant.id)
            raise InvalidGrantError("Invalid 'code' in request.")
        return PEOPLE.get(authorization_code.grant.person)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Nothing: a used code is kept, so that its second use is noticed."""

    def generate_token(self, *args: Any, **wanted: Any) -> Any:
        """A refresh token only where `offline_access` was approved."""
        wanted["include_refresh_token"] = OFFLINE in str(wanted.get("scope")).split()
        return super().generate_token(*args, **wanted)


class RotatingGrant(RefreshTokenGrant):
    """Refresh tokens: each works once and brings the next."""

    server: Server
    TOKEN_ENDPOINT_AUTH_METHODS = _BOTH
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> Any:
        """Find a refresh token that may still be used; a second use ends the grant."""
        found = self.server.grants.find_refresh(refresh_token)
        if found is None or found.grant.revoked or found.expires <= self.server.grants.now:
            return None
        if found.used is not None and not self._in_grace(found):
            self.server.grants.end(found.grant.id)
            return None
        return found

    def authenticate_user(self, refresh_token: Token) -> Person | None:
        """Use the token up, after everything else was checked, and say whose it was."""
        if not self.server.grants.claim_refresh(refresh_token) and not self._repeats(refresh_token):
            self.server.grants.end(refresh_token.grant.id)
            raise InvalidGrantError
        return PEOPLE.get(refresh_token.grant.person)

    def revoke_old_credential(self, refresh_token: Any) -> None:
        """Nothing: the old token was used up before the new one was made."""

    def _in_grace(self, token: Token) -> bool:
        grace = self.server.settings.grace_seconds
        return token.used is not None and self.server.grants.now - token.used < grace

    def _repeats(self, token: Token) -> bool:
        return self.server.settings.grace_seconds > 0 and (token.used is None or self._in_grace(token))


class Revocation(RevocationEndpoint):
    """RFC 7009: a refresh token takes its grant with it, an access token only itself."""

    server: Server
    CLIENT_AUTH_METHODS = _BOTH

    def query_token(self, token_string: str, token_type_hint: str | None) -> Token | None:
        """Find either kind; the hint is only a hint."""
        grants = self.server.grants
        return grants.find_refresh(token_string) or grants.find_access(token_string)

    def revoke_token(self, token: Token, request: Any) -> None:
        """End the grant, or the one access token."""
        if token.issued:
            self.server.grants.end_access(token)
        else:
            self.server.grants.end(token.grant.id)
