"""More time for a request: until which day it can be answered."""

from datetime import date

from flask import redirect
from werkzeug.wrappers import Response
from wtforms import StringField

from linkflow.domain.errors import Refused
from linkflow.domain.links import request_page_path
from linkflow.domain.texts import day_of
from linkflow.services import following_up, tracking
from linkflow.store.users import User
from linkflow.web.forms import Form, form_view
from linkflow.web.pages import render
from linkflow.web.portal import session
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import request_action_path
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal_views import ExtendRequestPage
from linkflow.web.running import ctx, href


class ExtendForm(Form):
    """The last day, included."""

    last_day = StringField()


@portal("manager")
def extend_request(user: User, request_id: str) -> Response:
    """Ask for the day, a month more unless changed, and give that much time."""
    review = tracking.review_request(ctx(), user, request_id)
    form = ExtendForm()
    if form.carry_out(lambda: following_up.extend(ctx(), user, request_id, _last_day(form))):
        session.tell("ok", "The request has more time.")
        return redirect(href(request_page_path(request_id)), 303)
    if not form.is_submitted():
        form.last_day.data = following_up.usual_last_day(ctx(), user, review.request).isoformat()
    page = ExtendRequestPage(
        form=form_view(form, request_action_path(request_id, "extend")),
        company_name=review.listed.company_name,
        request_name=review.request.name,
        request_href=href(request_page_path(request_id)),
        ends_at=review.request.expires_at,
    )
    return render("portal/extend-request.html", shell=portal_shell(user), page=page, status=form.status)


def _last_day(form: ExtendForm) -> date:
    text = (form.last_day.data or "").strip()
    day = day_of(text)
    if day is None:
        raise Refused("last_day", "not-a-date" if text else "empty")
    return day
