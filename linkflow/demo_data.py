"""What the demo has in it from the start: somebody to sign in as, and one open request of each kind.

Made through the same services as everything else. A request that somebody has begun to answer is left as it is, and a
new company with a request of that kind is added, so that each start has three links to try.
"""

from collections.abc import Mapping

from linkflow.domain.requests import DataTypes, RequestStatus, data_types_of
from linkflow.jobs.upgrade import upgrade
from linkflow.keyfiles import ensure_secret
from linkflow.services.accounts import account, add_account
from linkflow.services.context import Context
from linkflow.services.requesting import Ask, NewCompany, ask_new_company, link_address
from linkflow.store import companies, requests
from linkflow.store.users import User
from linkflow.wiring import context_from

ORGANIZATION = "northbank"
EMAIL = "rm@example.com"
UNTOUCHED = {RequestStatus.DRAFT, RequestStatus.REQUESTED}
COMPANIES = {
    "financials": NewCompany(name="Abra Kebabra Ltd", contact_name="Olive Owner", contact_email="owner@example.com"),
    "spend_analysis": NewCompany(name="Hairosmith", contact_name="Grace Group", contact_email="group@example.com"),
    "both": NewCompany(name="The Codfather", contact_name="Don Cod", contact_email="codfather@example.com"),
}
ASKED = {
    "financials": Ask(data_types=data_types_of("financials"), name="Business loan review"),
    "spend_analysis": Ask(data_types=data_types_of("spend_analysis"), name="Virtual card application"),
    "both": Ask(data_types=data_types_of("financials,spend_analysis"), name="Working capital review"),
}


def prepare(environ: Mapping[str, str]) -> tuple[str, str, Mapping[str, str]]:
    """Check the configuration, bring the database up to date and fill it; answers email, password and links by kind.

    ConfigurationError with every mistake, before anything is written.
    """
    ctx = context_from(environ)
    try:
        upgrade(ctx.settings.database_url)
        password = ensure_secret(ctx.settings.data_dir / "keys" / "portal_password")
        user = account(ctx, EMAIL) or add_account(
            ctx, EMAIL, password, organization=ORGANIZATION, name="Rita Manning", role="administrator"
        )
        return EMAIL, password, {kind: _ready_link(ctx, user, kind) for kind in COMPANIES}
    finally:
        ctx.database.dispose()


def _ready_link(ctx: Context, user: User, kind: str) -> str:
    return _untouched_link(ctx, ASKED[kind].data_types) or ask_new_company(ctx, user, COMPANIES[kind], ASKED[kind]).link


def _untouched_link(ctx: Context, asked: DataTypes) -> str | None:
    """The address of an earlier start's request that nobody has begun to answer and that is still good."""
    with ctx.database.reading() as tx:
        for company in companies.companies_of(tx, ORGANIZATION):
            for request in requests.requests_of_company(tx, company.id):
                link = requests.links_of_request(tx, request.id)[0]
                good = link.revoked_at is None and link.expires_at > ctx.now()
                if good and request.status in UNTOUCHED and data_types_of(request.data_types) == asked:
                    return link_address(ctx, link.id, link.issue)
    return None
