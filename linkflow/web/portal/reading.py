"""Having a connection's books read once more after a reading that failed."""

from flask import redirect
from werkzeug.wrappers import Response

from linkflow.domain.links import company_page_path
from linkflow.services.reading_again import read_again_for
from linkflow.services.reviewing import company_of
from linkflow.store.users import User
from linkflow.web.forms import Form
from linkflow.web.portal import session
from linkflow.web.portal.guard import portal
from linkflow.web.running import ctx, href


@portal("manager")
def ask_again(user: User, connection_id: str) -> Response:
    """Begin another reading, if the last one failed."""
    company_id = company_of(ctx(), user, connection_id)
    form = Form()
    done = form.carry_out(lambda: read_again_for(ctx(), user, connection_id))
    if done is None:
        session.tell("bad", form.problems[0])
    elif done.value:
        session.tell("ok", "The books are being read again.")
    return redirect(href(company_page_path(company_id)), 303)
