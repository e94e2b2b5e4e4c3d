"""Which connections need a person, why and by when: one rule, for a company's page, the forecast and whoever asks.

`store.needing` has the same rule in SQL, for lists; a test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState, data_types_of
from linkflow.domain.search import pieces
from linkflow.domain.software import OAuth
from linkflow.domain.upkeep import FORECAST, Need, Why, human_needed
from linkflow.organization_model import Access
from linkflow.services.browsing import EVERYBODY, MINE, SIZES, scope_of
from linkflow.services.context import Context
from linkflow.services.sight import seen_by
from linkflow.store import company_rows, forecast, user_list
from linkflow.store.connections import Connection
from linkflow.store.forecast import Asked, Forecast, ForecastFilter, Sort
from linkflow.store.grants import Grant, GrantFacts
from linkflow.store.needing import Scopes
from linkflow.store.user_list import NamedUser
from linkflow.store.users import User


@dataclass(frozen=True, kw_only=True)
class WantedForecast:
    """`of` is whose companies: `me`, `all`, `nobody`, or a user's id."""

    of: str = MINE
    words: str = ""
    why: Why | None = None
    software: str | None = None
    asked: Asked | None = None
    sort: Sort = Sort.DUE
    descending: bool = False
    size: int = SIZES[0]
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, kw_only=True)
class BrowsedForecast:
    """A page; `counts` of everything in that scope; `users` may be filtered by; `elsewhere`: others have some."""

    page: Forecast
    counts: Mapping[Why, int]
    assigned: Mapping[str, tuple[str, ...]]
    users: tuple[NamedUser, ...]
    elsewhere: bool


def browse(ctx: Context, user: User, wanted: WantedForecast) -> BrowsedForecast:
    """The connections of companies in the user's sight that need a person within thirty days."""
    chosen = _filter(
        ctx,
        scope_of(ctx, user, wanted.of),
        pieces=pieces(wanted.words),
        why=wanted.why,
        software=wanted.software,
        asked=wanted.asked,
        sort=wanted.sort,
        descending=wanted.descending,
        before=wanted.before,
        after=wanted.after,
    )
    restricted = seen_by(ctx, user) is not None
    with ctx.database.reading() as tx:
        page = forecast.list_forecast(tx, user.organization, chosen, size=wanted.size)
        counts = forecast.count_forecast(tx, user.organization, chosen)
        everything = {} if counts or restricted else forecast.count_forecast(tx, user.organization, _all(ctx, user))
        return BrowsedForecast(
            page=page,
            counts=counts,
            assigned=company_rows.users_of_companies(tx, [row.company_id for row in page.rows]),
            users=() if restricted else user_list.named_users(tx, user.organization, chosen=wanted.of),
            elsewhere=bool(everything),
        )


def foreseen(ctx: Context, tx: Transaction, user: User, ids: tuple[str, ...]) -> tuple[forecast.Foreseen, ...]:
    """Of the connections named those that need a person, of companies in the user's sight, the nearest first."""
    chosen = _filter(ctx, scope_of(ctx, user, EVERYBODY), only=ids)
    return forecast.list_forecast(tx, user.organization, chosen, size=len(ids)).rows


def need_of(
    ctx: Context,
    held: Connection,
    grant: Grant | GrantFacts | None,
    *,
    scopes_asked: str,
    within: datetime | None = None,
) -> Need | None:
    """Why a live connection needs a person, and by when; None where it needs nobody, or not `within` a time."""
    software, now = ctx.catalogue.get(held.software), ctx.now()
    if held.state == ConnectionState.NEEDS_REAUTH:
        return Need(grant.updated_at if grant else now, Why.LOST)
    if held.state != ConnectionState.LINKED or held.kind != "software":
        return None
    active = grant if grant is not None and grant.is_active else None
    if active and software and software.oauth and _lacks(software.oauth, held, active, scopes_asked):
        return Need(now, Why.SCOPE)
    need = human_needed(software.tokens, active.life, now=now) if active and software else None
    if held.access_until is not None and (need is None or need.at >= held.access_until):
        need = Need(held.access_until, Why.ACCESS) if held.access == Access.ONGOING else None
    return need if need is None or within is None or need.at <= within else None


def soon(ctx: Context) -> datetime:
    """The end of the forecast."""
    return ctx.now() + FORECAST


def _lacks(oauth: OAuth, held: Connection, grant: Grant | GrantFacts, scopes_asked: str) -> bool:
    """A general scope that was asked for counts as given, for servers do not name them all; not so what is read by."""
    granted, needed = set(grant.scopes.split()), oauth.needed_for(data_types_of(held.data_types))
    return not (needed <= granted and set(oauth.scopes) <= granted | set(scopes_asked.split()))


def _all(ctx: Context, user: User) -> ForecastFilter:
    return _filter(ctx, scope_of(ctx, user, EVERYBODY))


def _filter(ctx: Context, scope: str, **more: object) -> ForecastFilter:
    today = {
        one.id: Scopes(asked=one.oauth.scopes, by_type=one.oauth.scopes_by_data_type)
        for one in ctx.catalogue.values()
        if one.oauth is not None
    }
    return ForecastFilter(scope=scope, scopes=today, horizon=soon(ctx), **more)  # type: ignore[arg-type]  # fields by name
