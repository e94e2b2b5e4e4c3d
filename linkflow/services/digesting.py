"""A day's news in one mail, at eight in the morning where the organization is, to users who want it so.

Exactly one mail a user and day, however often this runs and however late: its id follows from both, and its news are
taken out in the transaction that makes it. Without news there is no mail.
"""

import contextlib
from collections.abc import Iterable
from datetime import datetime

from linkflow.domain.errors import Conflict
from linkflow.domain.links import company_page_path, id_from, portal_path
from linkflow.domain.notices import last_digest
from linkflow.mail import CompanyNews, DigestMail
from linkflow.services import account_mails
from linkflow.services.context import Context
from linkflow.services.mailing import logo_url
from linkflow.store import notices, users
from linkflow.store.notices import Notice

SHOWN = 100
"""Sentences in one mail; of more it says how many."""
TAKEN = 2000
"""News of one user taken out at a time; what is left comes with the next day's."""


def send_due(ctx: Context) -> int:
    """Queue every mail that is due now; answers how many."""
    sent = 0
    for slug, organization in ctx.organizations().items():
        due = last_digest(ctx.now(), organization.timezone)
        with ctx.database.reading() as tx:
            waiting = notices.who_waits(tx, slug, made_before=due)
        sent += sum(_send(ctx, user_id, due) for user_id in waiting)
    return sent


def _send(ctx: Context, user_id: str, due: datetime) -> bool:
    # A conflict: another worker makes the same mail in this very moment.
    with contextlib.suppress(Conflict), ctx.database.transaction() as tx:
        user = users.user(tx, user_id)
        found = notices.waiting(tx, user_id, made_before=due, limit=TAKEN)
        if user is None or not found:
            return False
        context = DigestMail(
            user_name=user.name,
            portal_url=ctx.address(portal_path()),
            news=_by_company(ctx, found[:SHOWN]),
            left_out=len(found[SHOWN:]),
            logo_url=logo_url(ctx, user.organization),
        )
        mail = account_mails.digest_mail(ctx, user, context, message_id=id_from("digest", user_id, due.isoformat()))
        if account_mails.queue(tx, mail):
            notices.delete_notices(tx, [one.id for one in found])
            return True
    return False


def _by_company(ctx: Context, found: Iterable[Notice]) -> tuple[CompanyNews, ...]:
    told: dict[str, list[Notice]] = {}
    for one in found:
        told.setdefault(one.company_id, []).append(one)
    return tuple(
        CompanyNews(
            company_name=of_one[-1].company_name,
            portal_url=ctx.address(company_page_path(company_id)),
            sentences=tuple(one.text for one in of_one),
        )
        for company_id, of_one in told.items()
    )
