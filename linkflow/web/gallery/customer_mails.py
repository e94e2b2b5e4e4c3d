"""Samples of every mail to a customer or a colleague, in each of its variants."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from linkflow.domain.consent import consent_text
from linkflow.domain.requests import DataType, request_kind
from linkflow.mail import (
    CodeMail,
    ConnectedMail,
    CorrectionMail,
    DisconnectedMail,
    HandedOverMail,
    LinkMail,
    MailContext,
    MailKind,
    ReconnectMail,
)
from linkflow.services import wording
from linkflow.web.gallery.sample import MailSample
from linkflow.web.gallery.scene import (
    BOTH,
    COLLEAGUE,
    COMPANY,
    CONTACT,
    DAY,
    DUE_ON,
    ENTITY,
    FINANCIALS,
    NOW,
    OTHER,
    PHRASE,
    RM,
    SPEND,
    TENANT,
    Scene,
)

_KINDS = (FINANCIALS, SPEND, BOTH)


def samples(scene: Scene) -> Iterator[MailSample]:
    """From the request to the last word about it."""
    yield from _links(scene)
    yield from _codes(scene)
    yield from _connections(scene)
    yield from _sign_ins(scene)
    if scene.feel.upload:
        yield from _corrections(scene)
    if scene.feel.hand_over:
        yield from _hand_overs(scene)


def _links(scene: Scene) -> Iterator[MailSample]:
    mail = LinkMail(
        **_person(scene),
        data_types=FINANCIALS,
        phrase=PHRASE,
        expires_at=NOW + 30 * DAY,
        purpose=wording.purpose(scene.organization, scene.language),
        due_on=DUE_ON,
    )
    for kind in (MailKind.REQUEST, MailKind.REMINDER):
        for data_types in _KINDS:
            yield _mail(f"{kind}-{_variant(data_types)}", kind, replace(mail, data_types=data_types))
    bare = replace(mail, due_on=None, logo_url=None, purpose="")
    yield _mail("request-without-a-logo", MailKind.REQUEST, bare)
    noted = replace(mail, note="We spoke on Thursday.\nThis is the request I told you about.")
    yield _mail("request-with-a-note", MailKind.REQUEST, noted)
    yield _mail("fresh-link", MailKind.FRESH_LINK, mail)
    if scene.feel.hand_over:
        handed = replace(mail, contact_name="", handed_over_by="Charlie Contact", expires_at=NOW + 7 * DAY)
        yield _mail("hand-over", MailKind.HAND_OVER, handed)
        if scene.feel.multi_entity:
            of_one = replace(handed, data_types=SPEND, entity_name=ENTITY)
            yield _mail("hand-over-of-an-entity", MailKind.HAND_OVER, of_one)


def _codes(scene: Scene) -> Iterator[MailSample]:
    mail = CodeMail(**_person(scene))
    if scene.feel.one_time_code:
        yield _mail("code", MailKind.CODE, mail)
    yield _mail("code-for-access", MailKind.CODE, replace(mail, for_access=True))


def _connections(scene: Scene) -> Iterator[MailSample]:
    about: dict[str, Any] = {**_person(scene), "software_name": scene.software_name, "tenant_name": TENANT}
    facts, declared = scene.facts(FINANCIALS, scene.software)
    receipt = consent_text(facts, sections=[], declared=declared)
    connected = ConnectedMail(
        **about, through_link_of=CONTACT, connected_at=NOW, receipt=receipt, receipt_language=scene.language
    )
    yield _mail("connected", MailKind.CONNECTED, connected)
    months = scene.feel.retention_months
    ended = DisconnectedMail(**about, disconnected_at=NOW, retention_months=months)
    yield _mail("disconnected", MailKind.DISCONNECTED, ended)
    by_us = replace(ended, by_organization=True, reason="The application was withdrawn.\nThank you all the same.")
    yield _mail("disconnected-by-the-organization", MailKind.DISCONNECTED, by_us)
    yield _mail("disconnected-still-listed", MailKind.DISCONNECTED, replace(ended, stays_listed=True))
    if scene.feel.multi_entity:
        yield _mail("connected-of-an-entity", MailKind.CONNECTED, replace(connected, entity_name=ENTITY))
        yield _mail("disconnected-of-an-entity", MailKind.DISCONNECTED, replace(ended, entity_name=ENTITY))


def _sign_ins(scene: Scene) -> Iterator[MailSample]:
    lost = ReconnectMail(
        **_person(scene),
        phrase=PHRASE,
        expires_at=NOW + 30 * DAY,
        software_name=scene.software_name,
        tenant_names=(TENANT,),
        entity_names=(COMPANY,),
        why="lost",
    )
    by = NOW + 20 * DAY
    found = {
        "lost": lost,
        "asked": replace(lost, why="asked"),
        "kept": replace(lost, why="kept", chosen_name=OTHER),
        "approved": replace(lost, why="approved", chosen_name=OTHER),
        "ends": replace(lost, why="ends", by=by),
        "ends-reminded": replace(lost, why="ends", by=by, reminder=True),
        "access": replace(lost, why="access", by=by),
        "scope": replace(lost, why="scope"),
    }
    if scene.feel.multi_entity:
        found["of-several"] = replace(lost, tenant_names=(TENANT, OTHER), entity_names=(COMPANY, ENTITY))
    for name, mail in found.items():
        yield _mail(f"reconnect-{name}", MailKind.NEEDS_RECONNECTING, mail)


def _corrections(scene: Scene) -> Iterator[MailSample]:
    mail = CorrectionMail(
        **_person(scene),
        phrase=PHRASE,
        expires_at=NOW + 30 * DAY,
        filename="Our books 2026.xlsx",
        received_at=NOW,
        reason="The month of May is missing.\nPlease add it.",
    )
    yield _mail("correction", MailKind.CORRECTION, mail)
    if scene.feel.multi_entity:
        yield _mail("correction-of-an-entity", MailKind.CORRECTION, replace(mail, entity_name=ENTITY))


def _hand_overs(scene: Scene) -> Iterator[MailSample]:
    mail = HandedOverMail(**_person(scene), colleague=COLLEAGUE, handed_over_at=NOW, expires_at=NOW + 7 * DAY)
    yield _mail("handed-over", MailKind.HANDED_OVER, mail)
    yield _mail("not-handed-over", MailKind.NOT_HANDED_OVER, mail)
    if scene.feel.multi_entity:
        yield _mail("handed-over-of-an-entity", MailKind.HANDED_OVER, replace(mail, entity_name=ENTITY))


def _person(scene: Scene) -> dict[str, Any]:
    return {
        "contact_name": "Charlie Contact",
        "company_name": COMPANY,
        "request_name": scene.request_name,
        "rm_name": RM,
        "rm_email": "jordan.lee@bank.example",
        "logo_url": scene.logo_url,
    }


def _variant(data_types: frozenset[DataType]) -> str:
    return request_kind(data_types).replace("_", "-")


def _mail(name: str, kind: MailKind, context: MailContext) -> MailSample:
    return MailSample(name=f"mail-{name}".replace("_", "-"), kind=kind, context=context)
