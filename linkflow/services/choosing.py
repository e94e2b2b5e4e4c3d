"""Picking the software: what an organization offers, and what the customer's choice leads to."""

from dataclasses import dataclass

from linkflow.domain.errors import NotFound, Refused
from linkflow.domain.software import UPLOAD, Software
from linkflow.organization_model import Organization
from linkflow.services import connecting, happenings, notifying
from linkflow.services.context import Context
from linkflow.services.linking import mark_opened
from linkflow.services.statuses import refresh_status
from linkflow.store import companies, uploads
from linkflow.store.visits import EntityVisit, Visit

UNLISTED_LIMIT = 100
POPULAR = 6


@dataclass(frozen=True)
class Choice:
    """One product of the picker, and whether one can sign in to it here or only send a file."""

    software: Software
    connectable: bool


def choices(ctx: Context, organization: Organization, *, query: str = "") -> tuple[Choice, ...]:
    """What the organization offers, popular first; only what matches a query."""
    offered = organization.offered(ctx.catalogue)
    found = [software for software in offered if software.matches(query)] if query else offered
    return tuple(Choice(software, ctx.catalogue.connectable(software.id, organization.slug)) for software in found)


def anything_to_offer(ctx: Context, organization: Organization) -> bool:
    """Whether the picker has a row that leads anywhere."""
    offered = organization.offered(ctx.catalogue)
    return any(organization.feel.upload or ctx.catalogue.connectable(one.id, organization.slug) for one in offered)


def still_offered(ctx: Context, organization: Organization, entity: EntityVisit) -> bool:
    """Whether what an entity has chosen can be gone on with: settings change while links are out."""
    if entity.software is None or entity.software == UPLOAD:
        return organization.feel.upload
    return organization.offers(entity.software) and ctx.catalogue.connectable(entity.software, organization.slug)


def picked_for_a_file(ctx: Context, entity: EntityVisit) -> Software | None:
    """The product of the catalogue that was picked, or named, although it takes a file here."""
    name = entity.unlisted_software
    return next((one for one in ctx.catalogue.values() if one.name == name), None) if name else None


def choose_software(ctx: Context, visit: Visit, entity: EntityVisit, software_id: str) -> None:
    """Pick a product, or `upload`; one that cannot be connected leads to a file. Raises `NotFound` for others."""
    organization = ctx.organizations()[visit.link.organization]
    software = ctx.catalogue.get(software_id)
    if software_id == UPLOAD:
        chosen = _upload(organization)
    elif software is None or not organization.offers(software.id):
        raise NotFound
    elif ctx.catalogue.connectable(software.id, organization.slug):
        chosen = software.id
    else:
        chosen = _upload(organization)
    unlisted = software.name if software is not None and chosen == UPLOAD else None
    with ctx.database.transaction() as tx:
        mark_opened(ctx, tx, visit.link)
        connecting.forget_choice(ctx, tx, visit, entity)
        if chosen != UPLOAD:
            uploads.forget_aside(tx, visit.link.request_id, entity.id)
        companies.choose_software(tx, visit.link.request_id, entity.id, software=chosen, unlisted=unlisted)
        happenings.note(ctx, tx, "software-chosen", link=visit.link, entity_id=entity.id, detail=software_id)
        refresh_status(ctx, tx, visit.link.request_id)


def say_unlisted(ctx: Context, visit: Visit, entity: EntityVisit, product: str) -> None:
    """Write down what the customer uses when it is not in the list; the relationship manager sees it."""
    name = " ".join(product.split())
    if not name or len(name) > UNLISTED_LIMIT:
        raise Refused("product", "empty" if not name else "too-long")
    with ctx.database.transaction() as tx:
        mark_opened(ctx, tx, visit.link)
        companies.choose_software(tx, visit.link.request_id, entity.id, software=None, unlisted=name)
        happenings.note(ctx, tx, "software-missing", link=visit.link, entity_id=entity.id, detail=name)
        if name != entity.unlisted_software:
            notifying.queue_notices(ctx, tx, "software_missing", link=visit.link, entity_id=entity.id, named=name)


def _upload(organization: Organization) -> str:
    if not organization.feel.upload:
        raise NotFound
    return UPLOAD
