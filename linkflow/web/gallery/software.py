"""Samples of choosing the software: the organization's own list, a search, and what is not in it."""

from collections.abc import Iterator
from dataclasses import replace

from linkflow.services import choosing
from linkflow.web.aside_views import NoSoftwarePage, NotListedPage
from linkflow.web.customer.software_words import software_rows
from linkflow.web.customer_views import SoftwarePage
from linkflow.web.gallery.sample import PageSample
from linkflow.web.gallery.scene import ENTITY, HERE, Scene, form
from linkflow.web.running import ctx


def samples(scene: Scene) -> Iterator[PageSample]:
    """The picker and what lies beside it."""
    if choosing.anything_to_offer(ctx(), scene.organization):
        yield from _picking(scene)
    yield _sample(
        scene, "no-software", "no-software", NoSoftwarePage(upload_href=scene.upload_href, return_url=scene.return_url)
    )
    missing = NotListedPage(
        form=form(), back_href=HERE, upload_href=scene.upload_href, hand_over_href=scene.hand_over_href
    )
    yield _sample(scene, "not-listed", "not-listed", missing)
    yield _sample(scene, "not-listed-refused", "not-listed", replace(missing, form=scene.refused(product="empty")))
    yield _sample(scene, "not-listed-sent", "not-listed", replace(missing, sent=True, return_url=scene.return_url))


def _picking(scene: Scene) -> Iterator[PageSample]:
    rows = software_rows(scene.organization, scene.language)
    plain = SoftwarePage(
        form=form(),
        search_action=HERE,
        not_listed_href=HERE,
        popular=rows[: choosing.POPULAR],
        others=rows[choosing.POPULAR :],
    )
    searched = replace(plain, popular=(), others=())
    yield _sample(scene, "software", "software", plain)
    of_entity = replace(plain, entity_name=ENTITY, back_href=HERE, form=scene.refused(software="empty"))
    yield _sample(scene, "software-of-an-entity-refused", "software", of_entity, entity=ENTITY)
    found = software_rows(scene.organization, scene.language, query=rows[0].name)
    yield _sample(scene, "software-found", "software", replace(searched, query=rows[0].name, matches=found))
    yield _sample(scene, "software-not-found", "software", replace(searched, query="Ledger Wizard"))


def _sample(
    scene: Scene,
    name: str,
    template: str,
    page: SoftwarePage | NoSoftwarePage | NotListedPage,
    *,
    entity: str | None = None,
) -> PageSample:
    shell = scene.shell("software", entity=entity)
    return PageSample(name=name, template=f"customer/{template}.html", shell=shell, page=page)
