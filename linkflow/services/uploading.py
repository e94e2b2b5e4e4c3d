"""Files instead of a connection: the template out, the filled-in file stored whole and encrypted under its row.

What is inside is not judged here.
"""

import hashlib
from dataclasses import dataclass

from linkflow.domain.errors import Conflict, NotFound, Refused
from linkflow.domain.requests import request_kind
from linkflow.reports.template import upload_template
from linkflow.services import happenings, notifying
from linkflow.services.context import Context
from linkflow.services.linking import mark_opened
from linkflow.services.statuses import refresh_status
from linkflow.services.vault import Place
from linkflow.store import companies, uploads
from linkflow.store.uploads import Upload
from linkflow.store.visits import EntityVisit, Visit

BYTES_LIMIT = 10 * 1024 * 1024
# An xlsx file is a zip archive.
_MAGIC = b"PK\x03\x04"


@dataclass(frozen=True)
class Template:
    """A workbook to fill in; the name is plain ASCII."""

    filename: str
    content: bytes


def template(ctx: Context, visit: Visit, entity: EntityVisit) -> Template:
    """What the request asks for, to be filled in for one entity."""
    link = visit.link
    organization = ctx.organizations()[link.organization]
    content = upload_template(
        link.data_types,
        organization=organization.name,
        company=entity.name or link.company_name,
        request_name=link.request_name,
        now=ctx.now(),
    )
    return Template(f"{organization.slug}-{request_kind(link.data_types).replace('_', '-')}.xlsx", content)


def store_file(ctx: Context, visit: Visit, entity: EntityVisit, *, filename: str, content: bytes) -> str:
    """Keep a file for an entity in place of an earlier one; answers its id.

    Raises `Refused` with the reason, `NotFound` when the entity was taken out of the request meanwhile.
    """
    if not content:
        raise Refused("workbook", "empty")
    if len(content) > BYTES_LIMIT:
        raise Refused("workbook", "too-large")
    if not content.startswith(_MAGIC) or not filename.casefold().endswith(".xlsx"):
        raise Refused("workbook", "wrong-format")
    upload_id = ctx.new_id()
    place = Place(visit.link.organization, "uploads", upload_id, "content")
    upload = Upload(
        id=upload_id,
        organization=visit.link.organization,
        company_id=visit.link.company_id,
        request_id=visit.link.request_id,
        entity_id=entity.id,
        consent_id=str(entity.consent_id),
        filename=filename.replace("\x00", "").replace("\\", "/").rsplit("/", 1)[-1][-255:],
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=ctx.vault.seal_bytes(content, place),
        created_at=ctx.now(),
    )
    try:
        with ctx.database.transaction() as tx:
            mark_opened(ctx, tx, visit.link)
            if not companies.is_in_request(tx, visit.link.request_id, entity.id):
                raise NotFound
            uploads.replace_upload(tx, upload)
            happenings.note(ctx, tx, "uploaded", link=visit.link, entity_id=entity.id, detail=upload_id)
            notifying.queue_notices(ctx, tx, "file_arrived", link=visit.link, entity_id=entity.id)
            refresh_status(ctx, tx, visit.link.request_id)
    except Conflict:
        raise Refused("workbook", "accepted") from None
    return upload_id
