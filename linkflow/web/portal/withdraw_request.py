"""Taking a request back: in one press while nothing was shared, else by way of a page that says what that means."""

from flask import redirect
from werkzeug.wrappers import Response
from wtforms import StringField

from linkflow.domain.links import company_page_path, request_page_path
from linkflow.services import following_up, tracking
from linkflow.store.users import User
from linkflow.web.forms import Form, button
from linkflow.web.pages import render
from linkflow.web.portal import session
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import request_action_path
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal_views import WithdrawRequestPage
from linkflow.web.running import ctx, href


class WithdrawForm(Form):
    """Whether the user was asked."""

    sure = StringField()


@portal("manager")
def ask_to_withdraw(user: User, request_id: str) -> Response:
    """What taking it back means, and the one button that does it."""
    review = tracking.review_request(ctx(), user, request_id)
    back = href(request_page_path(request_id))
    if not review.is_open:
        return redirect(back, 303)
    page = WithdrawRequestPage(
        form=button(request_action_path(request_id, "withdraw")),
        company_name=review.listed.company_name,
        company_href=href(company_page_path(review.request.company_id)),
        request_name=review.request.name,
        request_href=back,
        is_shared=review.is_shared,
    )
    return render("portal/withdraw-request.html", shell=portal_shell(user), page=page)


@portal("manager")
def withdraw(user: User, request_id: str) -> Response:
    """Take it back, unless the user has to be asked first: something was shared, perhaps a moment ago."""
    form = WithdrawForm()
    done = form.carry_out(lambda: following_up.withdraw(ctx(), user, request_id, sure=form.sure.data == "yes"))
    if done is not None and not done.value:
        return redirect(href(request_action_path(request_id, "withdraw")), 303)
    if done is None:
        session.tell("bad", form.problems[0])
    else:
        session.tell("ok", "The request is withdrawn. Its links no longer work.")
    return redirect(href(request_page_path(request_id)), 303)
