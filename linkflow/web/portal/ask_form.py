"""The form of a new request, and what it comes to in domain words.

What the organization's own page that follows the end is told has a field for each name it listed.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from wtforms import StringField

from linkflow.domain.requests import DataType, DataTypes
from linkflow.domain.texts import day_of
from linkflow.languages import language_name
from linkflow.organization_model import Organization
from linkflow.services.drafting import Drafted
from linkflow.services.requesting import PARAMETER, Ask, NewCompany, beginnings, usual_software
from linkflow.web.forms import Form
from linkflow.web.running import ctx

NEW = "new"
"""Stands for a company that is not there yet."""
KINDS: dict[str, DataTypes] = {
    "financials": frozenset({DataType.FINANCIALS}),
    "spend_analysis": frozenset({DataType.SPEND_ANALYSIS}),
    "both": frozenset(DataType),
}


class WhomForm(Form):
    """`company` is an id, or `new` or nothing for a new one. It comes first on the page, and so it does here."""

    company = StringField()
    company_name = StringField()
    contact_name = StringField()
    contact_email = StringField()


class AskAllForm(Form):
    """What is asked, of every company of an import."""

    data_types = StringField()
    request_name = StringField()
    due_on = StringField()
    note = StringField()
    software = StringField()
    language = StringField()


class AskForm(WhomForm, AskAllForm):
    """What is asked of one company; `draft` travels from the preview to the sending."""

    draft = StringField()

    @property
    def company_id(self) -> str | None:
        """The company it is about, None for a new one."""
        return None if self.company.data == NEW else self.company.data or None


AskedBy = TypeVar("AskedBy", bound=AskAllForm)


def with_parameters(kind: type[AskedBy], organization: Organization, **given: Any) -> AskedBy:
    """A form of that kind with the organization's own fields."""
    own = {f"{PARAMETER}{name}": StringField() for name in organization.feel.redirect_parameters}
    made: AskedBy = type(kind.__name__, (kind,), own)(**given)
    return made


def parameters_of(form: AskAllForm) -> Mapping[str, str]:
    """What stands in those fields."""
    fields = [one for one in form if one.short_name.startswith(PARAMETER)]
    return {one.short_name.removeprefix(PARAMETER): one.data or "" for one in fields}


def usual_answers(organization: Organization) -> dict[str, str]:
    """What stands in the form of somebody who has not typed yet."""
    return {
        "request_name": organization.request_names[0],
        "software": usual_software(ctx(), organization) or "",
        "language": "",
    }


def software_choices(organization: Organization) -> tuple[tuple[str, str], ...]:
    """Where a customer can begin."""
    return tuple((one.id, one.name) for one in beginnings(ctx(), organization))


def language_choices(organization: Organization) -> tuple[tuple[str, str], ...]:
    """Each by its own name, where there is a choice; before them none, which leaves the pages to the browser."""
    tags = organization.languages
    none = f"As the customer’s browser asks; emails in {language_name(organization.default_language, tags)}"
    return (("", none), *((tag, language_name(tag, tags)) for tag in tags)) if len(tags) > 1 else ()


def drafted(form: AskForm, *, draft: str, send: bool) -> Drafted:
    """What was typed."""
    asked = ask_of(form, send=send)
    if form.company_id is not None:
        return Drafted(draft=draft, ask=asked, company_id=form.company_id)
    company = NewCompany(
        name=form.company_name.data or "",
        contact_name=form.contact_name.data or "",
        contact_email=form.contact_email.data or "",
    )
    return Drafted(draft=draft, ask=asked, company=company)


def ask_of(form: AskAllForm, *, send: bool = True) -> Ask:
    """What is asked, without whom."""
    day = (form.due_on.data or "").strip()
    due_on = day_of(day)
    return Ask(
        data_types=KINDS.get(form.data_types.data or "", frozenset()),
        name=form.request_name.data or "",
        due_on=due_on,
        unreadable_day=bool(day) and due_on is None,
        note=form.note.data or "",
        software=form.software.data,
        language=form.language.data or None,
        parameters=parameters_of(form),
        send=send,
    )
