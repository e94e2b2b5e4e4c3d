"""Notes to the organization's users about one request: to those the company is assigned to, else to its maker.

Each is told as they chose: by a mail queued in the transaction that made the news true, once a day with all other
news (`digesting.py`), or not at all.
"""

from dataclasses import replace
from datetime import timedelta

from linkflow.domain.entities import ENTITIES_LIMIT
from linkflow.domain.links import company_page_path
from linkflow.domain.notices import MailChoice
from linkflow.domain.ports import Transaction
from linkflow.mail import NoticeMail, news
from linkflow.services import mailing
from linkflow.services.context import Context
from linkflow.store import notices, throttles, users
from linkflow.store.notices import Notice
from linkflow.store.users import User
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

    `declined`, `available`, `file_arrived`, `failed`, `passed_on`, `software_missing`, `company_mismatch`,
    `different_company` or `undeliverable`. `reason` is what the customer wrote; `named` is the product, company or
    address the news is about.
    """
    told = [user for user in _who_looks_after(tx, link) if user.mails != MailChoice.OFF]
    if not told or throttles.count(tx, f"notice:{kind}:{link.request_id}", window=WINDOW, now=ctx.now()) > A_DAY:
        return
    about = NoticeMail(
        user_name="",
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
    for user in told:
        if user.mails == MailChoice.DAILY:
            _keep(ctx, tx, kind, link, about, user)
        else:
            mail = replace(about, user_name=user.name)
            mailing.queue_mail(ctx, tx, kind, link, mail, recipient=user.email, carries_link=False)


def _who_looks_after(tx: Transaction, link: LinkVisit) -> tuple[User, ...]:
    assigned = users.users_of_company(tx, link.company_id)
    maker = users.maker_of_request(tx, link.request_id)
    return assigned or ((maker,) if maker is not None else ())


def _keep(ctx: Context, tx: Transaction, kind: str, link: LinkVisit, about: NoticeMail, user: User) -> None:
    organization = ctx.organizations()[link.organization]
    waiting = Notice(
        id=ctx.new_id(),
        organization=link.organization,
        user_id=user.id,
        company_id=link.company_id,
        company_name=link.company_name,
        text=news(kind, organization, language=organization.default_language, context=about),
        created_at=ctx.now(),
    )
    notices.add_notice(tx, waiting)
