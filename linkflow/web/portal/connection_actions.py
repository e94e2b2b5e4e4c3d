"""What one may do to a connection: have it read now, ask the customer to reconnect it, end it."""

from collections.abc import Callable

from flask import redirect
from werkzeug.wrappers import Response
from wtforms import StringField

from linkflow.domain.links import company_page_path
from linkflow.services import disconnecting, reading_again, reconnecting
from linkflow.services.context import Context
from linkflow.services.disconnecting import Ending
from linkflow.services.reviewing import place_of
from linkflow.store.users import User
from linkflow.web.company_page_views import EndConnectionPage
from linkflow.web.forms import Form, form_view
from linkflow.web.page_views import FormView
from linkflow.web.pages import render
from linkflow.web.portal import session
from linkflow.web.portal.connection_views import fragment
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import disconnect_path
from linkflow.web.portal.shell import portal_shell
from linkflow.web.running import ctx, href


class EndForm(Form):
    """Why, if one wants to say."""

    end_reason = StringField()


@portal("manager")
def refresh(user: User, connection_id: str) -> Response:
    """Begin another reading, unless one is running."""
    told = ("A new reading of the books has begun.", "The books are being read already, or cannot be read now.")
    return _done(user, connection_id, reading_again.refresh, *told)


@portal("manager")
def reconnect(user: User, connection_id: str) -> Response:
    """Ask the customer by mail to sign in at the software once more."""
    told = ("The contact is asked by email to reconnect.", "The contact was asked a moment ago.")
    return _done(user, connection_id, reconnecting.ask_to_reconnect, *told)


@portal("manager")
def disconnect(user: User, connection_id: str) -> Response:
    """What ending it means, and the one button that does it. Pressing it again is harmless."""
    shown, form = disconnecting.ending(ctx(), user, connection_id), EndForm()
    back = href(company_page_path(shown.connection.company_id))
    done = form.carry_out(lambda: disconnecting.disconnect_for(ctx(), user, connection_id, form.end_reason.data or ""))
    if done is not None and done.value:
        session.tell("ok", f"The connection is ended. {shown.contact_name} is told by email.")
    if done is not None or not shown.is_live:
        return redirect(back, 303)
    page = _page(shown, form_view(form, disconnect_path(connection_id)), back)
    return render("portal/end-connection.html", shell=portal_shell(user), page=page, status=form.status)


def _page(shown: Ending, form: FormView, back: str) -> EndConnectionPage:
    held = shown.connection
    software = ctx().catalogue.get(held.software)
    return EndConnectionPage(
        form=form,
        company_name=shown.company_name,
        contact_name=shown.contact_name,
        entity_name=shown.entity_name or shown.company_name,
        software_name=ctx().software_name(held.software),
        tenant_name=held.tenant_name or shown.company_name,
        retention_months=shown.retention_months,
        back_href=back,
        elsewhere=shown.elsewhere,
        untold=software is not None and not software.can_be_told,
    )


def _done(
    user: User, connection_id: str, act: Callable[[Context, User, str], bool], done_now: str, done_before: str
) -> Response:
    company_id, entity_id = place_of(ctx(), user, connection_id)
    form = Form()
    done = form.carry_out(lambda: act(ctx(), user, connection_id))
    if done is None:
        session.tell("bad", form.problems[0])
    else:
        session.tell(*(("ok", done_now) if done.value else ("info", done_before)))
    page = href(company_page_path(company_id))
    # What began is seen in the connection's card, why nothing did at the top.
    return redirect(f"{page}#{fragment(entity_id)}" if done is not None and done.value else page, 303)
