"""Asking a company for its books: the company, the request with its link, and the mail, in one transaction."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from linkflow.domain.addresses import InvalidAddress, normalise_address
from linkflow.domain.errors import Refused, refuse, together
from linkflow.domain.links import LinkKind, link_path
from linkflow.domain.phrase import new_phrase
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import DataTypes, RequestStatus, data_types_text
from linkflow.domain.return_address import is_parameter
from linkflow.domain.software import Software
from linkflow.organization_model import Organization
from linkflow.services import happenings, mailing
from linkflow.services.calendar import today
from linkflow.services.context import Context
from linkflow.services.naming import software_of
from linkflow.services.sight import seen_company
from linkflow.services.statuses import refresh_status
from linkflow.store import companies, requests
from linkflow.store.companies import Company, Entity
from linkflow.store.requests import DataRequest, Link
from linkflow.store.turns import take_turn
from linkflow.store.users import User

NAME_LIMIT = 100
DESCRIPTION_LIMIT = 200
NOTE_LIMIT = 500
PARAMETER = "parameter_"
"""So begins the field of whatever the organization's page that follows the end is told."""


@dataclass(frozen=True, kw_only=True)
class NewCompany:
    """A company as typed."""

    name: str
    contact_name: str
    contact_email: str
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What is asked, as chosen; `send` mails the link, else it is only shown. `software` is where the customer
    begins: empty for the list, None for the organization's usual one. `unreadable_day`: what was typed for `due_on` is
    no day. `parameters`: what the organization's own page that follows the end is told, by the names it listed.

    With a `request_id` of the caller's the request is made once however often this is asked; `phrase` is the one a
    preview has shown.
    """

    data_types: DataTypes
    name: str
    due_on: date | None = None
    unreadable_day: bool = False
    note: str = ""
    language: str | None = None
    software: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    send: bool = True
    request_id: str | None = None
    phrase: str | None = None


@dataclass(frozen=True)
class Asked:
    """A request that was made, and the address that opens it."""

    request_id: str
    company_id: str
    link: str


def checked_company(typed: NewCompany) -> NewCompany:
    """The same with blanks and addresses put right; raises `Refused` by field."""
    company, refusals = judged_company(typed)
    refuse(refusals)
    return company


def judged_company(typed: NewCompany) -> tuple[NewCompany, tuple[Refused, ...]]:
    """The same with blanks and addresses put right as far as they can be, and everything that is wrong with it."""
    name, contact = (" ".join(text.split()) for text in (typed.name, typed.contact_name))
    description, email = typed.description.strip(), typed.contact_email
    refusals = []
    for which, text in (("company_name", name), ("contact_name", contact)):
        if not text or len(text) > NAME_LIMIT:
            refusals.append(Refused(which, "empty" if not text else "too-long"))
    if len(description) > DESCRIPTION_LIMIT:
        refusals.append(Refused("description", "too-long", length=str(len(description))))
    try:
        email = normalise_address(email)
    except InvalidAddress as error:
        refusals.append(Refused("contact_email", "empty" if error.reason == "empty" else "not-an-address"))
    company = NewCompany(name=name, contact_name=contact, contact_email=email, description=description)
    return company, tuple(refusals)


def ask(ctx: Context, user: User, company_id: str, asked: Ask) -> Asked:
    """Make a request of a company of the user's organization, and mail its link unless told not to."""
    with ctx.database.transaction() as tx:
        # So that the link is not addressed to somebody who stops being the contact in this very moment.
        take_turn(tx, company_id)
        company = seen_company(ctx, tx, user, company_id)
        return _ask(ctx, tx, user, company, checked_ask(ctx, user, asked))


def ask_new_company(ctx: Context, user: User, typed: NewCompany, asked: Ask) -> Asked:
    """Both at once: nothing is stored unless all of it can be."""
    checked, wanted = together(lambda: checked_company(typed), lambda: checked_ask(ctx, user, asked))
    with ctx.database.transaction() as tx:
        company = seen_company(ctx, tx, user, store_company(ctx, tx, user, checked, user_ids=(user.id,)))
        return _ask(ctx, tx, user, company, wanted)


def checked_ask(ctx: Context, user: User, asked: Ask) -> Ask:
    """The same with blanks put right; raises `Refused` by field. The day is that of the organization's time zone."""
    name, note = " ".join(asked.name.split()), asked.note.strip()
    organization, refusals = ctx.organizations()[user.organization], []
    if not asked.data_types:
        refusals.append(Refused("data_types", "empty"))
    if not name or len(name) > NAME_LIMIT:
        refusals.append(Refused("request_name", "empty" if not name else "too-long"))
    if asked.unreadable_day:
        refusals.append(Refused("due_on", "not-a-date"))
    if asked.due_on is not None and asked.due_on < today(ctx, user):
        refusals.append(Refused("due_on", "past"))
    if len(note) > NOTE_LIMIT:
        refusals.append(Refused("note", "too-long"))
    if asked.software and asked.software not in {one.id for one in beginnings(ctx, organization)}:
        refusals.append(Refused("software", "unknown"))
    if asked.language is not None and asked.language not in organization.languages:
        refusals.append(Refused("language", "unknown"))
    parameters = {name: value.strip() for name, value in asked.parameters.items() if value.strip()}
    for name, value in parameters.items():
        if name not in organization.feel.redirect_parameters or not is_parameter(value):
            refusals.append(Refused(f"{PARAMETER}{name}", "wrong"))
    refuse(refusals)
    return replace(asked, name=name, note=note, parameters=parameters)


def beginnings(ctx: Context, organization: Organization) -> tuple[Software, ...]:
    """What a request can begin at: the software the organization offers that one can sign in to here."""
    offered = organization.offered(ctx.catalogue)
    return tuple(one for one in offered if ctx.catalogue.connectable(one.id, organization.slug))


def link_address(ctx: Context, link_id: str, issue: int) -> str:
    """The address that opens a link, rebuilt from its row."""
    return ctx.address(link_path(ctx.signer.sign_link(link_id, issue)))


def store_company(
    ctx: Context,
    tx: Transaction,
    user: User,
    typed: NewCompany,
    *,
    user_ids: Sequence[str],
    company_id: str | None = None,
) -> str:
    """A checked company with the entity that stands for itself; answers its id, `Conflict` if that is taken."""
    company = Company(
        id=company_id or ctx.new_id(),
        organization=user.organization,
        name=typed.name,
        description=typed.description,
        contact_name=typed.contact_name,
        contact_email=typed.contact_email,
        created_at=ctx.now(),
    )
    itself = Entity(
        id=ctx.new_id(),
        organization=user.organization,
        company_id=company.id,
        name=None,
        folded_name="",
        created_at=ctx.now(),
    )
    companies.add_company(tx, company, itself=itself, user_ids=user_ids)
    happenings.note_by_user(ctx, tx, "company-added", company_id=company.id, user=user)
    return company.id


def _ask(ctx: Context, tx: Transaction, user: User, company: Company, asked: Ask) -> Asked:
    organization = ctx.organizations()[company.organization]
    request, link = _rows(ctx, user, company, asked, organization)
    requests.add_request(tx, request, link)
    _add_entities(ctx, tx, company, asked, organization, request_id=request.id)
    happenings.note_by_user(ctx, tx, "requested" if asked.send else "link-made", request=request, user=user)
    if asked.send:
        mailing.queue_link_mail(ctx, tx, "request", link_id=link.id)
    refresh_status(ctx, tx, request.id)
    return Asked(request.id, company.id, link_address(ctx, link.id, link.issue))


def _rows(
    ctx: Context, user: User, company: Company, asked: Ask, organization: Organization
) -> tuple[DataRequest, Link]:
    now = ctx.now()
    request = DataRequest(
        id=asked.request_id or ctx.new_id(),
        organization=company.organization,
        company_id=company.id,
        created_by=user.id,
        name=asked.name,
        data_types=data_types_text(asked.data_types),
        due_on=asked.due_on,
        note=asked.note,
        language=asked.language or "",
        software=_beginning(ctx, organization, asked),
        redirect_parameters=json.dumps(dict(asked.parameters)),
        phrase=asked.phrase or new_phrase(ctx.random_bytes),
        created_at=now,
        expires_at=now + organization.feel.request_lifetime,
        status=RequestStatus.DRAFT.value,
        status_at=now,
    )
    link = Link(
        id=ctx.new_id(),
        organization=company.organization,
        request_id=request.id,
        kind=LinkKind.REQUEST.value,
        recipient_name=company.contact_name,
        recipient_email=company.contact_email,
        created_at=now,
        expires_at=now + organization.feel.link_lifetime,
    )
    return request, link


def _add_entities(
    ctx: Context, tx: Transaction, company: Company, asked: Ask, organization: Organization, *, request_id: str
) -> None:
    """Which entities are asked for from the start: the company itself, unless the customer says how many there are."""
    if organization.asks_for_entities(asked.data_types):
        return
    itself = companies.company_itself(tx, company.id)
    software = software_of(tx, itself.id) or _beginning(ctx, organization, asked)
    companies.put_in_request(tx, request_id, itself.id, at=ctx.now(), software=software)


def _beginning(ctx: Context, organization: Organization, asked: Ask) -> str | None:
    return usual_software(ctx, organization) if asked.software is None else asked.software or None


def usual_software(ctx: Context, organization: Organization) -> str | None:
    """Where the organization's requests begin unless told otherwise, while one can sign in to it."""
    usual = organization.software.preselected
    return usual if usual in {one.id for one in beginnings(ctx, organization)} else None
