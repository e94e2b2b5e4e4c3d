"""The form of a new request, and what it comes to in domain words."""

from datetime import date

from wtforms import StringField

from linkflow.domain.errors import Refused
from linkflow.domain.requests import DataType, DataTypes
from linkflow.services.drafting import Drafted
from linkflow.services.requesting import Ask, NewCompany
from linkflow.web.forms import Form

KINDS: dict[str, DataTypes] = {
    "financials": frozenset({DataType.FINANCIALS}),
    "spend_analysis": frozenset({DataType.SPEND_ANALYSIS}),
    "both": frozenset(DataType),
}


class AskForm(Form):
    """`company` is an id or `new`; `draft` travels from the preview to the sending."""

    company = StringField()
    company_name = StringField()
    contact_name = StringField()
    contact_email = StringField()
    data_types = StringField()
    request_name = StringField()
    due_on = StringField()
    note = StringField()
    software = StringField()
    language = StringField()
    draft = StringField()


def drafted(form: AskForm, *, draft: str, send: bool) -> Drafted:
    """What was typed; raises `Refused` by field where it cannot be read at all."""
    chosen = form.company.data or ""
    if not chosen:
        raise Refused("company", "empty")
    asked = Ask(
        data_types=KINDS.get(form.data_types.data or "", frozenset()),
        name=form.request_name.data or "",
        due_on=typed_day("due_on", form.due_on.data) if (form.due_on.data or "").strip() else None,
        note=form.note.data or "",
        software=form.software.data,
        language=form.language.data or None,
        send=send,
    )
    if chosen != "new":
        return Drafted(draft=draft, ask=asked, company_id=chosen)
    company = NewCompany(
        name=form.company_name.data or "",
        contact_name=form.contact_name.data or "",
        contact_email=form.contact_email.data or "",
    )
    return Drafted(draft=draft, ask=asked, company=company)


def typed_day(field: str, typed: str | None) -> date:
    """A day as date fields send it; raises `Refused` for that field."""
    text = (typed or "").strip()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(field, "not-a-date" if text else "empty") from None
