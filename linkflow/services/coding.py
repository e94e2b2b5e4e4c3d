"""Mailed codes: six digits, each for one purpose in one browser.

To `enter` the journey, where an organization wants it, they go to the link's own recipient. To see and end what is
shared (`access`) they go to the company's contact on file, whoever holds the link.
"""

from datetime import timedelta

from linkflow.domain.errors import Refused, TooMany
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
    """Whether this browser was mailed a code that still works."""
    with ctx.database.reading() as tx:
        found = codes.live_code(tx, link.link_id, purpose=purpose, browser_hash=browser_hash, now=ctx.now())
    return found is not None


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
    """Mail a code unless this browser has one that still works: pressing *Continue* twice sends one mail."""
    if not has_live_code(ctx, link, browser_hash=browser_hash, purpose=purpose):
        mail_code(ctx, link, browser_hash=browser_hash, purpose=purpose)


def check_code(
    ctx: Context, link: LinkVisit, typed: str, *, browser_hash: str, purpose: Purpose = Purpose.ENTER
) -> None:
    """Raises `Refused` (`expired`, `wrong`) unless the digits are those of this browser's code; five tries a code."""
    with ctx.database.transaction() as tx:
        code = codes.live_code(tx, link.link_id, purpose=purpose, browser_hash=browser_hash, now=ctx.now())
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


def _key(link: LinkVisit, purpose: Purpose) -> str:
    return f"code:{link.link_id}" if purpose is Purpose.ENTER else f"access-code:{link.link_id}"
