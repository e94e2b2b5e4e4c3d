"""Opening a link: who may come in, what the first press means, and how an expired link is renewed.

Neither opening a link nor pressing its first button uses it up or proves a person: mail scanners do both.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from linkflow.domain.errors import LinkExpired, LinkInvalid, LinkWithdrawn, SessionEnded
from linkflow.domain.links import HAND_OVER_LIFE, RENEWAL_GAP, LinkKind, LinkState, link_state, renewed_expiry
from linkflow.domain.ports import Transaction
from linkflow.services import happenings, mailing
from linkflow.services.context import Context
from linkflow.services.statuses import refresh_status
from linkflow.store import askings, requests, throttles
from linkflow.store.turns import take_turn
from linkflow.store.visits import LinkVisit, Visit, entities_of, link_by_id, link_of_request

RENEWALS_AN_HOUR = 1


@dataclass(frozen=True)
class ReadLink:
    """A link that exists, and what it is good for now."""

    link: LinkVisit
    state: LinkState


def read_link(ctx: Context, token: str) -> ReadLink:
    """The link a token names, whatever its state; raises `LinkInvalid` for anything this installation did not sign."""
    named = ctx.signer.read_link(token)
    with ctx.database.reading() as tx:
        link = link_by_id(tx, named.link_id)
    if link is None or link.organization not in ctx.organizations():
        raise LinkInvalid
    return ReadLink(link, link_state(link.facts, issue=named.issue, now=ctx.now()))


def open_link(ctx: Context, token: str) -> LinkVisit:
    """The link, if it opens; raises `LinkInvalid`, or `LinkExpired` or `LinkWithdrawn` with organization, language."""
    found = read_link(ctx, token)
    if found.state is LinkState.EXPIRED:
        raise LinkExpired(organization=found.link.organization, language=found.link.language)
    if found.state is LinkState.WITHDRAWN:
        raise LinkWithdrawn(organization=found.link.organization, language=found.link.language)
    return found.link


def request_of(ctx: Context, link_id: str) -> str | None:
    """The request a link is of, for a browser that has it open; whether it still opens is judged there."""
    with ctx.database.reading() as tx:
        link = link_by_id(tx, link_id)
    return link.request_id if link else None


def follow_link(ctx: Context, link: LinkVisit) -> None:
    """Somebody or something pressed Welcome's button: written down once, as just that."""
    if link.followed_at is not None:
        return
    with ctx.database.transaction() as tx:
        if requests.set_once(tx, link.request_id, "followed_at", ctx.now()):
            happenings.note(ctx, tx, "link-followed", link=link)


def mark_opened(ctx: Context, tx: Transaction, link: LinkVisit) -> None:
    """A later step was answered: that was a person. First of all in its transaction: it takes the company's turn."""
    take_turn(tx, link.company_id)
    askings.note_opened(tx, link.request_id, at=ctx.now())
    if link.opened_at is None and requests.set_once(tx, link.request_id, "opened_at", ctx.now()):
        happenings.note(ctx, tx, "opened", link=link)
        if link.kind is LinkKind.REQUEST:
            requests.set_facts(tx, link.request_id, language=link.language)
        refresh_status(ctx, tx, link.request_id)


def speak(ctx: Context, link: LinkVisit, language: str) -> None:
    """The customer has switched to a language: the request's mails come in it. A colleague's link changes nothing."""
    if link.kind is LinkKind.REQUEST:
        with ctx.database.transaction() as tx:
            requests.set_facts(tx, link.request_id, language=language)


def visit(ctx: Context, tx: Transaction, request_id: str, issues: Mapping[str, int]) -> Visit:
    """What a browser that may open `issues` (link id → issue number) sees of a request.

    Raises `SessionEnded` when none of its links belongs to the request, `LinkWithdrawn` when it was taken back. A
    session outlives its link's date: what was begun may be finished within the session's own limits.
    """
    link = link_of_request(tx, request_id, list(issues)) if issues else None
    if link is None or link.organization not in ctx.organizations():
        raise SessionEnded
    state = link_state(link.facts, issue=issues[link.link_id], now=ctx.now())
    if state is LinkState.WITHDRAWN:
        raise LinkWithdrawn(organization=link.organization, language=link.language)
    return Visit(link, entities_of(tx, request_id, only=link.only_entity_id))


def renew_link(ctx: Context, token: str) -> None:
    """Mail a fresh link to the address on file, at most hourly; says nothing about whether it did."""
    try:
        link = read_link(ctx, token).link
    except LinkInvalid:
        return
    handed_over = link.kind is LinkKind.HAND_OVER
    life = HAND_OVER_LIFE if handed_over else ctx.organizations()[link.organization].feel.link_lifetime
    with ctx.database.transaction() as tx:
        expires_at = renewed_expiry(link.facts, life=life, last=link.renewed_at, now=ctx.now())
        if expires_at is None or link.facts.issue != ctx.signer.read_link(token).issue:
            return
        if throttles.count(tx, f"renew:{link.link_id}", window=RENEWAL_GAP, now=ctx.now()) > RENEWALS_AN_HOUR:
            return
        if requests.renew_link(tx, link.link_id, before=link.renewed_at, expires_at=expires_at, at=ctx.now()):
            mailing.queue_link_mail(ctx, tx, "fresh_link", link_id=link.link_id)
            happenings.note(ctx, tx, "link-renewed", link=link)
