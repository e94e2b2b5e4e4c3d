"""Notes about a company: written on its page, deleted by who wrote them."""

from flask import redirect
from werkzeug.wrappers import Response
from wtforms import StringField

from linkflow.domain.links import company_page_path
from linkflow.services import annotating
from linkflow.services.reviewing import CompanyReview
from linkflow.store.users import User
from linkflow.web.company_page_views import NoteView
from linkflow.web.forms import Form, OnceForm, button, form_view
from linkflow.web.page_views import FormView
from linkflow.web.portal import session
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import delete_note_path, notes_path
from linkflow.web.running import ctx, href


class NoteForm(OnceForm):
    """A note."""

    note_text = StringField()

    def view(self, company_id: str) -> FormView:
        """The form for the company's page."""
        return form_view(self, notes_path(company_id))


def note_form() -> NoteForm:
    """An empty one."""
    return NoteForm(formdata=None)


@portal("manager")
def delete(user: User, note_id: str) -> Response:
    """Delete a note of one's own."""
    company_id = annotating.company_of_note(ctx(), user, note_id)
    form = Form()
    if form.carry_out(lambda: annotating.delete_note(ctx(), user, note_id)):
        session.tell("ok", "The note is deleted.")
    else:
        session.tell("bad", form.problems[0])
    return redirect(href(company_page_path(company_id)), 303)


def note_views(review: CompanyReview, user: User) -> tuple[NoteView, ...]:
    """The notes, the latest first."""
    return tuple(
        NoteView(
            author=one.author,
            written_at=one.written_at,
            text=one.text,
            delete=button(delete_note_path(one.id)) if one.user_id == user.id else None,
        )
        for one in review.notes.rows
    )
