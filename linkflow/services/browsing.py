"""The list of companies a user works from: filtered, sorted and turned by what its address says."""

from collections.abc import Mapping
from dataclasses import dataclass

from linkflow.domain.search import pieces
from linkflow.services.context import Context
from linkflow.services.sight import seen_by
from linkflow.store import company_list, company_listings, company_rows, user_list
from linkflow.store.companies import Company
from linkflow.store.company_list import CompanyFilter, CompanyList, Sort
from linkflow.store.company_rows import ListedEntity
from linkflow.store.user_list import NamedUser
from linkflow.store.users import User

MINE, EVERYBODY, NOBODY = "me", "all", "nobody"
SIZES = (25, 50, 100)
"""How many companies a page may have, the usual number first."""


@dataclass(frozen=True, kw_only=True)
class WantedCompanies:
    """`of` is whose companies: `me`, `all`, `nobody`, or a user's id. `status` is None for any, empty for not asked."""

    of: str = MINE
    words: str = ""
    status: str | None = None
    sort: Sort = Sort.CHANGED
    descending: bool = True
    size: int = SIZES[0]
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, kw_only=True)
class BrowsedCompanies:
    """A page of companies with their users' names and entities; `users` may be filtered by; `any_at_all` in sight."""

    page: CompanyList
    assigned: Mapping[str, tuple[str, ...]]
    entities: Mapping[str, tuple[ListedEntity, ...]]
    users: tuple[NamedUser, ...]
    any_at_all: bool

    @property
    def companies(self) -> tuple[Company, ...]:
        """The page's companies."""
        return self.page.companies


def browse(ctx: Context, user: User, wanted: WantedCompanies) -> BrowsedCompanies:
    """The page; whoever sees only what is assigned to them gets just that, whatever they ask for."""
    restricted = seen_by(ctx, user)
    scope = scope_of(ctx, user, wanted.of)
    chosen = CompanyFilter(
        scope=scope,
        pieces=pieces(wanted.words),
        status=wanted.status,
        sort=wanted.sort,
        descending=wanted.descending,
        before=wanted.before,
        after=wanted.after,
    )
    everything = scope if restricted else company_listings.everybody(user.organization)
    with ctx.database.reading() as tx:
        page = company_list.list_companies(tx, user.organization, chosen, size=wanted.size)
        ids = [company.id for company in page.companies]
        entities: dict[str, tuple[ListedEntity, ...]] = {}
        for entity in company_rows.entities_of_companies(tx, ids):
            entities[entity.company_id] = (*entities.get(entity.company_id, ()), entity)
        return BrowsedCompanies(
            page=page,
            assigned=company_rows.users_of_companies(tx, ids),
            entities=entities,
            users=() if restricted else user_list.named_users(tx, user.organization, chosen=wanted.of),
            any_at_all=company_list.has_companies(tx, everything),
        )


def scope_of(ctx: Context, user: User, of: str) -> str:
    """Whose companies these are, as the store's lists know it; never beyond the user's sight."""
    restricted = seen_by(ctx, user)
    if restricted:
        return company_listings.of_user(restricted)
    if of == EVERYBODY:
        return company_listings.everybody(user.organization)
    if of == NOBODY:
        return company_listings.nobody(user.organization)
    # Lists of other organizations' users hold none of this one's companies; the store leaves theirs out.
    return company_listings.of_user(user.id if of == MINE else of)
