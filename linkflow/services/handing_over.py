"""Handing over: a narrow link to a colleague or accountant, for one entity or the whole request.

The mail says who handed over; there is no free text to abuse. The contact and the relationship manager are told.
"""

from dataclasses import dataclass
from datetime import timedelta

from linkflow.domain.addresses import InvalidAddress, mask_address, normalise_address, same_mailbox
from linkflow.domain.errors import LinkWithdrawn, NotFound, Refused
from linkflow.domain.links import HAND_OVER_LIFE, LinkKind, fresh_expiry
from linkflow.domain.ports import Transaction
from linkflow.services import happenings, informing, mailing, notifying
from linkflow.services.context import Context
from linkflow.services.linking import mark_opened
from linkflow.store import messages, requests, throttles
from linkflow.store.requests import Link
from linkflow.store.visits import LinkVisit, Visit

A_DAY = 5
WINDOW = timedelta(days=1)
PRESSED_TWICE = timedelta(minutes=10)
"""The same to the same address so soon is a page sent again, not another wish."""


@dataclass(frozen=True)
class HandOver:
    """What is about to be mailed: checked, not yet done."""

    email: str
    entity_id: str | None


@dataclass(frozen=True)
class HandedOver:
    """The narrow links of a request that still work, those of them that never arrived, and how many more may go."""

    links: tuple[Link, ...]
    undelivered: frozenset[str]
    left_today: int


def may_hand_over(link: LinkVisit) -> bool:
    """A narrow link makes no others."""
    return link.kind is LinkKind.REQUEST


def open_hand_overs(ctx: Context, link: LinkVisit) -> HandedOver:
    """What was handed over of this request, and what may be today."""
    with ctx.database.reading() as tx:
        made, undelivered = messages.hand_overs(tx, link.request_id)
    today = throttles.window_start(WINDOW, ctx.now())
    left = max(0, A_DAY - sum(one.created_at >= today for one in made))
    out = tuple(one for one in made if not one.revoked_at and one.expires_at > ctx.now())
    return HandedOver(out, undelivered, left)


def check(visit: Visit, *, email: str, entity_id: str) -> HandOver:
    """Judge what was typed; raises `Refused`, or `NotFound` for an entity that is not this link's."""
    if not may_hand_over(visit.link):
        raise NotFound
    try:
        address = normalise_address(email)
    except InvalidAddress as error:
        raise Refused("email", "empty" if error.reason == "empty" else "not-an-address") from None
    if same_mailbox(address, visit.link.recipient_email):
        raise Refused("email", "own-address")
    if entity_id and visit.entity(entity_id) is None:
        raise NotFound
    return HandOver(address, entity_id or None)


def hand_over(ctx: Context, visit: Visit, asked: HandOver) -> None:
    """Make the link and mail it, once however often the button is pressed; raises `Refused` after five in a day."""
    link = visit.link
    with ctx.database.transaction() as tx:
        mark_opened(ctx, tx, link)
        if not requests.hold_link(tx, link.link_id, issue=link.issue):
            raise LinkWithdrawn(organization=link.organization)
        if throttles.count(tx, _key(link), window=WINDOW, now=ctx.now()) > A_DAY:
            raise Refused("email", "five-a-day")
        if _just_sent(ctx, tx, link, asked):
            throttles.give_back(tx, _key(link), window=WINDOW, now=ctx.now())
            return
        narrow = Link(
            id=ctx.new_id(),
            organization=link.organization,
            request_id=link.request_id,
            kind=LinkKind.HAND_OVER.value,
            entity_id=asked.entity_id,
            recipient_name="",
            recipient_email=asked.email,
            created_at=ctx.now(),
            expires_at=fresh_expiry(HAND_OVER_LIFE, request_ends_at=link.request_ends_at, now=ctx.now()),
        )
        requests.add_link(tx, narrow)
        mailing.queue_link_mail(ctx, tx, "hand_over", link_id=narrow.id, handed_over_by=link.recipient_name)
        informing.queue_handed_over_mail(ctx, tx, link=link, narrow=narrow)
        masked = mask_address(asked.email)
        notifying.queue_notices(ctx, tx, "passed_on", link=link, entity_id=asked.entity_id, named=masked)
        happenings.note(ctx, tx, "handed-over", link=link, entity_id=asked.entity_id, detail=narrow.id)


def withdraw(ctx: Context, visit: Visit, link_id: str) -> None:
    """Take a narrow link back; raises `NotFound` for one of another request."""
    with ctx.database.transaction() as tx:
        narrow = requests.link(tx, link_id)
        ours = narrow is not None and narrow.request_id == visit.link.request_id
        if narrow is None or not ours or narrow.kind != LinkKind.HAND_OVER:
            raise NotFound
        if requests.revoke_link(tx, link_id, at=ctx.now()):
            happenings.note(ctx, tx, "hand-over-withdrawn", link=visit.link, detail=link_id)


def _just_sent(ctx: Context, tx: Transaction, link: LinkVisit, asked: HandOver) -> bool:
    same = (asked.email, asked.entity_id)
    made = (one for one in requests.links_of_request(tx, link.request_id) if one.revoked_at is None)
    return any(
        (one.recipient_email, one.entity_id) == same and ctx.now() - one.created_at < PRESSED_TWICE
        for one in made
        if one.kind == LinkKind.HAND_OVER
    )


def _key(link: LinkVisit) -> str:
    return f"hand-over:{link.request_id}"
