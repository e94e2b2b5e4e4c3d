"""Notes to the organization's users about one request: to those the company is assigned to, else to its maker.

One mail each, queued in the transaction that made the news true.
"""

from datetime import timedelta

from linkflow.domain.entities import ENTITIES_LIMIT
from linkflow.domain.links import company_page_path
from linkflow.domain.ports import Transaction
from linkflow.mail import NoticeMail
from linkflow.services import mailing
from linkflow.services.context import Context
from linkflow.store import throttles, users
from linkflow.store.visits import LinkVisit

A_DAY = ENTITIES_LIMIT
WINDOW = timedelta(days=1)


def queue_notices(
    ctx: Context,
    tx: Transaction,
    kind: str,
    *,
    link: LinkVisit,
    reason: str | None = None,
    entity_id: str | None = None,
    named: str | None = None,
) -> None:
    """A note of this kind to whoever looks after the company; as many a day as a request can have entities.

    `declined`, `available`, `passed_on`, `software_missing` or `company_mismatch`. `reason` is what the customer wrote;
    `named` is the product, company or masked address the news is about.
    """
    if throttles.count(tx, f"notice:{kind}:{link.request_id}", window=WINDOW, now=ctx.now()) > A_DAY:
        return
    assigned = [(user.name, user.email) for user in users.users_of_company(tx, link.company_id)]
    maker = [(link.rm_name, link.rm_email)] if link.rm_name and link.rm_email else []
    for name, email in assigned or maker:
        context = NoticeMail(
            user_name=name,
            company_name=link.company_name,
            request_name=link.request_name,
            portal_url=ctx.address(company_page_path(link.company_id)),
            happened_at=ctx.now(),
            data_types=link.data_types,
            entity_name=mailing.entity_name(tx, link.company_id, entity_id),
            reason=reason,
            named=named,
            logo_url=mailing.logo_url(ctx, link.organization),
        )
        mailing.queue_mail(ctx, tx, kind, link, context, recipient=email, carries_link=False)
