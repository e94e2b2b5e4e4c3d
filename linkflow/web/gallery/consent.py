"""Samples of the consent, of each kind, and of the way out to the software and back."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from linkflow.domain.requests import DataTypes
from linkflow.domain.software import Software, SoftwareKind
from linkflow.markdown import as_html
from linkflow.services import locating
from linkflow.services.consenting import ConsentKind, Offer
from linkflow.templating import speech
from linkflow.web.aside_views import FinishingPage
from linkflow.web.assets import software_logo
from linkflow.web.consent_views import ConsentFact, ConsentPage, ConsentSection, LeavingPage
from linkflow.web.customer.software_words import connect_button, not_connected, software_shown
from linkflow.web.customer_views import ConfirmCompanyPage, TenantChoice
from linkflow.web.gallery.sample import PageSample
from linkflow.web.gallery.scene import (
    BOTH,
    BY_FILE,
    BY_SOFTWARE,
    COMPANY,
    ENTITY,
    FINANCIALS,
    HERE,
    OTHER,
    SPEND,
    TENANT,
    Scene,
    form,
    keys,
)
from linkflow.web.page_views import FormView, StepName
from linkflow.web.running import ctx


def samples(scene: Scene) -> Iterator[PageSample]:
    """From reading what is shared to confirming the company."""
    if scene.software is not None:
        yield from _by_software(scene, scene.software)
        yield from _on_the_way(scene)
        yield from _confirming(scene)
    if scene.feel.upload:
        yield from _by_file(scene)


def _by_software(scene: Scene, software: Software) -> Iterator[PageSample]:
    plain = _page(scene, ConsentKind.CONNECT, FINANCIALS, software)
    yield _consent(scene, "consent", plain)
    yield _consent(scene, "consent-both", _page(scene, ConsentKind.CONNECT, BOTH, software))
    typed = scene.refused({"declared_name": "Charlie"}, may_share="empty")
    yield _consent(scene, "consent-refused", replace(plain, form=typed))
    changed = replace(form(declared_name="Charlie Contact"), problems=(scene.problem("version", "changed"),))
    yield _consent(scene, "consent-changed", replace(plain, form=changed))
    yield _consent(scene, "consent-more", _page(scene, ConsentKind.MORE, BOTH, software))
    again = _page(scene, ConsentKind.RECONNECT, FINANCIALS, software)
    yield _consent(scene, "consent-reconnect", replace(again, reconnects=TENANT))
    if scene.feel.multi_entity:
        reused = _page(scene, ConsentKind.REUSE, SPEND, software, entity=ENTITY)
        yield _consent(scene, "consent-reuse", reused, entity=ENTITY)
    offered = [one for one in scene.organization.offered(ctx().catalogue) if one.kind is SoftwareKind.OAUTH]
    for name, is_one in _PARTICULAR.items():
        found = next(filter(is_one, offered), None)
        if found is not None and found is not software:
            yield _consent(scene, f"consent-{name}", _page(scene, ConsentKind.CONNECT, BOTH, found))


_PARTICULAR: dict[str, Callable[[Software], bool]] = {
    "asking": lambda one: bool(one.asked),
    "vendors-button": lambda one: one.connect_button is not None,
    "device-warning": lambda one: one.device_warning is not None,
    "advice": lambda one: bool(one.help),
    "not-all-available": lambda one: bool(one.not_available),
}
"""Products about which a consent has more to say."""


def _by_file(scene: Scene) -> Iterator[PageSample]:
    plain = _page(scene, ConsentKind.UPLOAD, BOTH, None)
    offered = scene.organization.offered(ctx().catalogue)
    yield _consent(scene, "consent-upload", plain)
    for name, kind in (("taking-files", SoftwareKind.UPLOAD), ("not-connected", SoftwareKind.OAUTH)):
        picked = next((one for one in offered if one.kind is kind), None)
        if picked is not None:
            shown = replace(plain, not_connected=not_connected(picked, scene.language))
            yield _consent(scene, f"consent-upload-{name}", shown)


def _on_the_way(scene: Scene) -> Iterator[PageSample]:
    software = scene.software
    address = software.oauth.authorize_url if software and software.oauth else "https://books.example/authorize"
    leaving = LeavingPage(
        software_name=scene.software_name,
        host=urlsplit(address).netloc,
        authorize_url=HERE,
        back_href=HERE,
        software_logo_url=scene.software_logo,
        connect_button=connect_button(software, scene.language) if software else None,
    )
    yield _sample(scene, "leaving", "leaving", leaving)
    yield _sample(scene, "leaving-in-a-mail-app", "leaving", replace(leaving, in_app_browser=True))
    offered = scene.organization.offered(ctx().catalogue)
    wanting = next((one for one in offered if one.connect_button is not None), None)
    if wanting is not None:
        button = connect_button(wanting, scene.language)
        by_its_button = replace(
            leaving, software_name=wanting.name, software_logo_url=software_logo(wanting), connect_button=button
        )
        yield _sample(scene, "leaving-by-the-vendors-button", "leaving", by_its_button)
    finishing = FinishingPage(software_name=scene.software_name, again_href=HERE)
    yield _sample(scene, "finishing", "finishing", finishing)
    yield _sample(scene, "finishing-stuck", "finishing", replace(finishing, retry_href=HERE, software_name=None))


def _confirming(scene: Scene) -> Iterator[PageSample]:
    right = TenantChoice(
        id="1", name=TENANT, resembles=True, legal_name="Abra Kebabra Limited", country="GB", currency="GBP"
    )
    wrong = TenantChoice(id="2", name=OTHER, resembles=False, connected_as=ENTITY)
    page = ConfirmCompanyPage(form=form(), software_name=scene.software_name, expected_name=COMPANY, tenants=(right,))
    several = replace(
        page, tenants=(right, wrong, replace(right, id="3", name="Abra Kebabra Spain S.L.", country="ES"))
    )
    yield _sample(scene, "confirm-company", "confirm-company", page, step="confirm-company")
    differs = replace(page, tenants=(wrong,))
    yield _sample(scene, "confirm-company-differs", "confirm-company", differs, step="confirm-company")
    yield _sample(scene, "confirm-company-several", "confirm-company", several, step="confirm-company")
    refused = replace(several, form=scene.refused(tenant="empty"))
    yield _sample(scene, "confirm-company-refused", "confirm-company", refused, step="confirm-company")


def _page(
    scene: Scene, kind: ConsentKind, data_types: DataTypes, software: Software | None, *, entity: str = COMPANY
) -> ConsentPage:
    facts, declaration = scene.facts(data_types, software, entity=entity)
    asked = _questions(scene, software)
    offer = Offer(
        kind=kind,
        software=software,
        facts=facts,
        declaration=declaration,
        text="",
        version="",
        scopes=(),
        access=scene.feel.access.value,
        access_until=None,
        retention_months=scene.feel.retention_months,
        signs_in=kind in (ConsentKind.CONNECT, ConsentKind.RECONNECT),
        questions=asked,
    )
    sections = scene.organization.consent_sections(scene.language)
    return ConsentPage(
        form=FormView(action=HERE),
        kind=kind.value,
        version="sample",
        facts=tuple(ConsentFact(title=one.title, text=one.text, items=one.items) for one in facts),
        declaration=declaration,
        data_types=keys(data_types),
        software=software_shown(offer, scene.language, warns=scene.feel.device_warnings),
        books_of=entity,
        sections=tuple(ConsentSection(header=one.header, body=as_html(one.body)) for one in sections),
        terms_url=scene.organization.terms_url,
        reviewed=scene.language in scene.organization.reviewed_languages,
        other_software_href=HERE,
        hand_over_href=scene.hand_over_href,
        back_href=HERE,
    )


def _questions(scene: Scene, software: Software | None) -> tuple[locating.Question, ...]:
    if software is None:
        return ()
    words = speech(scene.language)
    return locating.questions(ctx(), software, organization=scene.organization.slug, speech=words, known={})


def _consent(scene: Scene, name: str, page: ConsentPage, *, entity: str | None = None) -> PageSample:
    shell = scene.shell("consent", entity=entity, way=BY_FILE if page.kind == "upload" else BY_SOFTWARE)
    return PageSample(name=name, template="customer/consent.html", shell=shell, page=page)


def _sample(
    scene: Scene,
    name: str,
    template: str,
    page: LeavingPage | FinishingPage | ConfirmCompanyPage,
    *,
    step: StepName = "sign-in",
) -> PageSample:
    return PageSample(name=name, template=f"customer/{template}.html", shell=scene.shell(step), page=page)
