"""What one may do to a request: mail it again, remind of it, start reminders again, show its link, open it again."""

from collections.abc import Callable

from flask import redirect
from werkzeug.wrappers import Response

from linkflow.domain.links import request_page_path
from linkflow.services import following_up
from linkflow.services.context import Context
from linkflow.store.users import User
from linkflow.web.forms import Form
from linkflow.web.portal import session
from linkflow.web.portal.guard import portal
from linkflow.web.running import ctx, href

_AT_ONCE = "It was mailed less than a minute ago, and not once more."


@portal("manager")
def resend(user: User, request_id: str) -> Response:
    """Mail the link again."""
    return _done(user, request_id, following_up.resend, "The request is on its way again.", already=_AT_ONCE)


@portal("manager")
def remind(user: User, request_id: str) -> Response:
    """Mail a reminder now."""
    return _done(user, request_id, following_up.remind, "A reminder is on its way.", already=_AT_ONCE)


@portal("manager")
def start_reminders(user: User, request_id: str) -> Response:
    """Let reminders go out that their recipient had stopped."""
    return _done(user, request_id, following_up.start_reminders, "Reminders go out again.")


@portal("manager")
def reopen(user: User, request_id: str) -> Response:
    """Ask once more: a new link to the contact."""
    return _done(user, request_id, following_up.reopen, "The request is open again. A new link is on its way.")


@portal("manager")
def show_link(user: User, request_id: str) -> Response:
    """Show the link on the next look, once; that it was shown is written down now."""

    def show(app: Context, who: User, which: str) -> None:
        following_up.show_link(app, who, which)
        session.show_once(which)

    return _done(user, request_id, show, "The link is below. Give it to nobody but the contact.")


def _done(
    user: User, request_id: str, act: Callable[[Context, User, str], object], sentence: str, *, already: str = ""
) -> Response:
    """`already` is said where `act` answers False: somebody was faster."""
    form = Form()
    done = form.carry_out(lambda: act(ctx(), user, request_id))
    if done is None:
        session.tell("bad", form.problems[0])
    elif done.value is False:
        session.tell("info", already)
    else:
        session.tell("ok", sentence)
    return redirect(href(request_page_path(request_id)), 303)
