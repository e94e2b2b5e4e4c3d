"""What a relationship manager is shown of one request: where it stands, what its link is good for, what was mailed."""

from dataclasses import dataclass
from datetime import datetime

from linkflow.domain.errors import NotFound
from linkflow.domain.links import LinkFacts, LinkKind, LinkState, link_state
from linkflow.domain.ports import Transaction
from linkflow.services.context import Context
from linkflow.services.history import History, history_of
from linkflow.services.sight import seen_company, seen_request
from linkflow.store import events, messages, portal, requests
from linkflow.store.messages import CARRY_LINK, Message
from linkflow.store.portal import ListedRequest
from linkflow.store.requests import DataRequest, Link
from linkflow.store.users import User
from linkflow.store.visits import entities_of


@dataclass(frozen=True, kw_only=True)
class RequestReview:
    """A request. `link_state` None: no mail has been asked for and nobody followed the link."""

    listed: ListedRequest
    request: DataRequest
    link_id: str
    link_issue: int
    link_state: LinkState | None
    link_expires_at: datetime
    is_open: bool
    is_shared: bool
    rm_name: str | None
    mail: Message | None
    history: History


def review_request(ctx: Context, user: User, request_id: str, *, before: str | None = None) -> RequestReview:
    """Everything about one request of the user's organization; its history from the event `before` on."""
    with ctx.database.reading() as tx:
        request = seen_request(ctx, tx, user, request_id)
        company = seen_company(ctx, tx, user, request.company_id)
        listed = portal.listed_request(tx, user.organization, request_id)
        if listed is None:
            raise NotFound
        link = _own_link(tx, request.id)
        mails = [one for one in messages.messages_of_request(tx, request.id) if _carries(one, link)]
        happened = events.events_of_request(tx, request.id, before=before)
        facts = LinkFacts(link.issue, link.expires_at, link.revoked_at, request.expires_at, request.withdrawn_at)
        state = link_state(facts, issue=link.issue, now=ctx.now())
        idle = not mails and request.followed_at is None and state is LinkState.GOOD
        return RequestReview(
            listed=listed,
            request=request,
            link_id=link.id,
            link_issue=link.issue,
            link_state=None if idle else state,
            link_expires_at=min(link.expires_at, request.expires_at),
            is_shared=is_shared(tx, request.id),
            is_open=request.withdrawn_at is None and ctx.now() < request.expires_at,
            rm_name=portal.user_names(tx, user.organization, [request.created_by or ""]).get(request.created_by or ""),
            mail=mails[-1] if mails else None,
            history=history_of(tx, company.organization, happened.rows, older=happened.older),
        )


def is_shared(tx: Transaction, request_id: str) -> bool:
    """Whether the customer has connected software for it, now or before, or has sent a file."""
    return any(one.connection_id or one.upload_id for one in entities_of(tx, request_id))


def link_mail(ctx: Context, user: User, request_id: str, message_id: str) -> Message:
    """A mail that carried this request's link; `NotFound` for any other."""
    with ctx.database.reading() as tx:
        seen_request(ctx, tx, user, request_id)
        link = _own_link(tx, request_id)
        mail = messages.message(tx, message_id)
    if mail is None or not _carries(mail, link):
        raise NotFound
    return mail


def _own_link(tx: Transaction, request_id: str) -> Link:
    return next(one for one in requests.links_of_request(tx, request_id) if one.kind == LinkKind.REQUEST)


def _carries(mail: Message, link: Link) -> bool:
    return mail.kind in CARRY_LINK and mail.link_id == link.id
