"""The consent: its exact words for one entity, and what accepting them sets in motion.

Accepting stores one immutable record, and then one of four things: an attempt at authorizing, another company of a
grant there is, more data from a connection there is, or leave to send a file.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from linkflow.domain.connections import GrantState
from linkflow.domain.consent import Fact, Terms, consent_text, declaration, facts, version_of, with_answers
from linkflow.domain.errors import Conflict, NotFound, Refused, refuse, together
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import data_types_text
from linkflow.domain.software import UPLOAD, Software
from linkflow.markdown import as_plain
from linkflow.organization_model import Organization
from linkflow.services import authorizing, connecting, happenings, locating
from linkflow.services.context import Context
from linkflow.services.linking import mark_opened
from linkflow.services.locating import Question
from linkflow.services.statuses import refresh_status
from linkflow.store import attempts, companies, consents, grants, uploads
from linkflow.store.consents import Consent
from linkflow.store.grants import Grant
from linkflow.store.visits import EntityVisit, Visit
from linkflow.templating import speech

NAME_LIMIT = 100


class ConsentKind(StrEnum):
    """What accepting leads to."""

    CONNECT = "connect"
    RECONNECT = "reconnect"
    MORE = "more"
    REUSE = "reuse"
    UPLOAD = "upload"


@dataclass(frozen=True)
class Offer:
    """One consent as it stands before the customer: its words, and what they name.

    `signs_in`: accepting leads to a sign-in at the software, which `questions` are about; `known` is what was said of
    it before.
    """

    kind: ConsentKind
    software: Software | None
    facts: tuple[Fact, ...]
    declaration: str
    text: str
    version: str
    scopes: tuple[str, ...]
    access: str
    access_until: datetime | None
    retention_months: int
    signs_in: bool = False
    questions: tuple[Question, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict)


def offer(ctx: Context, visit: Visit, entity: EntityVisit) -> Offer:
    """The consent for the software (or file) this entity has chosen."""
    organization = ctx.organizations()[visit.link.organization]
    software = None if entity.software in (None, UPLOAD) else ctx.catalogue[str(entity.software)]
    until = organization.access_ends_at(ctx.now())
    terms = _terms(visit, entity, organization, software=software, until=until)
    words = speech(visit.link.language)
    computed, declared = facts(terms, words), declaration(terms, words)
    sections = organization.consent_sections(visit.link.language)
    text = consent_text(computed, sections=[(s.header, as_plain(s.body)) for s in sections], declared=declared)
    scopes = software.oauth.scopes_for(visit.link.data_types) if software and software.oauth else ()
    offered = Offer(
        kind=_kind(entity, software),
        software=software,
        facts=computed,
        declaration=declared,
        text=text,
        version=version_of(text),
        scopes=scopes,
        access=organization.feel.access.value,
        access_until=until,
        retention_months=terms.retention_months,
    )
    return offered if software is None else _with_sign_in(ctx, visit, entity, offered, software)


def _with_sign_in(ctx: Context, visit: Visit, entity: EntityVisit, offered: Offer, software: Software) -> Offer:
    """The same, told whether a sign-in follows, and what has to be asked for it."""
    with ctx.database.reading() as tx:
        signs_in = _kept_grant(tx, entity, offered) is None
        known = _known(tx, entity, software) if software.asked else {}
    link = visit.link
    asked = locating.questions(ctx, software, organization=link.organization, speech=speech(link.language), known=known)
    return replace(offered, signs_in=signs_in, questions=asked if signs_in else (), known=known)


def _known(tx: Transaction, entity: EntityVisit, software: Software) -> dict[str, str]:
    """What was said of its addresses before: at the connection there is, and after that at the last attempt."""
    attempt = attempts.attempt(tx, entity.attempt_id) if entity.attempt_id else None
    grant = grants.grant(tx, entity.connection_grant_id) if entity.connection_grant_id else None
    known: dict[str, str] = json.loads(grant.callback_params) if grant and grant.software == software.id else {}
    return {**known, **(json.loads(attempt.inputs) if attempt and attempt.software == software.id else {})}


def accept(
    ctx: Context,
    visit: Visit,
    entity: EntityVisit,
    *,
    consent_id: str,
    version: str,
    declared_name: str,
    may_share: bool,
    browser_hash: str,
    answers: Mapping[str, str] | None = None,
) -> None:
    """Store the consent and start what it allows; raises `Refused` for a missing name, tick or answer, or older words.

    `consent_id` was made when the page was shown: sending it twice, or again after going back, stores it once.
    """
    offered = offer(ctx, visit, entity)
    answered, name = together(
        lambda: locating.answers(offered.software, offered.questions, answers or {}) if offered.software else {},
        lambda: _declared(offered, version=version, declared_name=declared_name, may_share=may_share),
    )
    record = _record(ctx, visit, entity, offered, consent_id=consent_id, declared_name=name, answered=answered)
    try:
        _store(ctx, visit, entity, offered, record, browser_hash=browser_hash, answered=answered)
    except Conflict:
        with ctx.database.reading() as tx:
            stored = consents.consent(tx, consent_id)
        if stored is None:
            raise
        if (stored.request_id, stored.entity_id) != (visit.link.request_id, entity.id):
            raise Refused("version", "changed") from None


def _declared(offered: Offer, *, version: str, declared_name: str, may_share: bool) -> str:
    name, refusals = " ".join(declared_name.split()), []
    if not name or len(name) > NAME_LIMIT:
        refusals.append(Refused("declared_name", "empty" if not name else "too-long"))
    if not may_share:
        refusals.append(Refused("may_share", "empty"))
    if version != offered.version:
        refusals.append(Refused("version", "changed"))
    refuse(refusals)
    return name


def _store(
    ctx: Context,
    visit: Visit,
    entity: EntityVisit,
    offered: Offer,
    record: Consent,
    *,
    browser_hash: str,
    answered: Mapping[str, str],
) -> None:
    with ctx.database.transaction() as tx:
        mark_opened(ctx, tx, visit.link)
        if not companies.is_in_request(tx, visit.link.request_id, entity.id):
            raise NotFound
        consents.add_consent(tx, record)
        uploads.forget_aside(tx, record.request_id, record.entity_id)
        happenings.note(ctx, tx, "consented", link=visit.link, entity_id=entity.id, detail=record.software)
        _begin(ctx, tx, visit, entity, offered, record, browser_hash=browser_hash, answered=answered)
        refresh_status(ctx, tx, visit.link.request_id)


def _begin(
    ctx: Context,
    tx: Transaction,
    visit: Visit,
    entity: EntityVisit,
    offered: Offer,
    record: Consent,
    *,
    browser_hash: str,
    answered: Mapping[str, str],
) -> None:
    if offered.kind is ConsentKind.UPLOAD:
        unlisted = entity.unlisted_software
        companies.choose_software(tx, record.request_id, entity.id, software=UPLOAD, unlisted=unlisted)
        return
    grant = _kept_grant(tx, entity, offered)
    if grant is None:
        # A sign-in that waits for its company was not the right one, or the customer would not be here.
        connecting.forget_choice(ctx, tx, visit, entity)
        inputs = locating.inputs(ctx, record.software, record.organization, offered.known, answered)
        authorizing.start(ctx, tx, visit, record, browser_hash=browser_hash, inputs=inputs)
    elif offered.kind is ConsentKind.REUSE:
        connecting.await_company(ctx, tx, record, grant_id=grant.id)
    elif entity.connection_id is not None:
        connecting.widen(ctx, tx, entity.connection_id, record)


def _kept_grant(tx: Transaction, entity: EntityVisit, offered: Offer) -> Grant | None:
    """The grant there is, if it serves what is asked for without another sign-in."""
    kept = {ConsentKind.MORE: entity.connection_grant_id, ConsentKind.REUSE: entity.grant_id}
    grant_id = kept.get(offered.kind)
    grant = grants.grant(tx, grant_id) if grant_id else None
    enough = grant is not None and grant.state == GrantState.ACTIVE and set(offered.scopes) <= set(grant.scopes.split())
    return grant if enough else None


def _kind(entity: EntityVisit, software: Software | None) -> ConsentKind:
    if software is None:
        return ConsentKind.UPLOAD
    if entity.reconnects is not None:
        return ConsentKind.RECONNECT
    if entity.connection_id is not None and entity.connection_software == software.id:
        return ConsentKind.MORE
    return ConsentKind.REUSE if entity.grant_id is not None else ConsentKind.CONNECT


def _terms(
    visit: Visit,
    entity: EntityVisit,
    organization: Organization,
    *,
    software: Software | None,
    until: datetime | None,
) -> Terms:
    return Terms(
        organization=organization.name,
        entity=entity.name or visit.link.company_name,
        request_name=visit.link.request_name,
        data_types=visit.link.data_types,
        software=software.name if software else None,
        read_only=software.read_only if software else True,
        access_until=organization.day_of(until) if until else None,
        retention_months=organization.feel.retention_months,
        contact=organization.help.email or visit.link.rm_email or organization.name,
        user_rights=software is not None and software.user_rights,
        read_by_linkflow=software is None or software.adapter,
        not_available=software.not_available if software else (),
        can_be_told=software is not None and software.can_be_told,
    )


def _record(
    ctx: Context,
    visit: Visit,
    entity: EntityVisit,
    offered: Offer,
    *,
    consent_id: str,
    declared_name: str,
    answered: Mapping[str, str],
) -> Consent:
    link = visit.link
    text = with_answers(offered.text, locating.stated(offered.questions, answered, speech(link.language)))
    return Consent(
        id=consent_id,
        organization=link.organization,
        company_id=link.company_id,
        request_id=link.request_id,
        entity_id=entity.id,
        entity_name=entity.name or link.company_name,
        link_id=link.link_id,
        link_issue=link.issue,
        recipient=link.recipient_email,
        declared_name=declared_name,
        kind="upload" if offered.software is None else "software",
        software=offered.software.id if offered.software else UPLOAD,
        data_types=data_types_text(link.data_types),
        scopes=" ".join(offered.scopes),
        access=offered.access,
        access_until=offered.access_until,
        retention_months=offered.retention_months,
        language=link.language,
        text=text,
        text_version=version_of(text),
        accepted_at=ctx.now(),
    )
