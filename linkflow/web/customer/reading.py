"""A reading of the books that failed, and the one button that begins another."""

from flask import redirect
from werkzeug.wrappers import Response

from linkflow.domain.journey import Step
from linkflow.services.reading_again import may_read_again, read_again
from linkflow.web.customer.return_url import return_url
from linkflow.web.errors import ANSWERS, off_ramp
from linkflow.web.forms import Form, form_view
from linkflow.web.guards import Visiting, journey
from linkflow.web.page_views import OffRampPage
from linkflow.web.running import ctx, href

FAILED = "first-sync-failed"


@journey(Step.CONNECTED)
def ask_again(here: Visiting) -> Response:
    """Begin another reading, if the last one failed; how it goes is shown where it always is."""
    form = Form()
    if form.carry_out(lambda: read_again(ctx(), here.visit, here.one)):
        return redirect(href(here.path(Step.CONNECTED)), 303)
    return failed_page(here, form)


def failed_page(here: Visiting, form: Form | None = None) -> Response:
    """What happened and what may be done. Other software and files come after disconnecting, on the access page."""
    entity, form = here.one, form or Form()
    software = ctx().catalogue.get(entity.connection_software or "")
    until, now = entity.access_until, ctx().now()
    again = may_read_again(entity.connection_state, entity.sync_state, until=until, now=now)
    page = OffRampPage(
        code=FAILED,
        software_name=software.name if software else None,
        tenant_name=entity.tenant_name,
        form=form_view(form, here.path("reading")) if again else None,
        ends_on=here.organization.day_of(until) if until and entity.access == "once" else None,
        return_url=return_url(here),
        summary_href=href(here.request_path(Step.ENTITIES if here.progress.several else Step.SUMMARY)),
    )
    return off_ramp(page, organization=here.organization, status=form.status if form.problems else ANSWERS[FAILED][1])
