"""Receipts, what was read and when, and disconnecting; every page here is behind a fresh code."""

from flask import Response as FileAnswer
from flask import redirect
from werkzeug.wrappers import Response
from wtforms import StringField

from linkflow.domain.errors import NotFound, Refused
from linkflow.domain.journey import Step
from linkflow.domain.requests import DataType
from linkflow.services import disconnecting, receipts
from linkflow.services.receipts import Reading, Receipt, SharedConnection, SharedEntity
from linkflow.templating import environment
from linkflow.web.access_views import (
    AccessConnection,
    AccessEntity,
    AccessPage,
    AccessReading,
    AccessReceipt,
    DisconnectPage,
    ReceiptFile,
)
from linkflow.web.assets import software_logo
from linkflow.web.customer_views import PartProgress
from linkflow.web.forms import Form, form_view
from linkflow.web.guards import Visiting, access
from linkflow.web.pages import render
from linkflow.web.pull_progress import READING_STATES
from linkflow.web.running import ctx, href
from linkflow.web.shells import customer_shell


class DisconnectForm(Form):
    """That it is meant."""

    confirmed = StringField()


@access
def access_page(here: Visiting) -> Response:
    """Everything that was agreed to and read, entity by entity."""
    until = here.opening.access_until
    if until is None:
        raise NotFound
    page = AccessPage(
        entities=tuple(_entity(here, one) for one in receipts.shared(ctx(), here.visit)),
        until=until,
        back_href=href(here.request_path(Step.SUMMARY)),
    )
    return render("customer/access.html", shell=customer_shell(here), page=page)


@access
def receipt(here: Visiting, consent_id: str) -> Response:
    """One receipt as a plain text file; that it was taken is written down."""
    found = receipts.receipt(ctx(), here.visit, consent_id)
    template = environment(here.visit.link.language).get_template("linkflow/customer/receipt.txt")
    answer = FileAnswer(template.render(page=_file(here, found)) + "\n", mimetype="text/plain")
    answer.headers["Content-Disposition"] = f'attachment; filename="receipt-{found.accepted_at:%Y-%m-%d}.txt"'
    return answer


@access
def disconnect(here: Visiting, connection_id: str) -> Response:
    """What ending it means, and the one button that does it. Pressing it again is harmless."""
    form = DisconnectForm()
    if form.carry_out(lambda: _end(here, form, connection_id)):
        return redirect(href(here.request_path(Step.ACCESS)), 303)
    shown = receipts.shared(ctx(), here.visit)
    entity, held = _found(shown, connection_id)
    if not held.is_live:
        return redirect(href(here.request_path(Step.ACCESS)), 303)
    page = DisconnectPage(
        form=form_view(form, here.request_path(f"access/connections/{connection_id}/disconnect")),
        software_name=held.software_name,
        tenant_name=held.tenant_name,
        entity_name=entity.name,
        linked_at=held.linked_at,
        retention_months=held.retention_months,
        back_href=href(here.request_path(Step.ACCESS)),
        elsewhere=tuple(one.name for one in shown if one is not entity and any(c.is_live for c in one.connections)),
        untold=held.software is None or not held.software.can_be_told,
    )
    return render("customer/disconnect.html", shell=customer_shell(here), page=page, status=form.status)


def _end(here: Visiting, form: DisconnectForm, connection_id: str) -> None:
    if form.confirmed.data != "yes":
        raise Refused("confirmed", "empty")
    disconnecting.disconnect(ctx(), here.visit, connection_id)


def _found(shown: tuple[SharedEntity, ...], connection_id: str) -> tuple[SharedEntity, SharedConnection]:
    for entity in shown:
        for held in entity.connections:
            if held.id == connection_id:
                return entity, held
    raise NotFound


def _entity(here: Visiting, one: SharedEntity) -> AccessEntity:
    return AccessEntity(
        id=one.id,
        name=one.name,
        connections=tuple(_connection(here, held) for held in one.connections),
        receipts=tuple(_receipt(here, kept) for kept in one.receipts),
        upload_name=one.upload_name,
        uploaded_at=one.uploaded_at,
    )


def _connection(here: Visiting, held: SharedConnection) -> AccessConnection:
    until = held.access_until
    path = here.request_path(f"access/connections/{held.id}/disconnect")
    return AccessConnection(
        software_name=held.software_name,
        tenant_name=held.tenant_name,
        linked_at=held.linked_at,
        access="once" if held.access == "once" else "ongoing",
        readings=tuple(_reading(one) for one in held.readings),
        access_until=here.organization.day_of(until) if until else None,
        software_logo_url=software_logo(held.software) if held.software else None,
        ended_at=held.ended_at,
        disconnect_href=href(path) if held.is_live else None,
    )


def _reading(one: Reading) -> AccessReading:
    parts = (PartProgress(name=p.name, state=p.state, rows=p.rows) for p in one.parts)  # type: ignore[arg-type]  # the same words
    return AccessReading(
        at=one.ended_at or one.began_at,
        state=READING_STATES[one.state],
        rows=sum(part.rows for part in one.parts),
        parts=tuple(parts),
    )


def _receipt(here: Visiting, kept: Receipt) -> AccessReceipt:
    return AccessReceipt(
        accepted_at=kept.accepted_at,
        declared_name=kept.declared_name,
        through_link_of=kept.through_link_of,
        language=kept.language,
        paragraphs=tuple(tuple(block.splitlines()) for block in kept.text.split("\n\n") if block.strip()),
        download_href=href(here.request_path(f"access/receipts/{kept.consent_id}.txt")),
        software_name=kept.software_name,
        tenant_name=kept.tenant_name,
    )


def _file(here: Visiting, kept: Receipt) -> ReceiptFile:
    return ReceiptFile(
        organization=here.organization.name,
        request_name=here.visit.link.request_name,
        company_name=here.visit.link.company_name,
        entity_name=kept.entity_name,
        data_types=tuple(kind.value for kind in DataType if kind in kept.data_types),
        accepted_at=kept.accepted_at,
        declared_name=kept.declared_name,
        through_link_of=kept.through_link_of,
        text=kept.text,
        reference=f"{kept.consent_id} {kept.text_version}",
        timezone=here.organization.timezone,
        software_name=kept.software_name,
        tenant_name=kept.tenant_name,
    )
