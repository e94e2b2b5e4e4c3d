"""Where a reminder lets its recipient stop further ones: by a press of a person, or of the mail program itself.

Looking changes nothing. What is posted needs neither a cookie nor a page of ours before it (RFC 8058): the token is
all there is, and it can do nothing else.
"""

from dataclasses import replace

from werkzeug.wrappers import Response

from linkflow.domain.links import stop_reminders_path
from linkflow.services import reminding
from linkflow.services.reminding import Reminded
from linkflow.web.aside_views import StopRemindersPage
from linkflow.web.language import chosen
from linkflow.web.marks import ONE_CLICK, guarded
from linkflow.web.page_views import AboutRequest, FormView
from linkflow.web.pages import render, speak_for
from linkflow.web.running import ctx, href
from linkflow.web.shells import organization_shell


@guarded(ONE_CLICK)
def look(token: str) -> Response:
    """One button, or that no further reminder comes."""
    return _page(reminding.reminded(ctx(), token), token)


@guarded(ONE_CLICK)
def stop(token: str) -> Response:
    """Stop them, however often this is sent."""
    reminding.stop(ctx(), token)
    return _page(reminding.reminded(ctx(), token), token)


def _page(found: Reminded, token: str) -> Response:
    link = found.link
    organization = ctx().organizations()[link.organization]
    language = chosen(organization, link.language)
    speak_for(organization, language)
    shell = organization_shell(organization, language=language)
    about = AboutRequest(request_name=link.request_name, rm_name=link.rm_name, phrase=link.phrase)
    form = FormView(action=href(stop_reminders_path(token))) if found.wanted and not found.over else None
    page = StopRemindersPage(form=form, request_name=link.request_name, over=found.over)
    return render("customer/stop-reminders.html", shell=replace(shell, about=about), page=page)
