"""A request before it is made: the exact mail it would send, and making it once however often the button is pressed.

A draft is a random id the page carries along. The verification phrase and the request's id follow from it and the
user, so the mail that goes out has the phrase that was previewed, and the second press finds the first one's request.
"""

import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from linkflow.domain.errors import Conflict, NotFound, together
from linkflow.domain.links import link_path, new_id, stop_reminders_path
from linkflow.domain.phrase import new_phrase
from linkflow.domain.requests import data_types_of, data_types_text
from linkflow.mail import RenderedMail, fill
from linkflow.organization_model import Organization
from linkflow.services import mailing, requesting
from linkflow.services.context import Context
from linkflow.services.requesting import Ask, NewCompany
from linkflow.services.sight import seen_company
from linkflow.services.vault import Place, VaultError
from linkflow.store import requests
from linkflow.store.companies import Company
from linkflow.store.users import User


@dataclass(frozen=True, kw_only=True)
class Drafted:
    """What was typed: `company_id` of a company there is, else a `company` to add."""

    draft: str
    ask: Ask
    company_id: str | None = None
    company: NewCompany | None = None


@dataclass(frozen=True)
class Preview:
    """The mail as it would leave, and to whom; `sealed` names it in an address that tells nothing."""

    recipient: str
    mail: RenderedMail
    sealed: str


def preview(ctx: Context, user: User, drafted: Drafted) -> Preview:
    """The exact mail this would send. Raises `Refused` by field, `NotFound` for a company of somebody else's."""
    company, asked = together(
        lambda: _addressee(ctx, user, drafted), lambda: requesting.checked_ask(ctx, user, drafted.ask)
    )
    organization = ctx.organizations()[user.organization]
    life = min(organization.feel.link_lifetime, organization.feel.request_lifetime)
    draft = mailing.Draft(
        contact_name=company.contact_name,
        company_name=company.name,
        request_name=asked.name,
        data_types=asked.data_types,
        rm_name=user.name,
        rm_email=user.email,
        phrase=_phrase(ctx, user, drafted.draft),
        expires_at=ctx.now() + life,
        due_on=asked.due_on,
        note=asked.note,
    )
    mail = mailing.preview_request(ctx, organization, draft, language=asked.language)
    return Preview(company.contact_email, inert(ctx, mail), _sealed(ctx, user, drafted))


def opened_preview(ctx: Context, user: User, sealed: str) -> Preview:
    """The preview a sealed name stands for; `NotFound` for another user's."""
    try:
        told = json.loads(ctx.vault.open(sealed, _place(user)))
    except VaultError:
        raise NotFound from None
    asked = Ask(
        data_types=data_types_of(told["data_types"]),
        name=told["name"],
        due_on=date.fromisoformat(told["due_on"]) if told["due_on"] else None,
        note=told["note"],
        language=told["language"],
    )
    company = NewCompany(**told["company"]) if told["company"] else None
    return preview(ctx, user, Drafted(draft=told["draft"], ask=asked, company_id=told["company_id"], company=company))


def make(ctx: Context, user: User, drafted: Drafted) -> str:
    """Make the request, and mail it if its `ask` says so; answers its id, also when it had been made already."""
    request_id = drafted.ask.request_id or new_id(bytes_of(ctx, user, drafted.draft, "request"))
    asked = replace(drafted.ask, request_id=request_id, phrase=_phrase(ctx, user, drafted.draft))
    if not asked.send and not _organization(ctx, user).feel.copy_link:
        raise NotFound
    try:
        if drafted.company is not None:
            return requesting.ask_new_company(ctx, user, drafted.company, asked).request_id
        return requesting.ask(ctx, user, drafted.company_id or "", asked).request_id
    except Conflict:
        with ctx.database.reading() as tx:
            if requests.request(tx, user.organization, request_id) is None:
                raise
        return request_id


def inert(ctx: Context, mail: RenderedMail) -> RenderedMail:
    """A mail to look at: where its addresses and the code will stand there is something that opens nothing."""
    link, stop = ctx.address(link_path("...")), ctx.address(stop_reminders_path("..."))
    return fill(mail, link=link, code="000000", stop=stop)


def company_to_ask(ctx: Context, user: User, company_id: str) -> Company:
    """A company in the user's sight; `NotFound` for every other."""
    with ctx.database.reading() as tx:
        return seen_company(ctx, tx, user, company_id)


def _addressee(ctx: Context, user: User, drafted: Drafted) -> NewCompany:
    if drafted.company is not None:
        return requesting.checked_company(drafted.company)
    found = company_to_ask(ctx, user, drafted.company_id or "")
    return NewCompany(name=found.name, contact_name=found.contact_name, contact_email=found.contact_email)


def _organization(ctx: Context, user: User) -> Organization:
    return ctx.organizations()[user.organization]


def _phrase(ctx: Context, user: User, draft: str) -> str:
    return new_phrase(bytes_of(ctx, user, draft, "phrase"))


def bytes_of(ctx: Context, user: User, draft: str, purpose: str) -> Callable[[int], bytes]:
    """As many bytes as are asked for, up to 32; nobody without the key can tell them from random ones."""
    key = hmac.digest(ctx.settings.secret_keys[-1].encode(), f"linkflow.draft.{purpose}".encode(), "sha256")
    made = hmac.digest(key, f"{user.id}.{draft}".encode(), "sha256")
    return lambda count: made[:count]


def _sealed(ctx: Context, user: User, drafted: Drafted) -> str:
    asked, company = drafted.ask, drafted.company
    told = {
        "draft": drafted.draft,
        "data_types": data_types_text(asked.data_types),
        "name": asked.name,
        "due_on": asked.due_on.isoformat() if asked.due_on else None,
        "note": asked.note,
        "language": asked.language,
        "company_id": drafted.company_id,
        "company": {
            "name": company.name,
            "contact_name": company.contact_name,
            "contact_email": company.contact_email,
        }
        if company
        else None,
    }
    return ctx.vault.seal(json.dumps(told, ensure_ascii=False), _place(user))


def _place(user: User) -> Place:
    return Place(user.organization, "previews", user.id, "email")
