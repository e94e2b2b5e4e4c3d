"""Samples of what lies behind a fresh code: receipts, what was read, and disconnecting."""

from collections.abc import Iterator
from dataclasses import replace

from linkflow.domain.consent import consent_text
from linkflow.markdown import as_plain
from linkflow.web.access_views import (
    AccessConnection,
    AccessEntity,
    AccessPage,
    AccessReading,
    AccessReceipt,
    DisconnectPage,
    ReceiptFile,
)
from linkflow.web.customer_views import CodePage, PartProgress
from linkflow.web.gallery.sample import PageSample
from linkflow.web.gallery.scene import BOTH, COMPANY, CONTACT, DAY, ENTITY, HERE, NOW, TENANT, Scene, form, keys

_PERSON = "Charlie Contact"


def samples(scene: Scene) -> Iterator[PageSample]:
    """What a customer finds later on."""
    yield from _codes(scene)
    yield from _shared(scene)
    page = DisconnectPage(
        form=form(),
        software_name=scene.software_name,
        tenant_name=TENANT,
        entity_name=COMPANY,
        linked_at=NOW,
        retention_months=scene.feel.retention_months,
        back_href=HERE,
    )
    yield _sample(scene, "disconnect", "disconnect.html", page)
    yield _sample(scene, "disconnect-untold", "disconnect.html", replace(page, untold=True))
    if scene.feel.multi_entity:
        yield _sample(scene, "disconnect-one-of-several", "disconnect.html", replace(page, elsewhere=(ENTITY,)))


def _codes(scene: Scene) -> Iterator[PageSample]:
    asked = CodePage(form=None, masked_recipient=CONTACT, again=None, purpose="access", first=form(), back_href=HERE)
    mailed = replace(asked, form=form(), again=form(), first=None)
    refused = replace(mailed, form=replace(scene.refused({"code": "123456"}), problems=()), again=None)
    yield _sample(scene, "access-code", "code.html", asked)
    yield _sample(scene, "access-code-mailed", "code.html", mailed)
    yield _sample(scene, "access-code-none-left", "code.html", refused)


def _shared(scene: Scene) -> Iterator[PageSample]:
    parts = (
        PartProgress(name="accounts", state="done", rows=48),
        PartProgress(name="bills", state="done", rows=1400),
        PartProgress(name="expenses", state="failed"),
    )
    stopped = AccessReading(at=NOW + DAY, state="failed", rows=1448, parts=parts)
    read = AccessReading(at=NOW, state="done", rows=1448, parts=parts[:2])
    running = AccessReading(at=NOW + 2 * DAY, state="reading", rows=48, parts=parts[:1])
    held = AccessConnection(
        software_name=scene.software_name,
        tenant_name=TENANT,
        linked_at=NOW,
        access=scene.feel.access.value,
        readings=(replace(running, state="waiting", rows=0, parts=()), running, stopped, read),
        software_logo_url=scene.software_logo,
        access_until=scene.access_until,
        disconnect_href=HERE,
    )
    ended = replace(held, disconnect_href=None, ended_at=NOW + 3 * DAY, readings=(read,))
    receipt = _receipt(scene)
    company = AccessEntity(id="1", name=COMPANY, connections=(held,), receipts=(receipt,))
    page = AccessPage(entities=(company,), until=NOW + DAY / 24, back_href=HERE)
    yield _sample(scene, "access", "access.html", page)
    over = replace(company, connections=(ended, replace(ended, readings=())))
    yield _sample(scene, "access-ended", "access.html", replace(page, entities=(over,)))
    if scene.feel.upload:
        by_file = replace(receipt, software_name=None, tenant_name=None)
        sent = AccessEntity(id="2", name=ENTITY, receipts=(by_file,), upload_name="Our books.xlsx", uploaded_at=NOW)
        yield _sample(scene, "access-of-a-file", "access.html", replace(page, entities=(sent,)))
        of_a_file = replace(_receipt_file(scene), software_name=None, tenant_name=None)
        yield _sample(scene, "receipt-of-a-file", "receipt.txt", of_a_file)
    yield _sample(scene, "access-to-nothing", "access.html", replace(page, entities=()))
    yield _sample(scene, "receipt", "receipt.txt", _receipt_file(scene))


def _text(scene: Scene) -> str:
    facts, declared = scene.facts(BOTH, scene.software)
    sections = [(one.header, as_plain(one.body)) for one in scene.organization.consent_sections(scene.language)]
    return consent_text(facts, sections=sections, declared=declared)


def _receipt(scene: Scene) -> AccessReceipt:
    return AccessReceipt(
        accepted_at=NOW,
        declared_name=_PERSON,
        through_link_of=CONTACT,
        language=scene.language,
        paragraphs=tuple(tuple(block.splitlines()) for block in _text(scene).split("\n\n")),
        download_href=HERE,
        software_name=scene.software_name,
        tenant_name=TENANT,
    )


def _receipt_file(scene: Scene) -> ReceiptFile:
    return ReceiptFile(
        organization=scene.organization.name,
        request_name=scene.request_name,
        company_name=COMPANY,
        entity_name=COMPANY,
        data_types=keys(BOTH),
        accepted_at=NOW,
        declared_name=_PERSON,
        through_link_of=CONTACT,
        text=_text(scene),
        reference="sample",
        timezone=scene.organization.timezone,
        software_name=scene.software_name,
        tenant_name=TENANT,
    )


def _sample(
    scene: Scene, name: str, template: str, page: CodePage | AccessPage | DisconnectPage | ReceiptFile
) -> PageSample:
    return PageSample(name=name, template=f"customer/{template}", shell=scene.shell(), page=page)
