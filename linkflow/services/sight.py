"""What of their organization a user may see: every company, or those assigned to them where it wants that.

What is out of sight is not found, exactly like another organization's.
"""

from collections.abc import Mapping

from linkflow.domain.errors import CompanyGoing, NotFound
from linkflow.domain.ports import Transaction
from linkflow.organization_model import Sight
from linkflow.services.context import Context
from linkflow.store import companies, connections, owners, requests
from linkflow.store.companies import Company
from linkflow.store.connections import Connection
from linkflow.store.requests import DataRequest
from linkflow.store.users import User


def seen_by(ctx: Context, user: User) -> str | None:
    """The user's id where only the companies assigned to them are in sight; None where all are."""
    restricted = ctx.organizations()[user.organization].portal.sight is Sight.ASSIGNED
    return user.id if restricted and user.role != "administrator" else None


def require_in_sight(ctx: Context, user: User, named: Mapping[str, str]) -> None:
    """Raises `NotFound` where an address names something, by id, that is not the user's to see."""
    with ctx.database.reading() as tx:
        for name in named.keys() & owners.NAMES.keys():
            found = owners.owner(tx, owners.NAMES[name], named[name])
            if found is None or found[0] != user.organization:
                raise NotFound
            if found[1] is not None:
                seen_company(ctx, tx, user, found[1])


def seen_company(ctx: Context, tx: Transaction, user: User, company_id: str) -> Company:
    """One company in the user's sight; raises `NotFound` for every other, `CompanyGoing` for one that was deleted."""
    found = companies.company(tx, user.organization, company_id)
    restricted = seen_by(ctx, user)
    if found is None or (restricted and not companies.is_assigned(tx, found.id, restricted)):
        raise NotFound
    if found.deleting_at is not None:
        raise CompanyGoing(organization=found.organization)
    return found


def seen_request(ctx: Context, tx: Transaction, user: User, request_id: str) -> DataRequest:
    """One request to a company in the user's sight; raises `NotFound` for every other."""
    found = requests.request(tx, user.organization, request_id)
    if found is None:
        raise NotFound
    seen_company(ctx, tx, user, found.company_id)
    return found


def seen_connection(ctx: Context, tx: Transaction, user: User, connection_id: str) -> Connection:
    """One connection of a company in the user's sight; raises `NotFound` for every other."""
    found = connections.connection(tx, connection_id)
    if found is None or found.organization != user.organization:
        raise NotFound
    seen_company(ctx, tx, user, found.company_id)
    return found
