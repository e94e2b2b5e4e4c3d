"""Before whom the samples are made: one organization, in one language, and people who do not exist.

Every address is the page's own, so nothing in a sample leads anywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from linkflow.domain.consent import Fact, Terms, declaration, facts
from linkflow.domain.filled import FileProblem
from linkflow.domain.requests import DataType, DataTypes
from linkflow.domain.software import Software, SoftwareKind
from linkflow.organization_model import Feel, Organization
from linkflow.templating import speech
from linkflow.web.assets import software_logo
from linkflow.web.customer.software_words import words
from linkflow.web.file_words import sentence
from linkflow.web.gallery.sample import PageSample
from linkflow.web.page_views import AboutRequest, FieldView, FormView, OffRampPage, Shell, StepName
from linkflow.web.running import ctx
from linkflow.web.shells import image_href, organization_shell, steps
from linkflow.web.words import problem

NOW = datetime(2026, 11, 23, 16, 40, tzinfo=UTC)
DAY = timedelta(days=1)
DUE_ON = date(2026, 12, 5)
HERE = "#"
"""Where everything leads."""
COMPANY, ENTITY, OTHER = "Abra Kebabra Ltd", "Abra Kebabra Catering Ltd", "The Codfather Ltd"
TENANT = "ABRA KEBABRA LIMITED"
CONTACT, COLLEAGUE = "a…@a….example", "l…@a….example"
RM, PHRASE = "Jordan Lee", "amber lantern"
FINANCIALS: DataTypes = frozenset({DataType.FINANCIALS})
SPEND: DataTypes = frozenset({DataType.SPEND_ANALYSIS})
BOTH = FINANCIALS | SPEND
BY_SOFTWARE: tuple[StepName, ...] = ("software", "consent", "sign-in", "confirm-company")
BY_FILE: tuple[StepName, ...] = ("software", "consent", "upload")


def keys(data_types: DataTypes) -> tuple[str, ...]:
    """The types as pages are given them."""
    return tuple(kind.value for kind in DataType if kind in data_types)


def form(**fields: str) -> FormView:
    """A form as it is first shown, with what is known already."""
    return FormView(action=HERE, fields={name: FieldView(name=name, value=value) for name, value in fields.items()})


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One organization in one of its languages."""

    organization: Organization
    language: str

    @property
    def feel(self) -> Feel:
        """The organization's switches."""
        return self.organization.feel

    @property
    def request_name(self) -> str:
        """The first name it offers for a request."""
        return self.organization.request_names[0]

    @property
    def software(self) -> Software | None:
        """The first product it offers that one signs in to."""
        offered = self.organization.offered(ctx().catalogue)
        return next((one for one in offered if one.kind is SoftwareKind.OAUTH), None)

    @property
    def software_name(self) -> str:
        """Its name."""
        return self.software.name if self.software else "Sandbox Books"

    @property
    def software_logo(self) -> str | None:
        """Its mark."""
        return software_logo(self.software) if self.software else None

    @property
    def software_role(self) -> str | None:
        """Who may share its books."""
        return words(self.software.required_role, self.language) if self.software else None

    @property
    def logo_url(self) -> str | None:
        """Where a mail finds the organization's logo."""
        return image_href(self.organization, self.organization.look.logo)

    @property
    def upload_href(self) -> str | None:
        """A way to send a file, where there is one."""
        return HERE if self.feel.upload else None

    @property
    def hand_over_href(self) -> str | None:
        """A way to hand over, where there is one."""
        return HERE if self.feel.hand_over else None

    @property
    def return_url(self) -> str | None:
        """The organization's own page that follows the end, where there is one."""
        return HERE if self.feel.redirect_after else None

    @property
    def decline_url(self) -> str | None:
        """A way to say no beside the way out, where that does not ask first."""
        return None if self.feel.exit_confirmation else HERE

    @property
    def access_until(self) -> date | None:
        """The day its access ends; None for one reading."""
        until = self.organization.access_ends_at(NOW)
        return self.organization.day_of(until) if until else None

    def facts(
        self, data_types: DataTypes, software: Software | None, *, entity: str = COMPANY
    ) -> tuple[tuple[Fact, ...], str]:
        """What a consent must say, and the sentence to be ticked."""
        terms = Terms(
            organization=self.organization.name,
            entity=entity,
            request_name=self.request_name,
            data_types=data_types,
            software=software.name if software else None,
            read_only=software.read_only if software else True,
            access_until=self.access_until,
            retention_months=self.feel.retention_months,
            contact=self.organization.help.email or RM,
            user_rights=software is not None and software.user_rights,
            not_available=software.not_available if software else (),
            can_be_told=software is not None and software.can_be_told,
        )
        return facts(terms, speech(self.language)), declaration(terms, speech(self.language))

    def problem(self, field: str, reason: str, **details: str) -> str:
        """The sentence for something that was refused."""
        return problem(field, reason, speech(self.language), **details)

    def file_problem(self, found: FileProblem) -> str:
        """The sentence for something that is wrong in a file."""
        return sentence(found, speech(self.language))

    def refused(self, typed: Mapping[str, str] | None = None, **reasons: str) -> FormView:
        """A form that came back: what was typed, and by field the reason it was refused."""
        names = dict.fromkeys([*(typed or {}), *reasons])
        fields = {
            name: FieldView(
                name=name,
                value=(typed or {}).get(name, ""),
                error=self.problem(name, reasons[name], length="104") if name in reasons else None,
            )
            for name in names
        }
        return FormView(action=HERE, fields=fields)

    def shell(
        self,
        step: StepName | None = None,
        *,
        entity: str | None = None,
        way: tuple[StepName, ...] = BY_SOFTWARE,
        leave: bool = True,
    ) -> Shell:
        """The frame of a page inside the journey."""
        about = AboutRequest(
            request_name=self.request_name, rm_name=RM, company_name=COMPANY, entity_name=entity, phrase=PHRASE
        )
        names: tuple[StepName, ...] = ("entity", *way) if entity or step == "entity" else way
        shown = steps(names, step)
        plain = organization_shell(self.organization, language=self.language, page=HERE)
        return replace(
            plain,
            about=about,
            steps=shown,
            save_and_leave_url=HERE if leave else None,
            decline_url=self.decline_url if leave else None,
        )

    def before_the_link(self) -> Shell:
        """The frame of the link's own page, which names nobody of the customer's."""
        about = AboutRequest(request_name=self.request_name, rm_name=RM, phrase=PHRASE)
        return replace(organization_shell(self.organization, language=self.language, page=HERE), about=about)

    def off_ramp(self, name: str, page: OffRampPage) -> PageSample:
        """A way off the path, in the frame it has."""
        shell = organization_shell(self.organization, language=self.language, page=HERE)
        return PageSample(name=name, template=f"errors/{page.code}.html", shell=shell, page=page)
