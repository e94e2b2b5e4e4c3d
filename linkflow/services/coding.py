"""The mailed code: six digits to the link's own recipient, asked for once a browser where an organization wants it."""

from datetime import timedelta

from linkflow.domain.errors import Refused, TooMany
from linkflow.services import happenings, mailing
from linkflow.services.context import Context
from linkflow.store import codes, throttles
from linkflow.store.visits import LinkVisit

LIFE = timedelta(minutes=10)
SENDS = 3
WINDOW = timedelta(hours=1)


def sends_left(ctx: Context, link: LinkVisit) -> int:
    """How many more may be mailed this hour."""
    with ctx.database.reading() as tx:
        return max(0, SENDS - throttles.used(tx, _key(link), window=WINDOW, now=ctx.now()))


def mail_code(ctx: Context, link: LinkVisit, *, browser_hash: str) -> None:
    """Mail a code for this browser; raises `TooMany` after three in an hour."""
    with ctx.database.transaction() as tx:
        if throttles.count(tx, _key(link), window=WINDOW, now=ctx.now()) > SENDS:
            raise TooMany
        code = codes.Code(
            id=ctx.new_id(),
            link_id=link.link_id,
            browser_hash=browser_hash,
            created_at=ctx.now(),
            expires_at=ctx.now() + LIFE,
        )
        codes.add_code(tx, code)
        mailing.queue_code_mail(ctx, tx, link_id=link.link_id, code_id=code.id, minutes=int(LIFE.total_seconds() // 60))


def mail_first_code(ctx: Context, link: LinkVisit, *, browser_hash: str) -> None:
    """Mail a code unless this browser has one that still works: pressing *Continue* twice sends one mail."""
    with ctx.database.reading() as tx:
        if codes.live_code(tx, link.link_id, browser_hash, now=ctx.now()) is not None:
            return
    mail_code(ctx, link, browser_hash=browser_hash)


def check_code(ctx: Context, link: LinkVisit, typed: str, *, browser_hash: str) -> None:
    """Raises `Refused` (`expired`, `wrong`) unless the digits are those of this browser's code; five tries a code."""
    with ctx.database.transaction() as tx:
        code = codes.live_code(tx, link.link_id, browser_hash, now=ctx.now())
        tried = code is not None and codes.spend_try(tx, code.id)
    if code is None or not tried:
        raise Refused("code", "expired")
    if not ctx.signer.code_matches(code.id, typed):
        left = codes.TRIES - code.tries - 1
        raise Refused("code", "wrong" if left else "expired", left=str(left))
    with ctx.database.transaction() as tx:
        if not codes.use(tx, code.id, at=ctx.now()):
            raise Refused("code", "expired")
        happenings.note(ctx, tx, "code-passed", link=link)


def _key(link: LinkVisit) -> str:
    return f"code:{link.link_id}"
