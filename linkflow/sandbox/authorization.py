"""The authorization server: Authlib's, with its gaps closed and what it stores put in our own tables."""

from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc9207 import IssuerParameter
from flask import Flask, current_app

from linkflow.sandbox.client import SCOPES, Client
from linkflow.sandbox.grants import Grants
from linkflow.sandbox.oauth_grants import CodeGrant, Revocation, RotatingGrant, S256Required
from linkflow.sandbox.settings import SandboxSettings

_DAY = 86_400


class SandboxServer(AuthorizationServer):
    """Knows one client; issues short-lived access tokens and single-use refresh tokens."""

    def __init__(self, app: Flask, settings: SandboxSettings, grants: Grants) -> None:
        self.settings = settings
        self.grants = grants
        life = settings.access_seconds
        app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True
        app.config["OAUTH2_TOKEN_EXPIRES_IN"] = {"authorization_code": life, "refresh_token": life}
        app.config["OAUTH2_SCOPES_SUPPORTED"] = list(SCOPES)
        super().__init__(app, query_client=self._client, save_token=self._save)
        self._issuer = _Issuer(settings.issuer)
        self.register_extension(self._issuer)
        self.register_grant(CodeGrant, [S256Required(required=True)])
        self.register_grant(RotatingGrant)
        self.register_endpoint(Revocation)

    def refuse(self, request: Any, error: Any) -> Any:
        """Send an authorization error back to the client, with `iss`; only for an error that knows where to."""
        response = self.handle_error_response(request, error)
        self._issuer.add_issuer_parameter(self, response)
        return response

    def _client(self, client_id: str) -> Client | None:
        return Client(self.settings) if client_id == self.settings.client_id else None

    def _save(self, token: dict[str, Any], request: Any) -> None:
        source = getattr(request, "refresh_token", None) or request.authorization_code
        self.grants.add_tokens(
            source.grant.id,
            token["scope"],
            access=token["access_token"],
            access_life=self.settings.access_seconds,
            refresh=token.get("refresh_token"),
            refresh_life=self.settings.refresh_days * _DAY,
        )


class _Issuer(IssuerParameter):
    def __init__(self, issuer: str) -> None:
        self._issuer = issuer

    def get_issuer(self) -> str:
        return self._issuer


def metadata(settings: SandboxSettings) -> dict[str, Any]:
    """The RFC 8414 document."""
    at = f"{settings.issuer}/oauth"
    auth = ["client_secret_basic", "client_secret_post"]
    return {
        "issuer": settings.issuer,
        "authorization_endpoint": f"{at}/authorize",
        "token_endpoint": f"{at}/token",
        "revocation_endpoint": f"{at}/revoke",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": auth,
        "revocation_endpoint_auth_methods_supported": auth,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
    }


def server() -> SandboxServer:
    """The authorization server of the running app."""
    found: SandboxServer = current_app.extensions["sandbox_server"]
    return found
