"""The answer to a form that was sent when its session had ended: what was typed is kept on a page, and done is nothing.

Only a form of ours gets it, known by the token of this browser's ended session: of what another site sends, no form is
made. Sent again after signing in, its token is that of the session before, so that the page it came from shows it
first, with a token of the new session, and nothing is carried out that nobody has looked at.
"""

from flask import request
from werkzeug.wrappers import Response

from linkflow.web.forms import Form, form_view, typed
from linkflow.web.pages import render
from linkflow.web.portal.shell import bare_shell, sole_organization
from linkflow.web.portal_sign_in_views import SignedOutPage


def kept(path: str, sign_in_href: str) -> Response | None:
    """The page with what was posted to `path`; None where nothing was typed, or not on a page of ours."""
    form, fields = Form(), typed()
    if not fields or not form.validate():
        return None
    page = SignedOutPage(
        form=form_view(form, path),
        fields=fields,
        sign_in_href=sign_in_href,
        has_file=any(sent.filename for sent in request.files.values()),
    )
    return render("portal/signed-out.html", shell=bare_shell(sole_organization()), page=page, status=403)
