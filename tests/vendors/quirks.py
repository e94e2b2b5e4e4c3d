"""The dials of a vendor's authorization server and API: how it differs from plain RFC 6749 and a bearer token.

Addresses are host and path ("accounts.example.com/oauth/token"), for every host of a vendor is a first part of the
path here (`overlay.py`). What no dial says, a vendor's class says in a method (`kit.Vendor`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Quirks:
    """`Placeholders` such as `{dc}` in addresses match any host name."""

    authorize: str
    token: str
    revoke: str | None = None

    client_auth: frozenset[str] = frozenset({"basic"})
    """Ways in which the client's secret may come: `basic`, `body` (a form), `json`."""
    pkce: Literal["required", "optional", "ignored"] = "optional"
    scopes: frozenset[str] | None = None
    """Every scope there is; another one is refused. None: the vendor has no scopes and refuses to be told any."""
    scope_separator: str = " "
    scope_on_token: bool = False
    """The token request must repeat the scopes."""
    offline_scope: str | None = None
    """Without this scope there is no refresh token."""
    authorize_params: Mapping[str, str] = field(default_factory=dict)
    """What must stand in the address the customer is sent to; without it there is an error page."""
    chooses: Literal["nothing", "one", "some"] = "nothing"
    """What the consent page asks: the companies of a sign-in are all of that person's, or the chosen ones."""
    state_on_denial: bool = True
    code_seconds: int = 600
    reused_code_ends_grant: bool = False

    access_seconds: int = 3600
    refresh_seconds: int | None = None
    """None: a refresh token lives until it is used, replaced or revoked."""
    rolling: bool = True
    """Where refresh tokens are kept, each use begins their life anew."""
    rotates: bool = False
    rotates_after: int = 0
    """A refresh token younger than this many seconds comes back as it is."""
    grace_seconds: int = 0
    """How long a refresh token that was replaced still works."""
    reused_refresh_ends_grant: bool = False
    earliest_refresh: int | None = None
    """Nothing is refreshed while the access token is good for more than this many seconds."""
    hard_end_seconds: int | None = None
    """However often it is used, a sign-in ends after these."""
    refresh_tokens_each: int | None = None
    """More than this many of one person make the oldest invalid."""
    access_tokens_in: tuple[int, int] | None = None
    """So many access tokens for one refresh token in so many seconds."""
    refresh_needs_redirect: bool = False
    revokes: frozenset[str] = frozenset({"refresh", "access"})
    """Which tokens the revocation endpoint knows; the others it ignores."""
    revoke_as: frozenset[str] = frozenset({"form"})
    """How the token to revoke may come: `form`, `json`, `query`."""
    revoke_needs_client: bool = True

    scheme: str = "Bearer"
    needs_headers: Mapping[str, str] = field(default_factory=dict)
    """Headers of every API call, in lower case; `*` is any value, `{client_id}` the client's id."""
    links: tuple[str, ...] = ()
    """Fields of an answer that lead to the next page, or `link` for the header."""
    limits: tuple[tuple[int, int], ...] = ()
    """So many calls in so many seconds for one company, held only by a vendor that is told to."""
