"""Opening a request again for what has to be done once more, however long ago its link ended.

Where the request was withdrawn or its link taken back, as it is when the contact's address changes, it is a new link:
nothing that was taken back opens again.
"""

from linkflow.domain.errors import NotFound
from linkflow.domain.ports import Transaction
from linkflow.services.context import Context
from linkflow.store import requests
from linkflow.store.visits import LinkVisit, own_link


def reopen(ctx: Context, tx: Transaction, request_id: str) -> LinkVisit:
    """Let the request's own link open for as long as a new one would; answers it as it is now."""
    link = own_link(tx, request_id)
    if link is None:
        raise NotFound(request=request_id)
    until = ctx.now() + ctx.organizations()[link.organization].feel.link_lifetime
    requests.set_facts(tx, request_id, expires_at=max(link.request_ends_at, until), withdrawn_at=None)
    until = max(link.link_expires_at, until)
    if link.withdrawn_at or link.revoked_at:
        requests.reissue_link(tx, link.link_id, issue=link.issue, expires_at=until)
        requests.revoke_hand_overs(tx, request_id, at=ctx.now())
    else:
        requests.renew_link(tx, link.link_id, before=link.renewed_at, expires_at=until, at=ctx.now())
    opened = own_link(tx, request_id)
    if opened is None:
        raise NotFound(request=request_id)
    return opened
