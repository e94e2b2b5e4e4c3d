"""Samples of every way off the path, with the ways on that each has."""

from collections.abc import Iterator
from dataclasses import replace

from linkflow.web.gallery.sample import PageSample
from linkflow.web.gallery.scene import COMPANY, DAY, HERE, NOW, OTHER, TENANT, Scene, form
from linkflow.web.page_views import OffRampPage

_PLAIN = ("link-withdrawn", "link-invalid", "too-large", "bad-host")
_ONE_WAY = ("page-not-found", "session-ended", "cookies-blocked", "cross-site", "too-many-requests", "busy")
_AT_THE_SOFTWARE = (
    "declined-at-software", "software-unavailable", "wrong-role", "no-company", "company-in-use", "connected-elsewhere",
)  # fmt: skip


def samples(scene: Scene) -> Iterator[PageSample]:
    """Of the link, of the software, and of ours."""
    found = (*_of_the_link(), *_of_the_software(scene), *_of_ours())
    yield from (scene.off_ramp(name, page) for name, page in found)


def _of_the_link() -> Iterator[tuple[str, OffRampPage]]:
    expired = OffRampPage(code="link-expired", form=form())
    yield "link-expired", expired
    yield "link-expired-sent", replace(expired, sent=True)
    for code in _PLAIN:
        yield code, OffRampPage(code=code)
    for code in _ONE_WAY:
        yield code, OffRampPage(code=code, retry_href=HERE)
    yield "page-not-found-for-users", OffRampPage(code="page-not-found", for_users=True)


def _of_the_software(scene: Scene) -> Iterator[tuple[str, OffRampPage]]:
    for code in _AT_THE_SOFTWARE:
        yield code, _after_a_sign_in(scene, code)
    yield "software-unavailable-asked-again", _after_a_sign_in(scene, "software-unavailable", form_=True)
    different = _after_a_sign_in(scene, "different-company")
    yield "different-company", replace(different, tenant_name=OTHER, expected_name=TENANT)
    allowed = OffRampPage(code="access-not-allowed", software_name=scene.software_name)
    yield "access-not-allowed", replace(allowed, retry_href=HERE)
    yield "access-not-allowed-for-no-request", replace(allowed, software_name=None)
    yield "other-browser", OffRampPage(code="other-browser", form=form(), back_href=HERE)
    yield "other-browser-without-the-link", OffRampPage(code="other-browser")
    failed = OffRampPage(code="first-sync-failed", software_name=scene.software_name, tenant_name=TENANT)
    waiting = replace(failed, summary_href=HERE, return_url=scene.return_url)
    day = scene.organization.day_of(NOW + 7 * DAY)
    yield "first-sync-failed", waiting
    yield "first-sync-failed-to-try-again", replace(waiting, form=form(), ends_on=None if scene.access_until else day)


def _of_ours() -> Iterator[tuple[str, OffRampPage]]:
    yield "server-fault", OffRampPage(code="server-fault", reference="7f3a91c2", retry_href=HERE)
    yield "sign-in-refused", OffRampPage(code="sign-in-refused", for_users=True, retry_href=HERE)
    yield "company-going", OffRampPage(code="company-going", for_users=True, retry_href=HERE)


def _after_a_sign_in(scene: Scene, code: str, *, form_: bool = False) -> OffRampPage:
    return OffRampPage(
        code=code,
        software_name=scene.software_name,
        tenant_name=TENANT,
        expected_name=COMPANY,
        required_role=scene.software_role,
        form=form() if form_ else None,
        retry_href=None if form_ else HERE,
        other_software_href=HERE,
        upload_href=scene.upload_href,
        hand_over_href=scene.hand_over_href,
        summary_href=HERE if code == "connected-elsewhere" else None,
    )
