"""Who is signed in on this browser, in linkflow's one key of the session: who, since when, last seen.

A session ends after 30 minutes without a page, 12 hours after signing in, and when the user's epoch rises. Beside it
lie what is shown once after a redirect, where somebody was going before signing in, and who waits for a code.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, cast, get_args

from flask import session

from linkflow.services.signing_in import CODE_PATIENCE, HalfSignedIn
from linkflow.store.users import User
from linkflow.web import browser
from linkflow.web.forms import CSRF_FIELD
from linkflow.web.portal_sign_in_views import Ended
from linkflow.web.portal_views import Notice
from linkflow.web.unattended import is_unattended

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
_START = datetime(2024, 1, 1, tzinfo=UTC)
_KEYS = ("user", "notice", "shown", "ended", "onward", "half")


@dataclass(frozen=True)
class SignedIn:
    """What the cookie says; whether it still holds is for `services.signing_in` to say."""

    user_id: str
    epoch: int
    since: datetime
    seen: datetime

    def is_live(self, now: datetime) -> bool:
        """Within both limits, which end a session exactly when they are reached."""
        return self.limit(now) is None

    def limit(self, now: datetime) -> Literal["idle", "long"] | None:
        """Which of the limits it reached, the first of them."""
        idle, long = self.seen + IDLE, self.since + ABSOLUTE
        if now < min(idle, long):
            return None
        return "long" if long <= idle else "idle"


def begin(user: User, now: datetime) -> str | None:
    """A fresh session: nothing of the one before stays but where it was going, which is answered."""
    onward = session.get(browser.KEY, {}).get("onward")
    session.pop(browser.KEY, None)
    session.pop(CSRF_FIELD, None)
    _write(SignedIn(user.id, user.session_epoch, now, now))
    return onward if isinstance(onward, str) else None


def renew(user: User) -> None:
    """Go on after every session of the user was ended: this one, with its own limits, alone."""
    known = present()
    if known is not None:
        _write(SignedIn(user.id, user.session_epoch, known.since, known.seen))


def wait_for_code(half: HalfSignedIn, now: datetime) -> None:
    """The password was right; nobody is signed in before the code is."""
    browser.state()["half"] = [half.user_id, half.epoch, (now - _START) // timedelta(seconds=1)]
    browser.changed()


def waiting_for_code(now: datetime) -> HalfSignedIn | None:
    """Whose code is waited for on this browser, for ten minutes."""
    match session.get(browser.KEY, {}).get("half"):
        case [str(user_id), int(epoch), int(since)] if now - _START - timedelta(seconds=since) < CODE_PATIENCE:
            return HalfSignedIn(user_id, epoch)
    return None


def present() -> SignedIn | None:
    """The session of this browser, live or not; None without one or with one that cannot be read."""
    match session.get(browser.KEY, {}).get("user"):
        case [str(user_id), int(epoch), int(since), int(seen)]:
            return SignedIn(user_id, epoch, _START + timedelta(seconds=since), _START + timedelta(seconds=seen))
    return None


def keep(signed_in: SignedIn, now: datetime) -> None:
    """The user has just been seen."""
    _write(SignedIn(signed_in.user_id, signed_in.epoch, signed_in.since, now))


def end() -> None:
    """Forget who was signed in."""
    _forget()
    session.pop(CSRF_FIELD, None)


def run_out(now: datetime, *, onward: str | None = None) -> None:
    """The session was ended for the user: the sign-in page says so, and leads on to `onward`.

    The forms that are still open in other tabs can be told from those of another site until somebody signs in.
    """
    known = present()
    ended = known and (known.limit(now) or "elsewhere")
    _forget()
    browser.state().update({key: value for key, value in (("ended", ended), ("onward", onward)) if value})


def tell(kind: str, text: str) -> None:
    """Show a sentence on the next page, once."""
    browser.state()["notice"] = [kind, text]
    browser.changed()


def told() -> Notice | None:
    """What the last action came to; asked for once."""
    match _take("notice"):
        case ["ok" | "info" | "warn" | "bad" as kind, str(text)]:
            return Notice(kind=kind, text=text)
    return None


def show_once(request_id: str) -> None:
    """The next look at this request shows its link; that it does has been written down."""
    browser.state()["shown"] = request_id
    browser.changed()


def shows(request_id: str) -> bool:
    """Whether this look at the request shows its link."""
    return bool(_take("shown") == request_id)


def was_ended() -> Ended | None:
    """How the last session here came to its end, if not by signing out."""
    found = _take("ended")
    return cast("Ended", found) if found in get_args(Ended) else None


def _forget() -> None:
    found = browser.state()
    for key in _KEYS:
        found.pop(key, None)
    browser.changed()


def _take(key: str) -> Any:
    found = session.get(browser.KEY, {})
    if key not in found or is_unattended():
        return None
    browser.changed()
    return found.pop(key)


def _write(signed_in: SignedIn) -> None:
    seconds = [(moment - _START) // timedelta(seconds=1) for moment in (signed_in.since, signed_in.seen)]
    browser.state()["user"] = [signed_in.user_id, signed_in.epoch, *seconds]
    browser.changed()
