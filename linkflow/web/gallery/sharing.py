"""Samples of what stands at the end: connected, while the books are read and after, and the summary."""

from collections.abc import Iterator
from dataclasses import replace

from linkflow.web.customer_views import ConnectedPage, EntityRow, PartProgress, PullProgress, SummaryPage
from linkflow.web.gallery import entities
from linkflow.web.gallery.sample import PageSample
from linkflow.web.gallery.scene import (
    BOTH,
    COMPANY,
    DAY,
    DUE_ON,
    ENTITY,
    FINANCIALS,
    HERE,
    NOW,
    OTHER,
    SPEND,
    TENANT,
    Scene,
    keys,
)

_WAITING = tuple(
    PartProgress(name=name, state="waiting")
    for name in ("company", "accounts", "suppliers", "bills", "credit_notes", "bill_payments", "expenses")
)
_DONE = tuple(replace(part, state="done", rows=240 * n) for n, part in enumerate(_WAITING))
_HALF = (*_DONE[:3], replace(_WAITING[3], state="reading", rows=1400, total=5200), *_WAITING[4:])
_BROKEN = (*_DONE[:3], replace(_WAITING[3], state="failed", rows=1400), *_WAITING[4:])
_UNCOUNTED = (*_DONE[:3], replace(_WAITING[3], state="reading"), *_WAITING[4:])


def samples(scene: Scene) -> Iterator[PageSample]:
    """Where a customer comes to when all is said."""
    yield from _connected(scene)
    yield from _summaries(scene)


def _connected(scene: Scene) -> Iterator[PageSample]:
    reading = PullProgress(state="reading", parts=_HALF)
    page = ConnectedPage(
        software_name=scene.software_name,
        tenant_name=TENANT,
        progress=reading,
        onward_href=HERE,
        again_href=HERE,
        expected_name=COMPANY,
        access=scene.feel.access.value,
        access_until=scene.access_until,
    )
    yield _page(scene, "connected", page)
    yield _page(scene, "connected-waiting", replace(page, progress=PullProgress(state="waiting")))
    slow = PullProgress(state="reading", parts=_UNCOUNTED, slow=True)
    yield _page(scene, "connected-slow", replace(page, progress=slow))
    yield _page(scene, "connected-limited", replace(page, progress=replace(reading, limited_until=NOW + DAY / 12)))
    done = replace(page, progress=PullProgress(state="done", parts=_DONE))
    yield _page(scene, "connected-done", done)
    if scene.return_url:
        yield _page(scene, "connected-returning", replace(done, return_url=scene.return_url))
    yield _page(scene, "connected-failed", replace(page, progress=PullProgress(state="failed", parts=_BROKEN)))
    differing = replace(page, tenant_name=OTHER, resembles=False)
    yield _page(scene, "connected-differs", differing)
    if scene.feel.multi_entity:
        yield _page(scene, "connected-of-an-entity", replace(page, several=True, entity_name=ENTITY))


def _summaries(scene: Scene) -> Iterator[PageSample]:
    alone = replace(entities.rows(scene, "available", actions=False)[0], name=COMPANY, tenant_name=TENANT)
    begun = SummaryPage(
        request_name=scene.request_name,
        company_name=COMPANY,
        rows=(replace(alone, state="started", tenant_name=None, software_name=None),),
        data_types=keys(FINANCIALS),
        again_href=HERE,
        due_on=DUE_ON,
    )
    done = replace(begun, rows=(alone,), finished_at=NOW, access_href=HERE, data_types=keys(BOTH), due_on=None)
    yield _page(scene, "summary", done)
    yield _page(scene, "summary-begun", begun)
    yield _page(scene, "summary-reading", replace(done, rows=(replace(alone, state="reading"),)))
    if scene.feel.upload:
        yield _page(scene, "summary-of-a-file", replace(done, rows=(_of_a_file(alone),)))
    if scene.feel.multi_entity:
        several = replace(done, several=True, add_href=HERE, data_types=keys(SPEND))
        every = entities.rows(scene, *entities.possible(scene), actions=False)
        yield _page(scene, "summary-of-several", replace(several, rows=every))
    if scene.return_url:
        yield _page(scene, "summary-returning", replace(done, return_url=scene.return_url))


def _of_a_file(row: EntityRow) -> EntityRow:
    return replace(row, state="uploaded", tenant_name=None, software_name=None)


def _page(scene: Scene, name: str, page: ConnectedPage | SummaryPage) -> PageSample:
    template = "connected" if isinstance(page, ConnectedPage) else "summary"
    entity = page.entity_name if isinstance(page, ConnectedPage) else None
    shell = scene.shell(entity=entity)
    return PageSample(name=name, template=f"customer/{template}.html", shell=shell, page=page)
