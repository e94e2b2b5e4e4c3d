"""Samples of handing over, leaving for now, declining, stopping reminders; and the pages vendors send people to."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from linkflow.web.aside_views import Colleague, ExitPage, HandOverPage, ReturningPage, StopRemindersPage, VendorPage
from linkflow.web.gallery.sample import PageSample
from linkflow.web.gallery.scene import COLLEAGUE, CONTACT, DAY, ENTITY, HERE, NOW, Scene, form
from linkflow.web.shells import organization_shell

_ADDRESS = "lee@accountants.example"


def samples(scene: Scene) -> Iterator[PageSample]:
    """Every way out."""
    if scene.feel.hand_over:
        yield from _handing_over(scene)
    yield from _exits(scene)
    yield from _reminders(scene)
    yield from _from_vendors(scene)


def _handing_over(scene: Scene) -> Iterator[PageSample]:
    page = HandOverPage(state="write", form=form(), back_href=HERE)
    colleague = Colleague(masked_email=COLLEAGUE, expires_at=NOW + 7 * DAY, withdraw=form())
    returned = replace(colleague, arrived=False, entity_name=ENTITY, withdraw=None)
    yield _sample(scene, "hand-over", page)
    refused = scene.refused({"email": "lee@accountants"}, email="not-an-address")
    yield _sample(scene, "hand-over-refused", replace(page, form=refused))
    confirmed = replace(page, state="confirm", email=_ADDRESS)
    yield _sample(scene, "hand-over-confirm", confirmed)
    if scene.feel.multi_entity:
        several = replace(page, entities=(("1", ENTITY), ("2", "Abra Kebabra Airport Ltd")), out=(colleague, returned))
        yield _sample(scene, "hand-over-of-an-entity", several)
        of_one = replace(confirmed, entity_id="1", entity_name=ENTITY)
        yield _sample(scene, "hand-over-of-an-entity-confirm", of_one)
    sent = replace(page, state="sent", form=None, email=COLLEAGUE, left_today=4, out=(colleague,))
    yield _sample(scene, "hand-over-sent", sent)
    yield _sample(scene, "hand-over-none-left", replace(sent, state="write", left_today=0))


def _exits(scene: Scene) -> Iterator[PageSample]:
    page = ExitPage(
        state="leaving",
        masked_recipient=CONTACT,
        decline=form(),
        resume_href=HERE,
        link_expires_at=NOW + 30 * DAY,
        return_url=scene.return_url,
    )
    yield _sample(scene, "exit", page, leave=False)
    refused = scene.refused({"reason": "We would rather not."}, reason="shared")
    yield _sample(scene, "exit-refused", replace(page, decline=refused), leave=False)
    yield _sample(scene, "exit-after-sharing", replace(page, decline=None, anything_shared=True), leave=False)
    declined = ExitPage(state="declined", masked_recipient=CONTACT, resume=form(), return_url=scene.return_url)
    yield _sample(scene, "exit-declined", declined, leave=False)
    if scene.feel.redirect_after:
        returning = ReturningPage(host=urlsplit(scene.feel.redirect_after).netloc, return_url=HERE)
        shell = scene.shell(leave=False)
        yield PageSample(name="returning", template="customer/returning.html", shell=shell, page=returning)


def _reminders(scene: Scene) -> Iterator[PageSample]:
    page, shell = StopRemindersPage(form=form(), request_name=scene.request_name), scene.before_the_link()
    stopped = replace(page, form=None)
    states = {"": page, "-stopped": stopped, "-over": replace(stopped, over=True)}
    for state, shown in states.items():
        name, template = f"stop-reminders{state}", "customer/stop-reminders.html"
        yield PageSample(name=name, template=template, shell=shell, page=shown)


def _from_vendors(scene: Scene) -> Iterator[PageSample]:
    """Nobody knows who comes there, so they are in no organization's look."""
    page = VendorPage(software_name=scene.software_name, software_logo_url=scene.software_logo)
    shell = organization_shell(None, language=scene.language)
    for name in ("software-launch", "software-reconnect", "software-disconnect"):
        yield PageSample(name=name, template=f"customer/{name}.html", shell=shell, page=page)


def _sample(scene: Scene, name: str, page: HandOverPage | ExitPage, *, leave: bool = True) -> PageSample:
    template = "exit" if isinstance(page, ExitPage) else "hand-over"
    return PageSample(name=name, template=f"customer/{template}.html", shell=scene.shell(leave=leave), page=page)
