"""The rule in SQL: which connections need a person by a time, and why; as in `services.foreseeing.need_of` for one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, literal, null, or_, select

from linkflow.domain.connections import GrantState
from linkflow.domain.requests import ConnectionState
from linkflow.domain.upkeep import Why
from linkflow.store.tables import connections, consents, grants
from linkflow.store.types import UtcDateTime

_LIVE = (ConnectionState.LINKED.value, ConnectionState.NEEDS_REAUTH.value)
_TAKEN = ("id", "company_id", "entity_id", "software", "tenant_name", "access_until", "reconnect_asked_at")


@dataclass(frozen=True)
class Scopes:
    """What is asked for today: scopes that must have been asked for, and by data type those that must be given."""

    asked: tuple[str, ...]
    by_type: Mapping[str, tuple[str, ...]]


def needing(organization: str, scopes: Mapping[str, Scopes], *, horizon: datetime) -> Any:
    """Live connections of an organization, each with `why` (null where it needs nobody), as rows to select from."""
    taken = (connections.c[name] for name in _TAKEN)
    here = connections.c.organization == organization, connections.c.kind == "software", connections.c.state.in_(_LIVE)
    return (
        select(*taken, grants.c.human_at, grants.c.updated_at, _why(scopes, horizon).label("why"))
        .outerjoin(grants, grants.c.id == connections.c.grant_id)
        .outerjoin(consents, consents.c.id == connections.c.consent_id)
        .where(*here)
        .subquery("needing")
    )


def due_at(rows: Any) -> Any:
    """By when a row of `needing` needs a person; null: now."""
    dated = rows.c.why.in_((Why.ENDS.value, Why.UNRENEWED.value)), rows.c.human_at
    agreed = rows.c.why == Why.ACCESS.value, rows.c.access_until
    return case(dated, agreed, else_=literal(None, UtcDateTime))


def _why(scopes: Mapping[str, Scopes], horizon: datetime) -> Any:
    active = grants.c.state == GrantState.ACTIVE.value
    until = connections.c.access_until
    ends = and_(active, grants.c.human_at <= horizon, or_(until.is_(None), grants.c.human_at < until))
    return case(
        (connections.c.state == ConnectionState.NEEDS_REAUTH.value, Why.LOST.value),
        (and_(active, _lacks(scopes)), Why.SCOPE.value),
        (ends, grants.c.human_why),
        (and_(connections.c.access == "ongoing", until <= horizon), Why.ACCESS.value),
        else_=null(),
    )


def _lacks(today: Mapping[str, Scopes]) -> ColumnElement[bool]:
    """Whether a grant is without a scope that is asked for today."""
    granted = literal(" ") + grants.c.scopes + literal(" ")
    known = granted + func.coalesce(consents.c.scopes, "") + literal(" ")
    return or_(
        false(),
        *(
            and_(
                connections.c.software == software,
                or_(
                    _without(known, scopes.asked),
                    *(
                        and_(connections.c.data_types.contains(kind), _without(granted, some))
                        for kind, some in scopes.by_type.items()
                    ),
                ),
            )
            for software, scopes in today.items()
            if scopes.asked or scopes.by_type
        ),
    )


def _without(text: Any, scopes: tuple[str, ...]) -> ColumnElement[bool]:
    return or_(false(), *(~text.contains(f" {scope} ", autoescape=True) for scope in scopes))
