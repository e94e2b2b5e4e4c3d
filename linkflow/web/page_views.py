"""What every page is given: its frame (`shell`), its forms, and the off-ramp page.

Pure values. A template sees exactly two variables, `shell` and `page`; wording lives in the templates, so
nothing here carries a label. Names such as a step or a data type are keys the templates turn into words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from linkflow.domain.texts import day_of

StepName = Literal["entity", "software", "consent", "sign-in", "confirm-company", "upload"]
StepState = Literal["done", "current", "ahead"]


@dataclass(frozen=True, kw_only=True)
class FieldView:
    """One form field: `name` is also its HTML id; `value` is what was typed, never lost; `error` is a sentence."""

    name: str
    value: str = ""
    error: str | None = None

    @property
    def day_type(self) -> str:
        """The type of input for a day: a date field would show nothing of any other text, so that is kept as text."""
        day = day_of(self.value)
        return "date" if not self.value or (day and day.isoformat() == self.value) else "text"


@dataclass(frozen=True, kw_only=True)
class FormError:
    """A line of the error summary; `field_id` is the control it jumps to, None for the form as a whole."""

    text: str
    field_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class FormView:
    """A form: where it posts, its CSRF token (None where the link itself is the capability), its fields."""

    action: str
    csrf_token: str | None = None
    fields: Mapping[str, FieldView] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    csrf_field: str = "linkflow_csrf"

    def field(self, name: str) -> FieldView:
        """The field of that name, empty when the form has not been sent."""
        return self.fields.get(name, FieldView(name=name))

    @property
    def errors(self) -> tuple[FormError, ...]:
        """Every mistake in page order, the form's own first."""
        own = tuple(FormError(text=text) for text in self.problems)
        return own + tuple(FormError(text=one.error, field_id=one.name) for one in self.fields.values() if one.error)


@dataclass(frozen=True, kw_only=True)
class HelpContact:
    """Whom to ask; every part is optional and shown only when given."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class SiteLink:
    """A page of the organization's own."""

    label: str
    href: str


@dataclass(frozen=True, kw_only=True)
class LanguageChoice:
    """One entry of the language list: its own name, its BCP 47 tag."""

    name: str
    tag: str
    current: bool = False


@dataclass(frozen=True, kw_only=True)
class LanguageSwitch:
    """The form that changes the language: it posts `language` and `page`, the address to come back to."""

    action: str
    page: str
    choices: tuple[LanguageChoice, ...]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the journey as the side panel and "Step 2 of 4" show it."""

    name: StepName
    state: StepState


@dataclass(frozen=True, kw_only=True)
class AboutRequest:
    """The side panel's facts. Before the link's POST `company_name` and `entity_name` stay None."""

    request_name: str
    rm_name: str | None = None
    company_name: str | None = None
    entity_name: str | None = None
    phrase: str | None = None


@dataclass(frozen=True, kw_only=True)
class Shell:
    """The frame of every customer page and off-ramp. `organization` is a name to show; the rest is optional.

    The hero is shown by the welcome page alone.
    """

    organization: str
    theme_href: str | None = None
    logo_url: str | None = None
    logo_alt: str = ""
    icon_url: str | None = None
    hero_url: str | None = None
    hero_alt: str = ""
    navigation: tuple[SiteLink, ...] = ()
    language: str = "en-GB"
    timezone: str = "UTC"
    help: HelpContact = field(default_factory=HelpContact)
    languages: LanguageSwitch | None = None
    terms_url: str | None = None
    privacy_url: str | None = None
    data_security_url: str | None = None
    operated_by: str | None = None
    secured_by: str | None = None
    about: AboutRequest | None = None
    steps: tuple[Step, ...] = ()
    save_and_leave_url: str | None = None
    decline_url: str | None = None

    @property
    def step_number(self) -> int | None:
        """1-based place of the current step, None where the page is not a step."""
        return next((n for n, step in enumerate(self.steps, 1) if step.state == "current"), None)


@dataclass(frozen=True, kw_only=True)
class OffRampPage:
    """Every page of `templates/linkflow/errors/`: one shape, each template shows the parts it has words for.

    `code` equals the template's name and `data-page`. `reference` is the correlation id to quote.
    `form` is the page's one button where it is a POST (`link-expired`, `other-browser`, `different-company`);
    `sent` says that button was pressed. `ends_on` is the last day of access for one reading that failed.
    `for_users` of the portal, who came by no mail of ours.
    """

    code: str
    for_users: bool = False
    reference: str | None = None
    software_name: str | None = None
    tenant_name: str | None = None
    expected_name: str | None = None
    required_role: str | None = None
    form: FormView | None = None
    sent: bool = False
    ends_on: date | None = None
    retry_href: str | None = None
    back_href: str | None = None
    other_software_href: str | None = None
    upload_href: str | None = None
    hand_over_href: str | None = None
    summary_href: str | None = None
    return_url: str | None = None
