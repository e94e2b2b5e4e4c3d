"""Who may see a page of the portal: somebody signed in whose role reaches, and nobody without either."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from flask import redirect, request
from werkzeug.wrappers import Response

from linkflow.domain.errors import LinkflowError
from linkflow.domain.links import organization_sign_in_path
from linkflow.services import admitting, signing_in
from linkflow.services.sight import require_in_sight
from linkflow.store.users import User
from linkflow.web.marks import guarded
from linkflow.web.pages import speak_for
from linkflow.web.portal import session, signed_out
from linkflow.web.portal.paths import SIGN_IN
from linkflow.web.portal_account_views import Role
from linkflow.web.running import ctx, href, mount
from linkflow.web.unattended import is_unattended

LONGEST_ONWARD = 1_000
"""What the cookie keeps stays small, whatever address was asked for; those of our own views are shorter."""

P = ParamSpec("P")


class Forbidden(LinkflowError):
    """The user's role does not reach this far."""

    code = "forbidden"


def portal(role: Role) -> Callable[[Callable[Concatenate[User, P], Response]], Callable[..., Response]]:
    """A page for users with `role` or a higher one; the others sign in first or are refused."""

    def decorate(view: Callable[Concatenate[User, P], Response]) -> Callable[..., Response]:
        @wraps(view)
        def guarded_view(**rest: Any) -> Response:
            user = signed_in_user()
            if user is None:
                return _to_sign_in()
            speak_for(ctx().organizations()[user.organization])
            _keep()
            if not signing_in.may(user, role):
                require_in_sight(ctx(), user, rest)
                raise Forbidden(organization=user.organization)
            return view(user, **rest)  # type: ignore[call-arg]  # the path's own parameters

        return guarded(f"portal:{role}")(guarded_view)

    return decorate


def signed_in_user() -> User | None:
    """The user signed in on this browser; looking does not prolong the session."""
    app, known = ctx(), session.present()
    if known is None or not known.is_live(app.now()):
        return None
    return signing_in.session_user(app, known.user_id, epoch=known.epoch)


def sign_in_page(user_id: str | None) -> str:
    """Where that user signs in: the page of an organization with a provider of its own, else the one for all."""
    own = admitting.provider_of(ctx(), user_id) if user_id else None
    return organization_sign_in_path(own) if own else SIGN_IN


def _keep() -> None:
    known = session.present()
    if known is not None and not is_unattended():
        session.keep(known, ctx().now())


def _to_sign_in() -> Response:
    """Where a page was wanted, signing in leads there; what was typed into a form is kept."""
    known, looks = session.present(), request.method == "GET"
    page = href(sign_in_page(known.user_id if known else None))
    if is_unattended():
        return redirect(page, 303)
    session.run_out(ctx().now(), onward=_wanted() if looks else None)
    return (None if looks else signed_out.kept(_path(), page)) or redirect(page, 303)


def _wanted() -> str | None:
    """The path of ours that was asked for, with the view of it; a view that is too long for the cookie is left out."""
    path = _path()
    view = f"{path}?{request.query_string.decode(errors='replace')}".removesuffix("?")
    return next((one for one in (view, path) if len(one) <= LONGEST_ONWARD), None)


def _path() -> str:
    """The path of ours that was asked for, wherever linkflow is mounted."""
    return request.path.removeprefix(mount(ctx().settings.public_url))
