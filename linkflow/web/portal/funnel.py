"""The funnel of requests, for administrators: how far they get, why they stop, and how long it takes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from flask import Response as Answer
from flask import request
from werkzeug.wrappers import Response

from linkflow.domain.funnel import OPEN, REASONS, Funnel, StageSummary
from linkflow.domain.requests import request_kind
from linkflow.domain.texts import day_of
from linkflow.reports.csv import csv_file
from linkflow.services import measuring
from linkflow.services.measuring import Measured, Wanted
from linkflow.store.users import User
from linkflow.web.pages import render
from linkflow.web.portal.ask_form import KINDS
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import FUNNEL, FUNNEL_CSV
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal_measure_views import FunnelPage, FunnelSoftware, FunnelStage
from linkflow.web.running import ctx, href

_UPLOAD = "upload"


@portal("administrator")
def funnel(user: User) -> Response:
    """The funnel of the period, software and type of request its address names."""
    wanted = _wanted(user)
    measured = measuring.requests_funnel(ctx(), user, wanted)
    turned = _turned()
    page = _page(user, wanted, measured)
    if turned:
        page = replace(page, first_day=turned[0], last_day=turned[1], requests=0, turned=True)
    return render("portal/funnel.html", shell=portal_shell(user), page=page, status=422 if turned else 200)


@portal("administrator")
def funnel_csv(user: User) -> Response:
    """The same as a table for a spreadsheet."""
    wanted = _wanted(user)
    found = measuring.requests_funnel(ctx(), user, wanted).funnel
    name = f"funnel-{wanted.first_day}-{wanted.last_day}.csv"
    header = ("stage", "requests", "share_of_mailed", "median_seconds_since_stage_before", OPEN, *REASONS)
    answer = Answer(csv_file(header, [_row(one, found) for one in found.stages]), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _wanted(user: User) -> Wanted:
    asked = request.args
    first, last = measuring.period(ctx(), user, day_of(asked.get("from", "")), day_of(asked.get("to", "")))
    software = asked.get("software", "")
    return Wanted(
        first_day=first,
        last_day=last,
        software=software if software in dict(_software_names(user)) else None,
        data_types=KINDS.get(asked.get("type", "")),
    )


def _turned() -> tuple[date, date] | None:
    """The days that were asked for, where the last lies before the first."""
    first, last = day_of(request.args.get("from", "")), day_of(request.args.get("to", ""))
    return (first, last) if first and last and last < first else None


def _page(user: User, wanted: Wanted, measured: Measured) -> FunnelPage:
    found, kind = measured.funnel, request_kind(wanted.data_types) if wanted.data_types else ""
    kept = {
        "from": wanted.first_day.isoformat(),
        "to": wanted.last_day.isoformat(),
        "software": wanted.software or "",
        "type": kind,
    }
    return FunnelPage(
        action=href(FUNNEL),
        csv_href=f"{href(FUNNEL_CSV)}?{urlencode(kept)}",
        first_day=wanted.first_day,
        last_day=wanted.last_day,
        software=wanted.software or "",
        data_types=kind,
        software_names=_software_names(user),
        requests=found.requests,
        stages=tuple(
            FunnelStage(
                key=one.stage.value, requests=one.requests, share=_share(one, found), median=one.median, left=one.left
            )
            for one in found.stages
        ),
        by_software=tuple(
            FunnelSoftware(
                name=_name(one.software),
                chosen=one.chosen,
                returned=one.returned,
                linked=one.linked,
                reported=one.reported,
                median=one.median,
            )
            for one in found.software
        ),
        median=found.median,
        cut=measured.cut,
    )


def _row(one: StageSummary, found: Funnel) -> tuple[str | int | Decimal | None, ...]:
    spent = int(one.median.total_seconds()) if one.median is not None else None
    left = (one.left.get(reason, 0) for reason in (OPEN, *REASONS))
    return (one.stage.value, one.requests, _share(one, found).quantize(Decimal("0.0001")), spent, *left)


def _share(one: StageSummary, found: Funnel) -> Decimal:
    mailed = found.stages[0].requests
    return Decimal(one.requests) / mailed if mailed else Decimal(0)


def _software_names(user: User) -> tuple[tuple[str, str], ...]:
    offered = ctx().organizations()[user.organization].offered(ctx().catalogue)
    return (*((one.id, one.name) for one in offered), (_UPLOAD, _name(_UPLOAD)))


def _name(software: str) -> str:
    return "A file" if software == _UPLOAD else ctx().software_name(software)
