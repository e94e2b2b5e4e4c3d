"""One user, as an administrator sees and changes them; one's own page offers nothing but the way to the account."""

from collections.abc import Callable
from typing import cast

from flask import redirect
from werkzeug.wrappers import Response
from wtforms import StringField

from linkflow.services import admitting, user_upkeep
from linkflow.store.users import User
from linkflow.web.forms import Form, button, form_view
from linkflow.web.page_views import FormView
from linkflow.web.pages import render
from linkflow.web.portal import session
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import ACCOUNT, AUDIT_LOG, COMPANIES, USERS, user_action_path, user_path
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal.user_list import sign_in_kind
from linkflow.web.portal_account_views import Role
from linkflow.web.portal_user_views import UserPage
from linkflow.web.running import ctx, href


class RoleForm(Form):
    """What the user may do from now on."""

    role = StringField()


@portal("administrator")
def user_page(user: User, user_id: str) -> Response:
    """The user, and what may be done."""
    return _page(user, user_upkeep.seen_user(ctx(), user, user_id))


@portal("administrator")
def change_role(user: User, user_id: str) -> Response:
    """Another role."""
    shown, form = user_upkeep.seen_user(ctx(), user, user_id), RoleForm()
    done = form.carry_out(lambda: user_upkeep.change_role(ctx(), user, user_id, form.role.data or ""))
    if done is None and not form.problems:
        return _page(user, shown, form)
    if done is not None and not done.value:
        session.tell("info", f"{shown.name} has that role already. Nothing was changed.")
        return redirect(href(user_path(shown.id)), 303)
    return _told(shown, form, f"{shown.name} has another role, and was signed out so that it counts at once.")


@portal("administrator")
def disable_user(user: User, user_id: str) -> Response:
    """Let the user in no more."""
    shown = user_upkeep.seen_user(ctx(), user, user_id)
    said = f"{shown.name} is signed out everywhere and can no longer sign in."
    return _done(shown, lambda: user_upkeep.disable(ctx(), user, shown), said)


@portal("administrator")
def enable_user(user: User, user_id: str) -> Response:
    """Let the user in again."""
    shown = user_upkeep.seen_user(ctx(), user, user_id)
    return _done(shown, lambda: user_upkeep.enable(ctx(), user, shown), f"{shown.name} can sign in again.")


@portal("administrator")
def end_sessions(user: User, user_id: str) -> Response:
    """Sign the user out everywhere."""
    shown = user_upkeep.seen_user(ctx(), user, user_id)
    said = f"{shown.name} is signed out everywhere."
    return _done(shown, lambda: user_upkeep.end_sessions(ctx(), user, user_id), said)


@portal("administrator")
def remove_second_factor(user: User, user_id: str) -> Response:
    """Ask a user who lost the device for no more codes."""
    shown = user_upkeep.seen_user(ctx(), user, user_id)
    said = f"{shown.name} signs in with the password alone until codes are set up anew."
    return _done(shown, lambda: user_upkeep.remove_second_factor(ctx(), user, shown), said)


def _done(shown: User, act: Callable[[], object], sentence: str) -> Response:
    form = Form()
    form.carry_out(act)
    return _told(shown, form, sentence)


def _told(shown: User, form: Form, sentence: str) -> Response:
    """Back to the user's page, with what came of it: the sentence, or why it was refused."""
    session.tell("bad" if form.problems else "ok", form.problems[0] if form.problems else sentence)
    return redirect(href(user_path(shown.id)), 303)


def _page(user: User, shown: User, form: RoleForm | None = None) -> Response:
    sent, own = form, shown.id == user.id
    at_provider = shown.password_hash is None or admitting.must_sign_in_there(ctx(), shown)
    form = form or RoleForm(formdata=None, data={"role": shown.role})
    page = UserPage(
        name=shown.name,
        email=shown.email,
        role=cast(Role, shown.role),
        sign_in=sign_in_kind(at_provider=at_provider, has_code=shown.totp_on_at is not None),
        created_at=shown.created_at,
        signed_in_at=shown.signed_in_at,
        disabled_at=shown.disabled_at,
        users_href=href(USERS),
        account_href=href(ACCOUNT) if own else None,
        companies_href=f"{href(COMPANIES)}?of={shown.id}",
        log_href=f"{href(AUDIT_LOG)}?who=user:{shown.id}",
        form=None if own or at_provider else form_view(form, user_action_path(shown.id, "role")),
        disable=_button(shown, "disable", offered=not own and shown.disabled_at is None),
        enable=_button(shown, "enable", offered=not own and shown.disabled_at is not None),
        end_sessions=_button(shown, "sessions", offered=not own and shown.disabled_at is None),
        remove_second_factor=_button(shown, "second-factor", offered=not own and shown.totp_on_at is not None),
    )
    return render("portal/user.html", shell=portal_shell(user), page=page, status=422 if sent else 200)


def _button(shown: User, action: str, *, offered: bool) -> FormView | None:
    return button(user_action_path(shown.id, action)) if offered else None
