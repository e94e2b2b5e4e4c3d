"""What the authorization server remembers, as values; some names are those Authlib reads."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Grant:
    """One approval: who lets which client read what of which companies."""

    id: str
    client_id: str
    person: str
    scope: str
    companies: tuple[str, ...]
    revoked: bool


@dataclass(frozen=True)
class Token:
    """An access or refresh token as stored; `used` says when a refresh token was exchanged."""

    hash: str
    grant: Grant
    scope: str
    expires: float
    issued: float = 0.0
    used: float | None = None
    revoked: bool = False

    def check_client(self, client: object) -> bool:
        """Whether the token was issued to that client; Authlib asks."""
        return getattr(client, "client_id", None) == self.grant.client_id

    def get_scope(self) -> str:
        """The token's scope; Authlib asks."""
        return self.scope


@dataclass(frozen=True)
class Code:
    """An authorization code as stored; the names are those Authlib reads."""

    hash: str
    grant: Grant
    redirect_uri: str
    code_challenge: str
    code_challenge_method: str
    expires: float
    used: float | None

    def get_redirect_uri(self) -> str:
        """Where the code was sent."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """What was approved."""
        return self.grant.scope
