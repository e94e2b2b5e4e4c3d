"""The frame of customer pages and off-ramps: the organization's look, whom to ask, and the steps in words."""

from collections.abc import Sequence

from linkflow.domain.journey import Step as JourneyStep
from linkflow.domain.journey import Way
from linkflow.domain.links import brand_path
from linkflow.images import Image
from linkflow.organization_model import Organization
from linkflow.services import finishing
from linkflow.web.guards import Visiting
from linkflow.web.language import switch
from linkflow.web.page_views import AboutRequest, HelpContact, Shell, SiteLink, Step, StepName
from linkflow.web.running import href

_SHOWN: dict[JourneyStep, StepName] = {
    JourneyStep.ENTITY_COUNT: "entity",
    JourneyStep.ENTITY_NAME: "entity",
    JourneyStep.SOFTWARE: "software",
    JourneyStep.CONSENT: "consent",
    JourneyStep.UPLOAD: "upload",
    JourneyStep.LEAVING: "sign-in",
    JourneyStep.CONFIRM_COMPANY: "confirm-company",
}


def organization_shell(organization: Organization | None, *, language: str, page: str | None = None) -> Shell:
    """The frame without a request in it. The switch of languages comes back to `page`: to this one if none is told."""
    if organization is None:
        return Shell(organization="linkflow", language=language)
    look = organization.look
    return Shell(
        organization=organization.name,
        theme_href=href(f"/theme/{organization.slug}/{look.theme_hash}.css"),
        logo_url=image_href(organization, look.logo),
        logo_alt=look.logo.alt if look.logo else "",
        icon_url=image_href(organization, look.icon),
        hero_url=image_href(organization, look.hero),
        hero_alt=look.hero.alt if look.hero else "",
        navigation=tuple(SiteLink(label=one.label, href=one.url) for one in look.navigation),
        language=language,
        languages=switch(organization, language, page),
        timezone=organization.timezone,
        help=HelpContact(
            name=organization.help.name,
            phone=organization.help.phone,
            email=organization.help.email,
            url=organization.help.url,
        ),
        terms_url=organization.terms_url,
        privacy_url=organization.privacy_url,
        data_security_url=organization.data_security_url,
        operated_by=organization.operated_by,
        secured_by=look.secured_by,
    )


def image_href(organization: Organization, image: Image | None) -> str | None:
    """Where one of the organization's images is served."""
    return href(brand_path(organization.slug, image.file_name)) if image else None


def customer_shell(here: Visiting, step: JourneyStep | None = None, *, by_file: bool = False) -> Shell:
    """The frame of a page inside the journey; `step` is the one this page is, on the way of a file or of a sign-in."""
    link = here.visit.link
    bare = organization_shell(here.organization, language=link.language)
    about = AboutRequest(
        request_name=link.request_name,
        rm_name=link.rm_name,
        company_name=link.company_name,
        entity_name=here.entity.name if here.entity else None,
        phrase=link.phrase,
    )
    given = {name: getattr(bare, name) for name in bare.__dataclass_fields__}
    exit_, asks_first = href(here.request_path(JourneyStep.EXIT)), here.organization.feel.exit_confirmation
    own = {
        "about": about,
        "steps": _steps(here, step, by_file=by_file),
        "save_and_leave_url": exit_ if asks_first else href(here.request_path("returning")),
        "decline_url": exit_ if not asks_first and _may_decline(here) else None,
    }
    return Shell(**{**given, **own})


def _may_decline(here: Visiting) -> bool:
    shared = any(entity.done for entity in here.progress.entities)
    return finishing.may_decline(here.visit) and not (shared or here.progress.declined)


def steps(names: Sequence[StepName], current: StepName | None) -> tuple[Step, ...]:
    """The steps as they are shown on the page of the current one; none on a page that is no step."""
    if current not in names:
        return ()
    at = names.index(current)
    return tuple(
        Step(name=name, state="done" if n < at else "current" if n == at else "ahead") for n, name in enumerate(names)
    )


def _steps(here: Visiting, current: JourneyStep | None, *, by_file: bool) -> tuple[Step, ...]:
    return steps(_names(here, by_file=by_file), _SHOWN.get(current) if current else None)


def _names(here: Visiting, *, by_file: bool) -> list[StepName]:
    first: list[StepName] = ["entity"] if here.progress.asks_count else []
    progress = here.entity_progress
    if by_file or (progress is not None and progress.way is Way.UPLOAD):
        return [*first, "software", "consent", "upload"]
    return [*first, "software", "consent", "sign-in", "confirm-company"]
