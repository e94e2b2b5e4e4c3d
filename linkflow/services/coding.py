"""Mailed codes: six digits, each for one purpose.

To `enter` the journey, where an organization wants it, they go to the link's own recipient. A mail scanner that pressed
*Continue* first has asked for the code the customer then types, so it counts in every browser that has none of its own.
To see and end what is shared (`access`) they go to the company's contact on file, whoever holds the link, and count
only in the browser that asked.
"""

from datetime import timedelta

from linkflow.domain.errors import Refused, TooMany
from linkflow.domain.ports import Transaction
from linkflow.services import happenings, mailing
from linkflow.services.context import Context
from linkflow.store import codes, throttles
from linkflow.store.codes import Purpose
from linkflow.store.visits import LinkVisit

__all__ = ["Purpose", "check_code", "has_live_code", "mail_code", "mail_first_code", "sends_left"]

LIFE = timedelta(minutes=10)
SENDS = 3
WINDOW = timedelta(hours=1)
_PASSED = {Purpose.ENTER: "code-passed", Purpose.ACCESS: "access-code-passed"}


def sends_left(ctx: Context, link: LinkVisit, *, purpose: Purpose = Purpose.ENTER) -> int:
    """How many more may be mailed this hour."""
    with ctx.database.reading() as tx:
        return max(0, SENDS - throttles.used(tx, _key(link, purpose), window=WINDOW, now=ctx.now()))


def has_live_code(ctx: Context, link: LinkVisit, *, browser_hash: str, purpose: Purpose = Purpose.ENTER) -> bool:
    """Whether a code was mailed that still works in this browser."""
    with ctx.database.reading() as tx:
        return _live_code(ctx, tx, link, browser_hash=browser_hash, purpose=purpose) is not None


def mail_code(ctx: Context, link: LinkVisit, *, browser_hash: str, purpose: Purpose = Purpose.ENTER) -> None:
    """Mail a code for this browser; raises `TooMany` after three in an hour."""
    with ctx.database.transaction() as tx:
        if throttles.count(tx, _key(link, purpose), window=WINDOW, now=ctx.now()) > SENDS:
            raise TooMany
        code = codes.Code(
            id=ctx.new_id(),
            link_id=link.link_id,
            purpose=purpose.value,
            browser_hash=browser_hash,
            created_at=ctx.now(),
            expires_at=ctx.now() + LIFE,
        )
        codes.add_code(tx, code)
        minutes = int(LIFE.total_seconds() // 60)
        if purpose is Purpose.ACCESS:
            happenings.note(ctx, tx, "access-asked", link=link)
            mailing.queue_access_code_mail(ctx, tx, link_id=link.link_id, code_id=code.id, minutes=minutes)
        else:
            mailing.queue_code_mail(ctx, tx, link_id=link.link_id, code_id=code.id, minutes=minutes)


def mail_first_code(ctx: Context, link: LinkVisit, *, browser_hash: str, purpose: Purpose = Purpose.ENTER) -> None:
    """Mail a code unless one still works here: pressing *Continue* a hundred times sends one mail."""
    if not has_live_code(ctx, link, browser_hash=browser_hash, purpose=purpose):
        mail_code(ctx, link, browser_hash=browser_hash, purpose=purpose)


def check_code(
    ctx: Context, link: LinkVisit, typed: str, *, browser_hash: str, purpose: Purpose = Purpose.ENTER
) -> None:
    """Raises `Refused` (`expired`, `wrong`) unless the digits are those of a code that works here; five tries each."""
    with ctx.database.transaction() as tx:
        code = _live_code(ctx, tx, link, browser_hash=browser_hash, purpose=purpose)
        tried = code is not None and codes.spend_try(tx, code.id)
    if code is None or not tried:
        raise Refused("code", "expired")
    if not ctx.signer.code_matches(code.id, typed):
        left = codes.TRIES - code.tries - 1
        raise Refused("code", "wrong" if left else "expired", left=str(left))
    with ctx.database.transaction() as tx:
        if not codes.use(tx, code.id, at=ctx.now()):
            raise Refused("code", "expired")
        happenings.note(ctx, tx, _PASSED[purpose], link=link)


def _live_code(
    ctx: Context, tx: Transaction, link: LinkVisit, *, browser_hash: str, purpose: Purpose
) -> codes.Code | None:
    """This browser's own, else for entering the youngest there is."""
    own = codes.live_code(tx, link.link_id, purpose=purpose, browser_hash=browser_hash, now=ctx.now())
    if own is not None or purpose is not Purpose.ENTER:
        return own
    return codes.live_code(tx, link.link_id, purpose=purpose, browser_hash=None, now=ctx.now())


def _key(link: LinkVisit, purpose: Purpose) -> str:
    return f"code:{link.link_id}" if purpose is Purpose.ENTER else f"access-code:{link.link_id}"
