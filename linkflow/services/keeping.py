"""Keeping companies: adding one, changing it, and saying whose it is.

A link belongs to the contact it was mailed to. When the contact's address changes, every link of the company stops in
the same transaction, and mails that wait to leave with one are dropped; new ones go out when somebody asks for them.
"""

import re
from dataclasses import dataclass

from linkflow.domain.addresses import same_mailbox
from linkflow.domain.errors import Conflict, Refused, together
from linkflow.domain.links import new_id
from linkflow.domain.ports import Transaction
from linkflow.services import following_up, happenings
from linkflow.services.context import Context
from linkflow.services.drafting import bytes_of
from linkflow.services.requesting import NewCompany, checked_company, store_company
from linkflow.services.sight import seen_company
from linkflow.services.statuses import refresh_statuses
from linkflow.store import companies, messages, requests, users
from linkflow.store.companies import Company
from linkflow.store.requests import DataRequest
from linkflow.store.turns import take_turn
from linkflow.store.users import User

USERS_SHOWN = 200
"""More colleagues than this are assigned by typing their addresses."""


@dataclass(frozen=True, kw_only=True)
class KeptCompany:
    """A company as typed: `user_ids` were ticked, `others` are addresses of further colleagues."""

    company: NewCompany
    user_ids: tuple[str, ...]
    others: str = ""


@dataclass(frozen=True)
class Colleagues:
    """Whom a company can be assigned to, by name; `more` says that there are others."""

    listed: tuple[User, ...]
    assigned: frozenset[str]
    more: bool


def colleagues(ctx: Context, user: User, company_id: str | None = None) -> Colleagues:
    """Those the company is assigned to and `USERS_SHOWN` others; a new one goes to who adds it."""
    with ctx.database.reading() as tx:
        listed = users.active_users(tx, user.organization, limit=USERS_SHOWN + 1)
        assigned = users.users_of_company(tx, company_id) if company_id else (user,)
    shown = {one.id: one for one in (*assigned, *listed[:USERS_SHOWN])}
    by_name = sorted(shown.values(), key=lambda one: (one.name, one.id))
    return Colleagues(tuple(by_name), frozenset(one.id for one in assigned), len(listed) > USERS_SHOWN)


def add(ctx: Context, user: User, typed: KeptCompany, *, draft: str) -> str:
    """A new company; answers its id, also when this draft of it had been added already. Raises `Refused`."""
    company_id = new_id(bytes_of(ctx, user, draft, "company"))
    try:
        with ctx.database.transaction() as tx:
            checked, chosen = _checked(tx, user, typed)
            store_company(ctx, tx, user, checked, user_ids=chosen, company_id=company_id)
    except Conflict:
        with ctx.database.reading() as tx:
            if companies.company(tx, user.organization, company_id) is None:
                raise
    return company_id


def edit(ctx: Context, user: User, company_id: str, typed: KeptCompany, *, version: int) -> bool:
    """Change a company that still is as it was shown; answers whether links were taken back. Raises `Refused`."""
    with ctx.database.transaction() as tx:
        take_turn(tx, company_id)
        before = seen_company(ctx, tx, user, company_id)
        _, (checked, chosen) = together(lambda: _assert_version(before, version), lambda: _checked(tx, user, typed))
        values = {name: getattr(checked, name) for name in ("name", "description", "contact_name", "contact_email")}
        companies.update_company(tx, before.id, **values)
        changed = [name for name, value in values.items() if value != getattr(before, name)]
        if companies.assign(tx, before.id, chosen):
            changed.append("users")
        if changed:
            detail = " ".join(changed).replace("_", "-")
            happenings.note_by_user(ctx, tx, "company-edited", company_id=before.id, user=user, detail=detail)
        requests.readdress_links(tx, before.id, name=checked.contact_name, email=checked.contact_email)
        moved = not same_mailbox(before.contact_email, checked.contact_email)
        return moved and _withdraw_links(ctx, tx, user, before)


def without_link(ctx: Context, user: User, company_id: str) -> tuple[Company, tuple[DataRequest, ...]]:
    """The company, and its open requests whose links were taken back and not replaced."""
    with ctx.database.reading() as tx:
        company = seen_company(ctx, tx, user, company_id)
        return company, requests.without_link(tx, company.id, now=ctx.now())


def replace_links(ctx: Context, user: User, company_id: str) -> int:
    """Mail the present contact a new link for each of those; answers for how many."""
    _, lost = without_link(ctx, user, company_id)
    for request in lost:
        following_up.replace_link(ctx, user, request.id)
    return len(lost)


def _withdraw_links(ctx: Context, tx: Transaction, user: User, company: Company) -> bool:
    """Also those of requests that are over, which somebody may take up again later."""
    messages.drop_link_mails(tx, company.id)
    requests.revoke_links(tx, company.id, at=ctx.now())
    lost = requests.without_link(tx, company.id, now=ctx.now())
    for request in lost:
        happenings.note_by_user(ctx, tx, "links-withdrawn", request=request, user=user)
    refresh_statuses(ctx, tx, company.id)
    return bool(lost)


def _assert_version(company: Company, version: int) -> None:
    if company.version != version:
        raise Refused("company", "changed")


def _checked(tx: Transaction, user: User, typed: KeptCompany) -> tuple[NewCompany, tuple[str, ...]]:
    return together(lambda: checked_company(typed.company), lambda: _chosen(tx, user, typed))


def _chosen(tx: Transaction, user: User, typed: KeptCompany) -> tuple[str, ...]:
    """The ids of colleagues who can sign in; raises `Refused` for an address that is nobody's here."""
    addresses = addresses_in(typed.others)
    known = users.ids_by_email(tx, user.organization, addresses)
    strangers = [address for address in addresses if address.casefold() not in known]
    if strangers:
        raise Refused("others", "nobody", address=", ".join(strangers))
    ticked = users.active_ids(tx, user.organization, typed.user_ids)
    return tuple(dict.fromkeys((*ticked, *known.values())))


def addresses_in(text: str) -> tuple[str, ...]:
    """Several addresses with commas, semicolons or blanks between them."""
    return tuple(dict.fromkeys(filter(None, re.split(r"[\s,;]+", text))))
