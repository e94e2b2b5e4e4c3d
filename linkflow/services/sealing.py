"""A grant's tokens in and out of their sealed form, each bound to its own column of its own row."""

from linkflow.outbound.oauth2 import Tokens
from linkflow.services.context import Context
from linkflow.services.vault import Place
from linkflow.store.grants import Grant

ACCESS, REFRESH, PREVIOUS = "access_token", "refresh_token", "previous_refresh_token"


def open_token(ctx: Context, grant: Grant, column: str) -> str | None:
    """The token in a column; None where there is none. Raises `VaultError` when it cannot be read."""
    sealed: str | None = getattr(grant, column)
    return None if sealed is None else ctx.vault.open(sealed, _place(grant.organization, grant.id, column))


def seal_token(ctx: Context, token: str | None, *, organization: str, grant_id: str, column: str) -> str | None:
    """A token for a column."""
    return None if token is None else ctx.vault.seal(token, _place(organization, grant_id, column))


def seal_tokens(ctx: Context, tokens: Tokens, *, organization: str, grant_id: str) -> dict[str, str | None]:
    """A software's answer as the values of the columns."""
    fresh = {ACCESS: tokens.access_token, REFRESH: tokens.refresh_token}
    return {
        column: seal_token(ctx, token, organization=organization, grant_id=grant_id, column=column)
        for column, token in fresh.items()
    }


def _place(organization: str, grant_id: str, column: str) -> Place:
    return Place(organization, "grants", grant_id, column)
